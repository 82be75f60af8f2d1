// The whole stack at this step, as a small map: a rail of units for each layer and direction, upper layers above.

import { html, setAttribute } from "../frame/elements.js";
import { numberAt, unitsAt } from "../frame/model.js";
import { buildUnits } from "./rail.js";
import { shader } from "./strips.js";

/** Build the map; `pick(place)` answers a click on a layer. Returns the element and `paint(step)`; null for one layer. */
export function buildStack(model, theme, pick) {
  if (!model.stack.length) return null;
  const both = model.stack.some(({ reverse }) => reverse);
  const layers = model.stack.map((one, place) => stackLayer(one, both, model, theme, () => pick(place)));
  const rows = [...layers].sort((one, other) => other.height - one.height);
  const map = html(
    "div",
    { class: both ? "map both" : "map", role: "group", "aria-label": model.words.stack },
    ...rows.map(({ element }) => element),
  );
  map.style.setProperty("--layers", rows[0].height + 1);
  return {
    element: html("div", { class: "stack" }, map, html("p", { class: "whence" }, model.whence)),
    paint(step) {
      for (const layer of layers) layer.paint(step);
    },
  };
}

/** One layer and direction: a button with its number, the way it reads, and its hidden state unit by unit. */
function stackLayer(one, both, model, theme, onclick) {
  const place = model.stack.indexOf(one);
  const hidden = model.signals.find(({ name }) => name === "hidden");
  const shade = shader(hidden, { ...model, scales: { hidden: model.scales[one.number] } }, theme);
  const units = buildUnits(model.units, shade);
  const element = html(
    "button",
    {
      type: "button", class: "layer", "data-layer": place, "data-field": `layer ${place}`, "aria-label": one.name, title: one.name,
      "aria-pressed": String(one.shown), onclick, onmousedown: (event) => event.preventDefault(), // the arrows go on stepping
    },
    html("span", { class: "which" }, both ? `${one.layer + 1} ${one.reverse ? "←" : "→"}` : one.layer + 1),
    html("span", { class: "units" }, units.canvas, ...(model.units > 1 ? [units.marker] : [])),
  );
  return {
    element,
    height: one.layer,
    paint(step) {
      setAttribute(element, "data-value", numberAt(model, one.number, step.index, step.unit));
      units.paint(unitsAt(model, one.number, step.index), step.unit, one.shown && Boolean(step.hand?.number));
    },
  };
}
