// What narrows a search: values with their counts, ranges of numbers, words to leave out.

import { count, fill, h, label, later } from "./dom.js";
import { filter, state } from "./state.js";

const OPEN_GROUPS = 3;
const MOST_GROUPS = 14;
const FIRST_VALUES = 8;
const TYPING_MS = 350;
const unfolded = new Set();

// The columns that are counted: brand and category first, then the others in the catalogue's order.
export function facetColumns(shop) {
  const first = (column) => (column.roles.includes("category") ? 0 : column.roles.includes("brand") ? 1 : 2);
  const wanted = shop.columns.filter((column) => column.facet).sort((a, b) => first(a) - first(b));
  return wanted.slice(0, MOST_GROUPS).map((column) => column.name);
}

export function drawFilters(details, shop, facets, go) {
  const open = new Map([...details.querySelectorAll(".group")].map((group) => [group.dataset.column, group.open]));
  const chosen = [...state.filters.values()].reduce((sum, one) => sum + one.values.length + (one.low !== "") + (one.high !== ""), 0);
  const separators = new Map(shop.columns.map((column) => [column.name, column.separator]));
  const groups = [
    ...Object.entries(facets).map(([column, values], i) => facet(column, values, separators.get(column), open.get(column) ?? i < OPEN_GROUPS, go)),
    ...shop.columns.filter((column) => column.low !== null && column.low < column.high && !column.roles.length).map((column) => range(column, open.get(column.name) ?? false, go)),
    without(open.get("") ?? false, go),
  ];
  fill(details, h("summary", { "data-key": "filters" }, chosen ? `Filters (${chosen})` : "Filters"), groups);
}

function group(column, name, open, ...content) {
  return h("details", { class: "group", "data-column": column, open: open || isUsed(column) }, h("summary", { "data-key": `group ${column}` }, name), content);
}

const isUsed = (column) => {
  const used = state.filters.get(column);
  return Boolean(used && (used.values.length || used.low !== "" || used.high !== ""));
};

// A path shows its last level, and small after it where that is: what is asked for stays the whole of it.
function named(value, separator) {
  const at = separator ? value.lastIndexOf(separator) : -1;
  if (at < 0) return h("span", {}, value);
  return h("span", {}, value.slice(at + separator.length), " ", h("small", { class: "quiet" }, value.slice(0, at)));
}

function facet(column, values, separator, open, go) {
  const chosen = state.filters.get(column)?.values ?? [];
  const counts = new Map(values.filter(({ value }) => value !== null).map(({ value, count: n }) => [String(value), n]));
  for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
  const ticks = [...counts].map(([value, n]) =>
    h(
      "label",
      { class: "tick" },
      h("input", {
        type: "checkbox",
        checked: chosen.includes(value),
        "data-key": `tick ${column} ${value}`,
        onchange: (event) => {
          const now = filter(column);
          now.values = event.target.checked ? [...now.values, value] : now.values.filter((one) => one !== value);
          go({});
        },
      }),
      named(value, separator),
      h("span", { class: "n" }, count(n)),
    ),
  );
  const rest = ticks.slice(FIRST_VALUES);
  const shown = unfolded.has(column) || rest.length < 3;
  const more = h("button", { type: "button", class: "link", "data-key": `all ${column}` }, `Show all ${ticks.length}`);
  more.addEventListener("click", () => {
    unfolded.add(column);
    for (const tick of rest) tick.hidden = false;
    rest[0].querySelector("input").focus();
    more.remove();
  });
  if (!shown) for (const tick of rest) tick.hidden = !tick.querySelector("input").checked;
  return group(column, label(column), open, h("fieldset", { class: "values" }, h("legend", { class: "unseen" }, label(column)), ticks, !shown && more));
}

function range(column, open, go) {
  const now = state.filters.get(column.name);
  const end = (which, name, hint) =>
    h(
      "label",
      {},
      name,
      h("input", {
        type: "number",
        step: "any",
        inputmode: "decimal",
        value: now?.[which] ?? "",
        placeholder: hint,
        "data-key": `${which} ${column.name}`,
        oninput: later(TYPING_MS, (event) => {
          filter(column.name)[which] = event.target.value;
          go({}, { replace: true });
        }),
      }),
    );
  return group(column.name, label(column.name), open, h("div", { class: "range" }, end("low", "from", column.low), end("high", "to", column.high)));
}

function without(open, go) {
  const field = h("input", {
    type: "text",
    class: "field",
    maxlength: 200,
    value: state.minus,
    "data-key": "minus",
    "aria-label": "Words for what is not wanted",
    onchange: (event) => go({ minus: event.target.value.trim() }),
  });
  const needs = state.q || state.picture || state.like ? null : h("p", { class: "quiet small" }, "Works together with words or a picture.");
  return group("", "Leave out", open || Boolean(state.minus), h("div", { class: "values" }, field, needs));
}
