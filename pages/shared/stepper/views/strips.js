// A strip for each signal over the whole sequence: units down, time across, with the cursor on the current step.

import { html, rgb, setAttribute, setText, symbolHtml } from "../frame/elements.js";
import { numberAt, relative, stripValue } from "../frame/model.js";
import { fillIn, formatNumber } from "../frame/numbers.js";
import { heldFrames } from "./ghost.js";
import { buildLabels } from "./labels.js";
import { lettersWidth } from "./shapes.js";

const GRID_ABOVE = 7; // px: wider cells than this are set apart by a line

/** value -> [r, g, b, a]: gates from the background to their colour, signed numbers between two colours. */
export function shader(signal, model, theme) {
  const base = rgb(theme.empty);
  const full = rgb(theme.signals[signal.name].fill);
  const [positive, negative] = [rgb(theme.positive), rgb(theme.negative)];
  const gate = signal.kind === "gate" && !model.difference;
  return (value) => {
    const share = relative(model, signal.name, value);
    const end = gate ? full : share < 0 ? negative : positive;
    const size = Number.isNaN(share) ? 0 : Math.abs(share);
    return [0, 1, 2].map((i) => base[i] + (end[i] - base[i]) * size).concat(255);
  };
}

/** Build all strips, `names` beside them; `jump(step)` answers a click. Returns the element and `paint(step)`. */
export function buildStrips(model, theme, jump, names = model.signals.map((signal) => stripName(signal, theme))) {
  const cursor = html("div", { class: "cursor" });
  const strips = model.signals.map((signal) => buildStrip(signal, model, theme));
  const field = html("div", { class: "field" }, ...strips.map((strip) => strip.element), html("div", { class: "still earlier" }), html("div", { class: "still later" }), cursor);
  const labels = buildLabels(model);
  const markers = model.units > 1 ? [...field.querySelectorAll(".row")] : [];
  field.onclick = (event) => jump(stepAt(event, field, model));
  if (model.filled.length) field.append(filledMarks(model, theme));
  const element = html("div", { class: "strips" }, ...filledCount(model), html("div", { class: "names" }, ...names), labels.element, field);
  element.style.setProperty("--rows", model.signals.length);
  return {
    element,
    fit() {
      const cell = field.clientWidth / model.steps;
      field.style.setProperty("--cell", cell >= GRID_ABOVE ? `${100 / model.steps}%` : "200%");
      labels.fit(field.clientWidth);
    },
    paint(step) {
      paintCursor(cursor, step, model);
      labels.paint(step);
      for (const marker of markers) marker.style.top = `${((step.unit + 0.5) / model.units) * 100}%`;
      for (const strip of strips) strip.paint(step);
      if (step.hand) markStill(field, step.hand, model);
    },
  };
}

/** The count of filled steps, in the corner above the names. */
function filledCount({ filled, words }) {
  return filled.length ? [html("span", { class: "filled-count", title: words.filled_how }, fillIn(words.filled, { count: filled.length }))] : [];
}

/** A mark above the strips at each step that the data does not have. */
function filledMarks({ steps, filled, words }, theme) {
  const canvas = html("canvas", { class: "filled", width: steps, height: 1, role: "img", "aria-label": words.filled_how });
  const context = canvas.getContext("2d");
  context.fillStyle = theme.text;
  for (const step of filled) context.fillRect(step, 0, 1, 1);
  return canvas;
}

function stripName(signal, theme) {
  const name = html("span", { class: "long" }, signal.title);
  const symbol = html("span", { class: "short" }, ...symbolHtml(signal.symbol));
  return html("span", { class: "name", style: `color: ${theme.signals[signal.name].ink}` }, name, symbol);
}

/** A signal's name and its number, beside its strip. */
export function buildReading(signal, theme) {
  const value = html("span", { class: "value" });
  const name = stripName(signal, theme);
  name.dataset.signal = signal.name;
  name.append(value);
  return {
    element: name,
    paint(step) {
      const number = step.number(signal.name);
      setAttribute(name, "data-value", number === null ? "" : number);
      setText(value, formatNumber(number));
    },
  };
}

/** One strip; where a run is held or changed the original lies below it, lower, and what is held is framed. */
function buildStrip(signal, model, theme) {
  const shade = shader(signal, model, theme);
  const canvas = heatmap(model, signal.title, (step, unit) => shade(stripValue(model, signal.name, step, unit)));
  const row = model.units > 1 ? [html("i", { class: "row" })] : [];
  const now = html("div", { class: "run now" }, canvas, ...row, ...heldFrames(signal, model));
  const original = model.original && !model.difference
    ? [html("div", { class: "run original" }, heatmap(model, `${signal.title}: ${model.words.original}`, (step, unit) => shade(numberAt(model.original, signal.name, step, unit))))]
    : [];
  return {
    element: html("div", { class: "strip", "data-strip": signal.name }, now, ...original),
    paint: followHand(canvas, (step, unit) => shade(stripValue(model, signal.name, step, unit))),
  };
}

/** What paints the one cell of a strip that follows a valve in hand, and paints it as it was once the hand is gone. */
function followHand(canvas, colorAt) {
  let at = null;
  return ({ hand }) => {
    at = hand ?? at;
    if (at && at.step >= 0) canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(colorAt(at.step, at.unit)), 1, 1), at.step, at.unit);
    at = hand;
  };
}

/** Where a strip stands still beside a valve in hand: what differs earlier, what comes later, and all other units. */
function markStill(field, { first, step, unit }, { steps, units }) {
  field.style.setProperty("--first", `${(first / steps) * 100}%`);
  field.style.setProperty("--not-yet", `${((steps - step) / steps) * 100}%`);
  field.style.setProperty("--later", `${((step + 1) / steps) * 100}%`);
  field.style.setProperty("--above", `${(unit / units) * 100}%`);
  field.style.setProperty("--below", `${((units - 1 - unit) / units) * 100}%`);
}

export function heatmap({ steps, units }, title, colorAt) {
  const canvas = html("canvas", { width: steps, height: units, role: "img", "aria-label": title });
  const image = new ImageData(steps, units);
  for (let step = 0; step < steps; step++) {
    for (let unit = 0; unit < units; unit++) image.data.set(colorAt(step, unit), (unit * steps + step) * 4);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function stepAt(event, field, model) {
  const box = field.getBoundingClientRect();
  const step = Math.floor(((event.clientX - box.left) / box.width) * model.steps);
  return Math.max(0, Math.min(model.steps - 1, step));
}

function paintCursor(cursor, step, model) {
  const width = 100 / model.steps;
  cursor.hidden = step.index < 0;
  cursor.style.left = `${step.index * width}%`;
  cursor.style.width = `${width}%`;
}

/** A generous guess, in px. */
export function labelWidth(label) {
  return lettersWidth(label, 8, 15) + 6;
}
