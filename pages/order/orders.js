// What each cell has come to at every step, in this order and as it was, and above it how the steps have moved.

import { html, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { formatNumber, formatSigned, NO_NUMBER } from "../shared/stepper/frame/numbers.js";
import {
  endLabels, levelTick, linePath, linePlot, PLOT, plotText, stepTicks, swatch,
} from "../shared/stepper/views/plot.js";
import { labelWidth } from "../shared/stepper/views/strips.js";
import { MOVES, moveBands, moveLines } from "./moves.js";

const ORDER = { most: 60, plot: 82, height: 100, bottom: 22, captions: 96 };
const WAS = "7 5"; // the dashes of every line that shows what was

/** Words, the numbers of both lines at this step, and the plot. */
export function buildOrders(models, run, looks, theme, jump) {
  const { words } = run;
  const lines = models.map((model, i) => ({ ...looks[i], model, title: model.about.name }));
  const rows = lines.map(buildOrderRow);
  const { label_row, about: { told, places, former, former_row } } = models[0];
  const order = { places, labels: run.labels, label_row, former, former_row };
  let drawnUnit = 0;
  const plot = linePlot(words.order_plot, theme, jump, (width) => drawOrders(lines, order, drawnUnit, words, width, theme));
  return {
    element: html("section", { class: "orders", "aria-label": words.order_plot },
      html("div", { class: "told" },
        ...told.map((text) => html("p", {}, text)),
        html("div", { class: "endings" },
          html("span", { class: "head" }, words.order_now), html("span", { class: "head" }, words.order_was),
          ...rows.map((row) => row.element)),
      ),
      plot.element,
    ),
    plotAt: plot.at,
    labels: {
      up: words.order_up,
      across: words.step,
      lines: [
        ...lines.map(({ fill, model }) => ({ fill, text: model.about.line })),
        { fill: theme.text, text: words.order_now }, { fill: theme.text, dash: WAS, text: words.order_was },
      ],
    },
    fit: plot.fit,
    paint(position) {
      for (const row of rows) row.paint(position);
      plot.paint(position.index);
      if (position.unit === drawnUnit) return;
      drawnUnit = position.unit;
      plot.fit();
    },
  };
}

/** The number of a line at one step, or null where there is none: "now" in this order, "was" in the former one. */
function lineAt({ model }, which, step, unit) {
  const { values, cols } = model.lines[which];
  const value = step < 0 ? NaN : values[step * cols + unit];
  return Number.isFinite(value) ? value : null;
}

/** A line's name, its number at this step, and that of the former order at this step. */
function buildOrderRow(line) {
  const [now, was] = [html("span", { class: "value" }), html("span", { class: "value was" })];
  const element = html("div", { class: "row", "data-line": line.model.cell, style: `--ink: ${line.ink}` },
    swatch(line), html("span", { class: "name" }, line.model.about.line), now, was);
  return {
    element,
    paint({ index, unit }) {
      for (const [which, cell, name] of [["now", now, "data-value"], ["was", was, "data-was"]]) {
        const number = lineAt(line, which, index, unit);
        setAttribute(element, name, number ?? "");
        setText(cell, number === null ? NO_NUMBER : formatSigned(number));
      }
    },
  };
}

/** The plot at a width: how the steps have moved, and below it the lines of one unit. */
function drawOrders(lines, order, unit, words, width, theme) {
  const steps = order.places.length;
  const names = Math.max(ORDER.captions, ...lines.map(({ title }) => labelWidth(title)));
  const [right, bottom] = [width - Math.min(names + 14, PLOT.most, width / 3), ORDER.plot + ORDER.height];
  const x = (step) => PLOT.left + 10 + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left - 20);
  const curves = lines.flatMap((line) => ["was", "now"].map((which) => curveOf(line, which, steps, unit)));
  const y = scaleOf(curves, bottom);
  const moves = (steps <= ORDER.most ? moveLines : moveBands)(order, x, right, theme);
  return {
    width, height: bottom + ORDER.bottom, top: ORDER.plot, bottom, x, y, first: 0, last: steps - 1, curves,
    elements: [
      ...[...new Set([y.low, 0, y.high])].flatMap((value) => orderTick(value, y(value), right, theme)),
      ...stepTicks(steps, x, bottom, theme),
      ...moves.elements,
      ...[words.order_was, words.order_now].map((text, i) => plotText(text, right + 8, MOVES.rows[i], { fill: theme.quiet })),
      ...curves.map(({ fill: stroke, hollow, values }) => svg("path", {
        d: linePath(values, x, y), fill: "none", stroke, "stroke-linejoin": "round",
        "stroke-width": hollow ? 2 : PLOT.line + 0.5, "stroke-dasharray": hollow ? WAS : null,
      })),
      ...endLabels(curves.filter(({ hollow }) => !hollow), right + 8, y, [ORDER.plot, bottom]),
    ],
    above: moves.above,
    follow: moves.paint,
  };
}

function orderTick(value, y, right, theme) {
  return levelTick(formatNumber(value, Number.isInteger(value) ? 0 : 1), y, [PLOT.left, right], theme);
}

/** A line of one unit in one of the two orders; as it was its dot is hollow. */
function curveOf(line, which, steps, unit) {
  const values = Array.from({ length: steps }, (_, step) => lineAt(line, which, step, unit));
  const { title, fill, ink } = line;
  return { title, fill, ink, values, hollow: which === "was", at: (step) => values[step] };
}

/** From −1 to 1, or as far as the values go; `low` and `high` are its ends. */
function scaleOf(curves, bottom) {
  const values = curves.flatMap((curve) => curve.values.filter((value) => value !== null));
  const [low, high] = [Math.min(-1, ...values), Math.max(1, ...values)];
  const y = (value) => bottom - ((value - low) / (high - low)) * ORDER.height;
  return Object.assign(y, { low, high });
}
