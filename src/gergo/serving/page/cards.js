// A product as results show it.

import { h } from "./dom.js";
import { written } from "./state.js";

export function card(found, shop, { badge = null, eager = false } = {}) {
  const role = (name) => shop.columns.find((column) => column.roles.includes(name))?.name;
  const brand = found.columns[role("brand")] ?? found.columns[role("category")];
  return h(
    "li",
    {},
    h(
      "a",
      { class: "card", href: written({ item: found.id }), "data-item": found.id, "data-key": `card ${found.id}` },
      h(
        "span",
        { class: "frame" },
        found.picture
          ? h("img", { src: sized(found.picture, 360), alt: "", loading: eager ? "eager" : "lazy", decoding: "async" })
          : h("span", { class: "no-picture" }, "no picture"),
        badge && h("span", { class: `move ${badge.kind}` }, badge.text),
      ),
      h("span", { class: "title" }, found.title),
      h(
        "span",
        { class: "meta" },
        h("span", {}, dotted(score(found), brand, others(found))),
        cost(shop, found) && h("b", {}, cost(shop, found)),
      ),
    ),
  );
}

// What it costs, in the shop's currency; a name that is no ISO code ("€", "kr") stands behind the number.
function cost(shop, found) {
  const price = shop.prices.find((name) => typeof found.columns[name] === "number");
  if (!price) return null;
  const value = found.columns[price];
  const { currency } = shop.columns.find((column) => column.name === price);
  if (/^[A-Z]{3}$/.test(currency)) return value.toLocaleString("en", { style: "currency", currency });
  return [value.toLocaleString("en", { minimumFractionDigits: 2 }), currency].filter(Boolean).join(" ");
}

const dotted = (...parts) => parts.filter(Boolean).flatMap((part, i) => (i ? [" · ", part] : [part]));

const others = (found) => found.others > 0 && h("span", { title: "more variants of it, or items with the same photograph" }, `+${found.others}`);

function score(found) {
  if (found.named) return h("span", { title: "its title is what was asked" }, "called so");
  if (found.worded) return null; // it has words of what was asked: likeness is not why it stands here
  if (found.probability != null) return h("span", { title: "probability of being what was meant" }, `${Math.round(100 * found.probability)}%`);
  if (found.similarity != null) return h("span", { title: "cosine similarity to the query" }, found.similarity.toFixed(2));
  return null;
}

export function sized(link, side) {
  return `${link}${link.includes("?") ? "&" : "?"}size_px=${side}`;
}

export const skeletons = (number) =>
  Array.from({ length: number }, () =>
    h("li", { class: "skeleton", "aria-hidden": "true" }, h("span", { class: "card" }, h("span", { class: "frame" }), h("span", { class: "line" }), h("span", { class: "line" }))),
  );

// One of the states that are not results: nothing found, an error.
export const notice = (title, text, ...actions) =>
  h("div", { class: "state" }, h("h1", {}, title), h("p", {}, text), h("div", { class: "actions" }, actions));
