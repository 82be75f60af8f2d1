// What a trained model predicts at this step: its largest outputs, the largest first.

import { html, setAttribute, setText } from "../frame/elements.js";
import { fillIn, formatNumber, formatPercent, NO_NUMBER } from "../frame/numbers.js";

/** A row of outputs, each with its number and a bar; null where the model has no readout. */
export function buildPrediction(model) {
  const told = model.about?.prediction;
  if (!told) return null;
  const { rows, was } = told;
  const title = html("span", { class: "title" }, model.words.prediction);
  const items = rows[0].map((_, rank) => predictedItem(rank));
  const former = html("span", { class: "former" });
  const unasked = html("span", { class: "unasked" }, model.words.prediction_unasked);
  const list = html("ol", { "aria-label": model.words.prediction_of }, ...items.map((item) => item.element));
  const element = html("div", { class: "prediction" }, title, list, ...(was ? [former] : []), unasked);
  return {
    element,
    paint({ index }) {
      const now = model.about.prediction; // another one at another checkpoint of a training
      const { shares } = now;
      const row = index < 0 ? null : now.rows[index];
      for (const [rank, item] of items.entries()) item.paint(row?.[rank], shares);
      const asked = !now.asked_at_end || index < 0 || index === now.rows.length - 1;
      setAttribute(element, "data-asked", asked);
      element.title = asked ? "" : model.words.prediction_unasked;
      if (!was) return;
      const [first] = index < 0 ? [] : was[index];
      setAttribute(former, "data-was", first?.[0] ?? "");
      setText(former, first ? fillIn(model.words.prediction_was, { output: first[0], value: writtenOutput(first[1], shares) }) : "");
    },
  };
}

function predictedItem(rank) {
  const label = html("b");
  const value = html("span");
  const element = html("li", { "data-prediction": rank }, label, " ", value);
  return {
    element,
    paint(output, shares) {
      const [name, number] = output ?? ["", null];
      setAttribute(element, "data-label", name);
      setAttribute(element, "data-value", number ?? "");
      setText(label, name || NO_NUMBER);
      setText(value, output ? writtenOutput(number, shares) : "");
      element.style.setProperty("--share", shares ? number ?? 0 : 0);
    },
  };
}

function writtenOutput(number, shares) {
  return shares && number !== null ? formatPercent(number) : formatNumber(number);
}
