// The base and the tuned model side by side, for any query: what each finds, what they share, what moved.

import { call } from "./api.js";
import { card, notice, skeletons } from "./cards.js";
import { $, fill, h } from "./dom.js";
import { query } from "./search.js";
import { state } from "./state.js";

const TOP = 12;
const PATIENCE_MS = 150;

export async function show(shop, go, signal) {
  const main = $("main");
  main.removeAttribute("aria-busy");
  if (!shop.base) {
    fill(main, notice("There is nothing to compare with", "Start the server with --base MODEL to see another model beside this one."));
    return;
  }
  if (!state.q && !state.picture && !state.like) {
    fill(main, notice(`${shop.base} | ${shop.model}`, "Type what a customer would type, or drop a picture: both models answer, side by side."));
    return;
  }
  const waiting = setTimeout(() => wait(shop), PATIENCE_MS);
  let before;
  let after;
  try {
    const ask = (model) => call("/v1/search", query(shop, { k: TOP, model, mode: "vector", distinct: false }), signal);
    [before, after] = await Promise.all([ask(shop.base), ask(shop.model)]);
  } finally {
    clearTimeout(waiting);
  }
  draw(shop, before.results, after.results);
}

function wait(shop) {
  const main = $("main");
  main.setAttribute("aria-busy", "true");
  $("status").textContent = "Searching with both models";
  if (main.querySelector(".side")) return;
  fill(main, h("div", { class: "sides" }, [shop.base, shop.model].map((name) => h("section", { class: "side" }, h("header", {}, h("h2", {}, name)), h("ol", { class: "grid" }, skeletons(6))))));
}

function draw(shop, before, after) {
  const main = $("main");
  main.removeAttribute("aria-busy");
  for (const one of [...before, ...after]) shop.titles.set(one.id, one.title);
  const was = new Map(before.map((one, i) => [one.id, i]));
  const is = new Map(after.map((one, i) => [one.id, i]));
  const shared = before.filter((one) => is.has(one.id)).length;
  const text = !before.length
    ? "Nothing fits the filters."
    : `${shared} of the first ${Math.max(before.length, after.length)} are the same. Both are asked by vectors alone, so that only the models differ.`;
  const left = before.map((one) => card(one, shop, { badge: is.has(one.id) ? null : { kind: "gone", text: "left out" } }));
  const right = after.map((one, i) => card(one, shop, { badge: moved(was.get(one.id), i) }));
  fill(
    main,
    h("div", { class: "said" }, h("h1", {}, "Side by side"), h("span", {}, text)),
    h("div", { class: "sides" }, side("base", shop.base, "before", left), side("tuned", shop.model, "after", right)),
  );
  $("status").textContent = text;
}

function side(kind, name, when, cards) {
  return h("section", { class: `side ${kind}`, "aria-label": `${when}: ${name}` }, h("header", {}, h("h2", {}, name), h("span", { class: "quiet small" }, when)), h("ol", { class: "grid" }, cards));
}

function moved(was, now) {
  if (was === undefined) return { kind: "new", text: "new" };
  if (was > now) return { kind: "up", text: `↑ ${was - now}` };
  if (was < now) return { kind: "down", text: `↓ ${now - was}` };
  return null;
}
