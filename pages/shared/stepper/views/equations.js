// One row a signal: its equation in symbols, the same with numbers put in, the result, and all units beside the chosen.

import { html, setAttribute, setText, symbolHtml } from "../frame/elements.js";
import { unitsAt } from "../frame/model.js";
import { fillIn, fillNumbers, formatNumber, formatSigned, MINUS } from "../frame/numbers.js";
import { formatWas } from "./ghost.js";
import { buildUnits } from "./rail.js";
import { shader } from "./strips.js";

/**
 * Build the rows; `choose(unit)` answers a click on a unit. Returns the element and `paint(step)`.
 *
 * Where a run is held or changed, the original's number stands below each that differs from it; where only differences
 * are shown, the difference stands in its place, and both numbers in the equation's.
 */
export function buildEquations(model, theme, choose) {
  const rows = model.signals.map((signal) => equationRow(signal, model, theme, choose));
  return {
    element: html("div", { class: "equations", "data-rows": rows.length, role: "group", "aria-label": model.words.equations }, ...rows.map((row) => row.element)),
    paint(step) {
      for (const row of rows) row.paint(step);
    },
  };
}

function equationRow(signal, model, theme, choose) {
  const equation = model.equations.find((one) => one.signal === signal.name);
  const colors = theme.signals[signal.name];
  const numbers = html("span", { class: "numbers" });
  const value = html("span", { class: "value" });
  const was = html("s", { class: "was" });
  const rail = model.units > 1 ? buildRail(signal, model, theme, choose) : null;
  const element = html(
    "div",
    { class: "equation", "data-signal": signal.name, style: `--signal: ${colors.fill}; --ink: ${colors.ink}` },
    html("span", { class: "name" }, signal.title),
    html("span", { class: "symbols" }, ...symbolHtml(equation.symbols), ...(signal.mark ? [html("mark", {}, signal.mark)] : [])),
    numbers,
    value,
    ...(model.original ? [was] : []),
    ...(rail ? [rail.element] : []),
  );
  return {
    element,
    paint(step) {
      const number = step.number(signal.name);
      const known = number !== null && step.detailed;
      setAttribute(element, "data-value", number === null ? "" : number);
      setAttribute(element, "data-moved", step.moved === signal.name);
      setAttribute(element, "data-held", step.held(signal.name));
      if (model.original) paintOriginal(element, was, signal.name, step);
      setText(value, model.difference && number !== null ? formatSigned(number - step.was(signal.name), 3) : formatNumber(number, 3));
      setText(numbers, known && step.index >= 0 ? rightHandSide(equation, signal.name, model, step) : "\u00a0");
      rail?.paint(step);
    },
  };
}

/** The equation with its numbers; what holds a signal instead; where only differences are shown, the two that differ. */
function rightHandSide(equation, signal, model, step) {
  if (!model.difference && step.held(signal)) return fillIn(model.words.held_at, { value: formatNumber(step.number(signal)) });
  if (!model.difference) return fillNumbers(equation.numbers, step.number);
  return `${formatNumber(step.number(signal), 3)} − ${formatNumber(step.was(signal), 3)}`.replace(`− ${MINUS}`, "+ ");
}

function paintOriginal(element, was, signal, step) {
  const original = step.was(signal);
  setAttribute(element, "data-original", original === null ? "" : original);
  setText(was, formatWas(step, signal, 3));
}

/** All units of one signal at this step, as a row of cells in which a click chooses a unit. */
function buildRail(signal, model, theme, choose) {
  const shade = shader(signal, model, theme);
  const { canvas, marker, paint } = buildUnits(model.units, shade, {
    role: "img", "aria-label": fillIn(model.words.all_units, { signal: signal.title }),
  });
  canvas.onclick = (event) => choose(Math.floor((event.offsetX / canvas.clientWidth) * model.units));
  return {
    element: html("span", { class: "units" }, canvas, marker),
    paint: (step) => paint(unitsAt(model, signal.name, step.index), step.unit, Boolean(step.hand?.number)),
  };
}
