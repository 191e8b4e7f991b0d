// The results of a search, what narrows them, and more of them on demand.

import { call } from "./api.js";
import { card, notice, skeletons } from "./cards.js";
import { $, count, fill, h } from "./dom.js";
import { drawFilters, facetColumns } from "./filters.js";
import { kept } from "./picture.js";
import { conditions, state } from "./state.js";

const PAGE = 24;
const PATIENCE_MS = 150;

export function query(shop, more = {}) {
  return {
    text: state.q || null,
    image: kept(state.picture),
    like: state.like || null,
    minus: state.minus || null,
    text_weight: state.weight,
    filters: conditions(shop.columns),
    distinct: !state.every,
    ...more,
  };
}

export async function show(shop, go, signal) {
  const main = $("main");
  const waiting = setTimeout(() => wait(main), PATIENCE_MS);
  let found;
  try {
    found = await call("/v1/search", query(shop, { k: PAGE, facets: facetColumns(shop) }), signal);
  } finally {
    clearTimeout(waiting);
  }
  draw(shop, go, signal, found);
}

function wait(main) {
  main.setAttribute("aria-busy", "true");
  if (main.querySelector(".grid")) return;
  fill(main, h("div", { class: "columns" }, h("div", {}), h("ol", { class: "grid" }, skeletons(12))));
  $("status").textContent = "Searching";
}

function draw(shop, go, signal, found) {
  const main = $("main");
  main.removeAttribute("aria-busy");
  for (const one of found.results) shop.titles.set(one.id, one.title);
  let page = main.querySelector(".columns.search");
  if (!page) {
    page = h("div", { class: "columns search" }, h("details", { class: "filters", id: "filters" }), h("section", { id: "found", "aria-label": "Results" }));
    fill(main, page);
    const wide = matchMedia("(min-width: 861px)");
    $("filters").open = wide.matches;
    wide.addEventListener("change", () => $("filters") && ($("filters").open = wide.matches));
  }
  drawFilters($("filters"), shop, found.facets, go);
  $("found").removeAttribute("aria-busy");
  if (!found.results.length) fill($("found"), nothing(go));
  else {
    const list = h("ol", { class: "grid", id: "results" }, found.results.map((one, i) => card(one, shop, { eager: i < 8 })));
    fill($("found"), said(shop, found, go), list, moreButton(shop, signal, found, list));
  }
  $("status").textContent = found.results.length ? `${count(found.matching)} products` : "Nothing fits";
}

function said(shop, found, go) {
  const sought = state.q || state.picture || state.like;
  const how = { vector: "by meaning", hybrid: "by meaning and words", text: "by words" }[found.mode];
  const heading = sought ? "Best first" : "All products";
  return h(
    "div",
    { class: "said" },
    h("h1", {}, heading),
    h("span", {}, `${count(found.matching)} ${found.matching === 1 ? "product" : "products"}${sought ? `, ordered ${how}` : ""}`),
    shop.groups < shop.items && everyVariant(go),
  );
}

function everyVariant(go) {
  const box = h("input", { type: "checkbox", checked: state.every, "data-key": "every", onchange: (event) => go({ every: event.target.checked }) });
  return h("label", { class: "tick every" }, box, "every variant by itself");
}

function nothing(go) {
  const narrowed = state.filters.size || state.minus;
  return notice(
    "Nothing fits",
    narrowed ? "No product passes all the filters." : "There is no product here.",
    narrowed && h("button", { type: "button", class: "button", onclick: () => go({ filters: new Map(), minus: "" }) }, "Remove all filters"),
  );
}

function moreButton(shop, signal, found, list) {
  const left = () => found.matching - list.childElementCount;
  if (left() <= 0) return null;
  const button = h("button", { type: "button", class: "button", "data-key": "more" }, "Show more");
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = "Loading";
    try {
      const next = await call("/v1/search", query(shop, { k: PAGE, offset: list.childElementCount }), signal);
      const cards = next.results.map((one) => card(one, shop));
      for (const one of next.results) shop.titles.set(one.id, one.title);
      list.append(...cards);
      cards[0]?.querySelector("a").focus();
      if (left() <= 0 || !next.results.length) button.remove();
      button.textContent = "Show more";
    } catch (error) {
      if (error.name !== "AbortError") button.textContent = `${error.message} Try again`;
    }
    button.disabled = false;
  });
  return h("div", { class: "more" }, button);
}
