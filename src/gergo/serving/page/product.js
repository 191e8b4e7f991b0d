// One product in front of the results: its pictures, its columns, where a phrase is seen in it, and more like it.

import { call } from "./api.js";
import { card, sized } from "./cards.js";
import { $, fill, h, label } from "./dom.js";
import { state } from "./state.js";

const ALIKE = 6;
let shown = "";
let leave = () => {};

export async function show(shop, id, go) {
  if (shown === id && $("product").open) return;
  const dialog = $("product");
  shown = id;
  leave = () => go({ item: "" });
  const busy = h("p", { class: "quiet" }, "Loading");
  fill(dialog, h("div", { class: "sheet" }, closing(), h("h2", { id: "product-title" }, shop.titles.get(id) ?? "Product"), busy));
  if (!dialog.open) dialog.showModal();
  try {
    const product = await call(`/v1/items/${id.split("/").map(encodeURIComponent).join("/")}`);
    if (shown !== id) return;
    shop.titles.set(id, product.title);
    draw(dialog, shop, product, go);
    await drawAlike(dialog, shop, product);
  } catch (error) {
    if (shown === id) fill(busy, h("span", { class: "bad", role: "alert" }, error.message));
  }
}

export function close() {
  shown = "";
  if ($("product").open) $("product").close();
}

function closing() {
  return h("button", { type: "button", class: "close", "data-key": "close", "aria-label": "Close", onclick: () => leave() }, "×");
}

function draw(dialog, shop, product, go) {
  const stage = h("div", { class: "stage" });
  const look = (one) => fill(stage, h("img", { src: sized(one.picture, 720), alt: product.title }));
  if (product.pictures.length) look(product.pictures[0]);
  else fill(stage, h("span", { class: "no-picture" }, "no picture"));
  const thumbs = product.pictures.map((one, i) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": i === 0,
        "aria-label": `Picture ${i + 1} of ${product.pictures.length}`,
        onclick: (event) => {
          for (const button of event.currentTarget.parentElement.children) button.setAttribute("aria-pressed", button === event.currentTarget);
          look(one);
        },
      },
      h("img", { src: sized(one.picture, 160), alt: "" }),
    ),
  );
  const more = h("button", { type: "button", class: "primary", onclick: () => go({ view: "search", like: product.id, q: "", picture: "", item: "" }) }, "More like this");
  const labels = h("button", { type: "button", class: "button", onclick: () => go({ view: "labels", like: product.id, item: "" }) }, "Try labels on it");
  fill(
    dialog,
    h(
      "div",
      { class: "sheet" },
      closing(),
      h("div", {}, stage, thumbs.length > 1 && h("div", { class: "thumbs", role: "group", "aria-label": "Pictures" }, thumbs), product.pictures.length > 0 && seen(stage, product)),
      h(
        "div",
        {},
        h("h2", { id: "product-title" }, product.title),
        h("p", { class: "sub small" }, product.id),
        h("div", { class: "actions" }, more, product.pictures.length > 0 && labels),
        facts(shop, product),
      ),
    ),
    product.siblings.length > 0 && tied(shop, product),
    h("section", { class: "like", "aria-labelledby": "alike", hidden: true }, h("h3", { id: "alike" }, "More like this"), h("ol", { class: "grid" })),
  );
}

function facts(shop, product) {
  const said = (name) => product.columns[name] ?? null;
  const skip = (column) => column.roles.some((role) => ["images", "id", "group"].includes(role)) || said(column.name) === product.title;
  const rows = [];
  for (const { name, roles } of shop.columns.filter((column) => !skip(column) && said(column.name) !== null)) {
    const option = /^(.*\d)([ _])(name|value)$/i.exec(name); // a shop system's "Option1 Name" and "Option1 Value" are one fact
    const other = option && shop.columns.find((one) => one.name.toLowerCase() === `${option[1]}${option[2]}${/name/i.test(option[3]) ? "value" : "name"}`.toLowerCase());
    const value = roles.includes("texts") ? plain(String(said(name))) : said(name);
    if (!other || said(other.name) === null) rows.push([label(name), value]);
    else if (/value/i.test(option[3])) rows.push([label(String(said(other.name))), value]);
  }
  return h("dl", { class: "facts" }, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
}

// Descriptions that a shop writes as HTML, as their readers see them: text, a block a line.
function plain(value) {
  if (!/<\/?[a-z][^>]*>|&(?:[a-z]+|#\d+);/i.test(value)) return value;
  const page = new DOMParser().parseFromString(value.replace(/<(?:br|\/p|\/li|\/div|\/h\d|\/tr)\b/gi, "\n$&"), "text/html");
  for (const hidden of page.querySelectorAll("script, style")) hidden.remove();
  return page.body.textContent.replace(/[^\S\n]+/g, " ").replace(/\s*\n\s*/g, "\n").trim() || value;
}

// The other items of its group, each by what tells it apart: the columns in which it differs from this one.
function tied(shop, product) {
  for (const one of product.siblings) shop.titles.set(one.id, one.title);
  return h(
    "section",
    { class: "like", "aria-labelledby": "tied" },
    h("h3", { id: "tied" }, "Variants and items with the same photograph"),
    h("ol", { class: "grid" }, product.siblings.map((one) => card({ ...one, title: apart(shop, product, one) }, shop))),
  );
}

function apart(shop, product, other) {
  if (other.title !== product.title) return other.title;
  const told = shop.columns.filter((column) => !["images", "id", "group"].some((role) => column.roles.includes(role)) && column.kind === "string");
  const values = told.map((column) => other.columns[column.name]).filter((value, i) => value !== null && value !== product.columns[told[i].name]);
  return values.slice(0, 3).join(", ") || other.id;
}

async function drawAlike(dialog, shop, product) {
  const found = await call("/v1/search", { like: product.id, k: ALIKE, distinct: true });
  if (shown !== product.id) return;
  for (const one of found.results) shop.titles.set(one.id, one.title);
  const section = dialog.querySelector(".like:last-child");
  fill(section.querySelector("ol"), found.results.map((one) => card(one, shop)));
  section.hidden = found.results.length === 0;
}

function seen(stage, product) {
  const said = h("p", { class: "quiet small", role: "status" });
  const field = h("input", { class: "field", name: "phrase", required: true, maxlength: 200, "aria-label": "A phrase to look for in the picture", value: state.q });
  const form = h("form", {}, field, h("button", { type: "submit", class: "button" }, "Show"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "Looking";
    try {
      const at = [...stage.parentElement.querySelectorAll(".thumbs button")].findIndex((one) => one.getAttribute("aria-pressed") === "true");
      const answer = await call("/v1/explain", { view: product.pictures[Math.max(at, 0)].view, text: field.value });
      stage.querySelector("canvas")?.remove();
      if (answer.found) overlay(stage, answer);
      said.textContent = answer.found
        ? `The coloured part speaks for it. Similarity ${answer.score.toFixed(2)}, against ${answer.neutral.toFixed(2)} for words that say nothing.`
        : `Not seen here: “${field.value}” says no more about this picture than words that say nothing.`;
    } catch (error) {
      said.textContent = error.message;
    }
  });
  return h("section", { class: "seen" }, h("h3", {}, "Where is it seen?"), form, said);
}

// The map, rows of numbers in [0, 1], laid over the picture as heat; the picture is fitted into a square stage.
function overlay(stage, { map, width, height }) {
  const small = document.createElement("canvas");
  [small.width, small.height] = [map[0].length, map.length];
  const pen = small.getContext("2d");
  const pixels = pen.createImageData(small.width, small.height);
  map.flat().forEach((value, i) => pixels.data.set([255, 190 - 170 * value, 30, 200 * value], 4 * i));
  pen.putImageData(pixels, 0, 0);
  const side = 720;
  const scale = side / Math.max(width, height);
  const large = document.createElement("canvas");
  large.width = large.height = side;
  const [w, t] = [width * scale, height * scale];
  const brush = large.getContext("2d");
  brush.imageSmoothingQuality = "high";
  brush.drawImage(small, (side - w) / 2, (side - t) / 2, w, t);
  stage.append(large);
}

$("product").addEventListener("cancel", (event) => {
  event.preventDefault();
  leave();
});
$("product").addEventListener("click", (event) => {
  if (event.target === $("product")) leave();
});
