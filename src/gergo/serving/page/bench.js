// The label bench: any labels against any picture, with what speaks for each, and whether any of them stands out.

import { call } from "./api.js";
import { sized } from "./cards.js";
import { $, count, fill, h, later } from "./dom.js";
import { kept } from "./picture.js";
import { state } from "./state.js";

const KEPT = "gergo-labels";
const TYPING_MS = 350;

export async function show(shop, go, signal) {
  const main = $("main");
  main.removeAttribute("aria-busy");
  const image = kept(state.picture);
  const item = image ? "" : state.like;
  const shown = image ?? (item && (await pictureOf(item)));
  const scores = h("div", { "aria-live": "polite" });
  const labels = h("textarea", { id: "labels", spellcheck: "false" });
  labels.value = sessionStorage.getItem(KEPT) ?? proposed(shop);
  const template = h("input", { class: "field", id: "template", value: "a photo of {}", maxlength: 200 });
  const score = async () => {
    sessionStorage.setItem(KEPT, labels.value);
    const names = labels.value.split(/[,\n;]/).map((name) => name.trim()).filter(Boolean);
    if (!shown) return fill(scores, h("p", { class: "quiet wait" }, "Choose a picture first."));
    if (!names.length) return fill(scores, h("p", { class: "quiet wait" }, "Write some labels."));
    try {
      const asked = { labels: names.slice(0, 100), template: template.value, ...(image ? { image } : { item }) };
      drawScores(scores, await call("/v1/classify", asked, signal));
    } catch (error) {
      if (error.name !== "AbortError") fill(scores, h("p", { class: "bad wait" }, [error.message, error.hint].filter(Boolean).join(" ")));
    }
    return undefined;
  };
  for (const field of [labels, template]) field.addEventListener("input", later(TYPING_MS, score));
  const target = h(
    "button",
    { type: "button", class: shown ? "target filled" : "target", onclick: () => $("picture-file").click(), "data-key": "target", "aria-label": shown ? "Choose another picture" : "Choose a picture" },
    shown ? h("img", { src: shown, alt: "The picture to label" }) : h("span", {}, "Choose, drop or paste a picture"),
  );
  fill(
    main,
    h(
      "div",
      { class: "bench" },
      h("div", {}, h("h1", {}, "What does it show?"), target, shown && h("p", { class: "hint" }, "Drop, paste or choose another one at any time.")),
      h(
        "div",
        {},
        h("label", { for: "labels" }, "Labels, one a line or with commas between"),
        labels,
        shop.labels_left_out > 0 && h("p", { class: "hint", id: "left-out" }, `To begin with, the ${shop.labels.length} commonest of the shop's ${count(shop.labels.length + shop.labels_left_out)} categories.`),
        h("details", {}, h("summary", { class: "hint" }, "The sentence around a label"), h("label", { for: "template", class: "unseen" }, "The sentence that a label is put into, at its {}"), template),
        scores,
      ),
    ),
  );
  await score();
}

async function pictureOf(item) {
  const product = await call(`/v1/items/${item.split("/").map(encodeURIComponent).join("/")}`);
  return product.pictures.length ? sized(product.pictures[0].picture, 720) : "";
}

// To begin with: the catalogue's own categories, so that the bench is never empty.
function proposed(shop) {
  return (shop.labels ?? []).join(", ");
}

function drawScores(scores, answer) {
  const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;
  const best = answer.labels[0];
  const rows = answer.labels.map((one, i) => {
    const bar = h("i");
    bar.style.width = `${100 * one.probability}%`;
    const sure = one.holds === null ? "" : `by itself ${percent(one.holds)} sure; `;
    const why = answer.compared_with
      ? `${sure}fits this picture better than ${percent(one.standing)} of the catalogue's; similarity ${one.similarity.toFixed(3)}`
      : `similarity ${one.similarity.toFixed(3)}`;
    return h(
      "li",
      { class: i === 0 && !answer.none_of_these ? "row first" : "row" },
      h("span", { class: "name" }, one.label),
      h("span", { class: "value" }, percent(one.probability)),
      h("span", { class: "track", "aria-hidden": "true" }, bar),
      h("span", { class: "why" }, why),
    );
  });
  const verdict = answer.none_of_these
    ? h("p", { class: "verdict none" }, h("b", {}, "None of these. "), `Even “${best.label}” ${best.holds === null ? "says no more about this picture than about many others" : "is more likely wrong than right"}.`)
    : h("p", { class: "verdict" }, h("b", {}, best.label), ` stands out, among these ${answer.labels.length}.`);
  const honest = answer.calibrated ? "Probabilities are fitted on this catalogue." : "Probabilities rank the labels; nothing says how far to trust them.";
  fill(scores, verdict, h("ol", { class: "scores" }, rows), h("p", { class: "hint" }, honest));
}
