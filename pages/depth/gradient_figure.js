// What is left of the gradient on its way back through depth, of all kinds of unit: names, numbers, words, and the lines.

import { html, setAttribute, setText } from "../shared/stepper/frame/elements.js";
import { fillIn, NO_NUMBER } from "../shared/stepper/frame/numbers.js";
import { buildLogs } from "../shared/stepper/views/log_plot.js";
import { looksOf, PLOT, swatch } from "../shared/stepper/views/plot.js";

/** Build the figure; the kind that is shown has the thicker line. `jump(unit)` answers a click. */
export function buildGradients(model, theme, jump) {
  const { about, words, cell } = model;
  const looks = looksOf(about.gradients, theme);
  const rows = about.gradients.map((one, i) => buildGradientRow(one, looks[i], words));
  const lines = about.gradients.map((one, i) => ({ ...looks[i], title: one.name, left: one.left, width: one.key === cell ? PLOT.line + 2 : PLOT.line }));
  const axis = { steps: about.depth, about: { read: about.depth - 1 } };
  const plot = buildLogs(lines, axis, theme, words.depth_gradient, jump);
  return {
    element: html("section", { class: "gradients", "aria-label": words.depth_gradient },
      html("h2", {}, words.depth_gradient), html("div", { class: "rows" }, ...rows.map((row) => row.element)), plot.element,
      html("p", { class: "axis" }, words.depth_gradient_axis)),
    fit: plot.fit,
    paint(step) {
      for (const row of rows) row.paint(step.index);
      plot.paint(step.index);
    },
  };
}

/** A line's name, what is left at the unit, and what is left at the first one, with the word for that. */
function buildGradientRow({ key, name, left, shares, told }, look, words) {
  const whole = told && fillIn(words.depth_gradient_told, { told, left: shares[0].replaceAll(" ", "\u00a0") });
  const value = html("span", { class: "value" });
  const element = html("div", { class: "row", "data-gradient": key, style: `--ink: ${look.ink}` },
    swatch(look), html("span", { class: "name" }, name), value, html("span", { class: "told" }, whole));
  return {
    element,
    paint(unit) {
      setAttribute(element, "data-value", left[unit + 1] ?? "");
      setText(value, shares[unit + 1] ?? NO_NUMBER);
    },
  };
}
