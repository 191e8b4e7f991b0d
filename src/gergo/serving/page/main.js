// The page: what is asked for on top, one of three views below, a product in front of it. The URL decides which.

import { call } from "./api.js";
import { show as showBench } from "./bench.js";
import { notice } from "./cards.js";
import { show as showCompare } from "./compare.js";
import { $, count, fill, h, label, later } from "./dom.js";
import { kept, listen } from "./picture.js";
import { close as closeProduct, show as showProduct } from "./product.js";
import { show as showSearch } from "./search.js";
import { filter, read, state, written } from "./state.js";

const TYPING_MS = 180;
const VIEWS = { search: showSearch, compare: showCompare, labels: showBench };
let shop = null;
let running = null;

// Go to another state: a new entry in the browser's history, or the present one changed while somebody types.
export function go(changes, { replace = false } = {}) {
  Object.assign(state, changes);
  history[replace ? "replaceState" : "pushState"]({ inside: true }, "", written());
  draw();
}

async function draw({ typed = false } = {}) {
  if (!shop) return;
  drawAsked(typed);
  drawViews();
  if (state.item) showProduct(shop, state.item, go);
  else closeProduct();
  const asked = written({ item: "" });
  if (asked === running?.asked) return;
  running?.stop.abort();
  const stop = new AbortController();
  running = { asked, stop };
  try {
    await VIEWS[state.view](shop, go, stop.signal);
    $("banner").hidden = true;
    $("main").dataset.shown = asked; // what is drawn now
  } catch (error) {
    if (error.name !== "AbortError") failed(error);
  }
}

function again() {
  running = null;
  if (shop) draw();
  else start();
}

function failed(error) {
  running = null;
  const retry = h("button", { type: "button", class: "button", onclick: again }, "Try again");
  $("main").removeAttribute("aria-busy");
  if (error.code === "unreachable") {
    fill($("banner"), h("span", {}, navigator.onLine ? error.message : "You are offline."), h("button", { type: "button", onclick: again }, "Try again"));
    $("banner").hidden = false;
    if ($("main").childElementCount && !$("main").querySelector(".skeleton")) return;
    fill($("main"), notice("Nothing to show yet", "As soon as the server answers, you can search here.", retry));
    return;
  }
  if (!error.code) console.error(error);
  fill($("main"), notice("That did not work", error.code ? [error.message, error.hint].filter(Boolean).join(" ") : "Something went wrong in this page.", retry));
  $("status").textContent = error.message;
}

function drawAsked(typed) {
  if (!typed && $("words").value !== state.q && document.activeElement !== $("words")) $("words").value = state.q;
  const data = kept(state.picture);
  $("picture-chip").hidden = !data;
  if (data) $("picture-shown").src = data;
  const both = Boolean(data || state.like) && Boolean(state.q);
  $("balance").hidden = !both || state.view === "labels";
  $("balance-picture").textContent = data ? "picture" : "likeness";
  $("weight").value = state.weight;
  $("ask").hidden = state.view === "labels";
  $("words").placeholder = data ? "Add words, as: in black" : "Describe it, or drop a picture";
  const lost = state.picture && !data;
  fill(
    $("chips"),
    state.like && chip(`Like ${shop.titles.get(state.like) ?? state.like}`, () => go({ like: "" })),
    state.minus && chip(`Without ${state.minus}`, () => go({ minus: "" })),
    lost && chip("The picture of this link is not on this device", () => go({ picture: "" })),
    [...state.filters].flatMap(([column, { values, low, high }]) => [
      ...values.map((value) => chip(`${label(column)}: ${value}`, () => drop(column, value))),
      low !== "" && chip(`${label(column)} from ${low}`, () => clear(column, "low")),
      high !== "" && chip(`${label(column)} to ${high}`, () => clear(column, "high")),
    ]),
  );
}

function chip(text, remove) {
  const button = h("button", { type: "button", onclick: remove, "aria-label": `Remove: ${text}`, title: text }, h("span", {}, text), h("span", { class: "x", "aria-hidden": "true" }, "×"));
  return h("li", {}, button);
}

function drop(column, value) {
  filter(column).values = filter(column).values.filter((one) => one !== value);
  go({});
}

function clear(column, end) {
  filter(column)[end] = "";
  go({});
}

function drawViews() {
  for (const link of document.querySelectorAll("[data-view]")) {
    const view = link.dataset.view;
    link.href = written({ view, item: "" });
    if (view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const what = { search: state.q || "Search", compare: `${state.q || "Compare"}, side by side`, labels: "Labels" }[state.view];
  document.title = `${what} · ${shop.name}`;
}

function listenToEverything() {
  const typed = later(TYPING_MS, () => go({ q: $("words").value.trim() }, { replace: true }));
  $("words").addEventListener("input", typed);
  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    go({ q: $("words").value.trim() });
  });
  $("weight").addEventListener("input", later(TYPING_MS, () => go({ weight: Number($("weight").value) }, { replace: true })));
  $("picture-remove").addEventListener("click", () => {
    go({ picture: "" });
    $("words").focus();
  });
  listen(
    (name) => go({ picture: name, like: "", item: "" }),
    (message) => {
      fill($("banner"), h("span", {}, message), h("button", { type: "button", onclick: () => ($("banner").hidden = true) }, "Close"));
      $("banner").hidden = false;
    },
  );
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-item], a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.dataset.item) go({ item: link.dataset.item });
    else go({ view: link.dataset.view, item: "" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, textarea") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    $("words").focus();
  });
  addEventListener("popstate", () => {
    read(location.search);
    $("words").value = state.q;
    draw();
  });
  addEventListener("offline", () => failed({ code: "unreachable", message: "You are offline." }));
  addEventListener("online", again);
}

async function start() {
  try {
    shop = await call("/v1/catalogue");
  } catch (error) {
    failed(error);
    return;
  }
  shop.titles = new Map();
  $("shop").textContent = shop.name;
  $("about").textContent = `${count(shop.groups)} products${shop.groups < shop.items ? ` (${count(shop.items)} items)` : ""}, found by ${shop.model}`;
  document.querySelector("[data-view=compare]").hidden = !shop.base;
  $("report").hidden = !shop.report;
  if (shop.report) $("report").href = shop.report;
  $("banner").hidden = true;
  $("words").value = state.q;
  draw();
}

read(location.search);
listenToEverything();
start();
