// The order page: a cell with memory and a net without, side by side, reading the same steps in another order. Below, how
// the steps have moved, and over them what each of the two has come to, in this order and as it was.

import { html, rgb, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { formatNumber, formatSigned, NO_NUMBER } from "../shared/stepper/frame/numbers.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { go } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildPane, columnsIn, panesForm, panesPage } from "../shared/stepper/views/panes.js";
import {
  endLabels, levelTick, linePath, linePlot, looksOf, PLOT, plotText, stepTicks, swatch,
} from "../shared/stepper/views/plot.js";
import { COMPACT_BELOW } from "../shared/stepper/views/shapes.js";
import { heatmap, labelWidth } from "../shared/stepper/views/strips.js";

const ORDER = { most: 60, from: 24, to: 51, rows: [12, 63], plot: 82, height: 100, bottom: 22, captions: 96 };
const LARGE_TEXT = COMPACT_BELOW - 1; // px: the drawings are kept so low that only large text can be read in them
const WAS = "7 5"; // the dashes of every line that shows what was

function build(stepper, theme, width) {
  const { models, run } = stepper;
  const looks = looksOf(models, theme, []);
  const jump = (step) => go(stepper, step);
  const paneWidth = Math.min(columnsIn(width, models.length).paneWidth, LARGE_TEXT);
  const panes = models.map((model, i) => withEnding(buildPane(model, theme, looks[i], paneWidth, jump)));
  const orders = buildOrders(models, run, looks, theme, jump);
  return panesPage({ panes, figure: orders, playback: buildPlayback(stepper), theme, width, name: "order" });
}

export default mount({ build, form: panesForm });

/** The pane with a sentence under its title: how the chosen unit ends, in this order and as it was. */
function withEnding(pane) {
  const ending = html("p", { class: "ending" });
  const view = { element: ending, paint: (step) => setText(ending, pane.model.about.endings[step.unit]) };
  pane.element.querySelector("header").append(ending);
  const { about, filled, words } = pane.model;
  const corner = about.moved && !filled.length; // where steps are filled the corner says so
  if (corner) pane.element.querySelector(".strips").append(html("span", { class: "pale" }, words.order_pale));
  return { ...pane, views: [...pane.views, view] };
}

/** Words, the numbers of both lines at this step, and the plot. */
function buildOrders(models, run, looks, theme, jump) {
  const { words } = run;
  const lines = models.map((model, i) => ({ ...looks[i], model, title: model.about.name }));
  const rows = lines.map(buildOrderRow);
  const { told, places, former } = models[0].about;
  const order = { places, labels: run.labels, former };
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
    plot: plot.element,
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

/** What the plot is at a width: how the steps have moved, and below it the lines of one unit. */
function drawOrders(lines, order, unit, words, width, theme) {
  const steps = order.places.length;
  const names = Math.max(ORDER.captions, ...lines.map(({ title }) => labelWidth(title)));
  const [right, bottom] = [width - Math.min(names + 14, PLOT.most, width / 3), ORDER.plot + ORDER.height];
  const x = (step) => PLOT.left + 10 + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left - 20);
  const curves = lines.flatMap((line) => ["was", "now"].map((which) => curveOf(line, which, steps, unit)));
  const y = scaleOf(curves, bottom);
  const moves = (steps <= ORDER.most ? moveLines : moveBands)(order, x, right, theme);
  return {
    height: bottom + ORDER.bottom, top: ORDER.plot, bottom, x, y, first: 0, last: steps - 1, curves,
    elements: [
      ...[...new Set([y.low, 0, y.high])].flatMap((value) => orderTick(value, y(value), right, theme)),
      ...stepTicks(steps, x, bottom, theme),
      ...moves.elements,
      ...[words.order_was, words.order_now].map((text, i) => plotText(text, right + 8, ORDER.rows[i], { fill: theme.quiet })),
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

/** Both orders as rows of labels, and a line from each step's old place to its new one. */
function moveLines({ places, labels, former }, x, right, theme) {
  const threads = places.map((place, step) => thread(x(place), x(step), { stroke: theme.wire, "stroke-width": 1.2 }));
  const room = places.length > 1 ? x(1) - x(0) : Infinity;
  const texts = [former, labels].flatMap((row, i) => fittingLabels(row, room).map(([step, text]) =>
    plotText(text, x(step), ORDER.rows[i], { "text-anchor": "middle", fill: theme.quiet })));
  return { elements: [...threads, ...texts], ...currentMove(places, labels, x, right, theme) };
}

/** Of many steps: two bands, shaded by where each step stood at first, and one line, that of the current step. */
function moveBands({ places, labels }, x, right, theme) {
  const share = (place) => place / (places.length - 1);
  const bands = [places.map((_, step) => share(step)), places.map(share)].map((shares, i) => band(shares, x, ORDER.rows[i], theme));
  return { elements: bands, ...currentMove(places, labels, x, right, theme) };
}

/** The current step in both orders, and the line between its two places; it lies above everything else. */
function currentMove(places, labels, x, right, theme) {
  const line = thread(0, 0, { stroke: theme.text, "stroke-width": 3 });
  const marks = ORDER.rows.map((middle) => currentLabel(middle, right, theme));
  return {
    above: [line, ...marks.map((mark) => mark.element)],
    paint(step) {
      line.setAttribute("d", step < 0 ? "" : threadPath(x(places[step]), x(step)));
      for (const [i, mark] of marks.entries()) mark.paint(step < 0 ? null : labels[step], step < 0 ? 0 : x(i ? step : places[step]));
    },
  };
}

function band(shares, x, middle, theme) {
  const [from, to] = [rgb(theme.channel), rgb(theme.quiet)];
  const canvas = heatmap({ steps: shares.length, units: 1 }, "", (step) => from.map((part, i) => part + (to[i] - part) * shares[step]).concat(255));
  const half = (x(1) - x(0)) / 2;
  return svg("image", {
    href: canvas.toDataURL(), x: x(0) - half, y: middle - 9, width: x(shares.length - 1) - x(0) + 2 * half, height: 18,
    preserveAspectRatio: "none", style: "image-rendering: pixelated",
  });
}

function thread(from, to, attributes) {
  return svg("path", { d: threadPath(from, to), fill: "none", ...attributes });
}

function threadPath(from, to) {
  return `M${from.toFixed(1)} ${ORDER.from}L${to.toFixed(1)} ${ORDER.to}`;
}

/** [step, label] of as many labels as fit beside each other; what is read seldom says most, and comes first. */
function fittingLabels(labels, room) {
  const count = (label) => labels.filter((other) => other === label).length;
  const wanted = labels.map((label, step) => ({ label, step, half: labelWidth(label) / 2, count: count(label) }));
  const fitting = [];
  for (const one of wanted.sort((a, b) => a.count - b.count || a.step - b.step)) {
    if (fitting.every((other) => Math.abs(other.step - one.step) * room >= other.half + one.half)) fitting.push(one);
  }
  return fitting.map(({ step, label }) => [step, label]);
}

/** The label of the current step, on a card that covers its neighbours. */
function currentLabel(middle, right, theme) {
  const card = svg("rect", { y: middle - 11, height: 22, rx: 5, fill: theme.background, stroke: theme.text, "stroke-width": 1.5 });
  const text = plotText("", 0, middle, { "text-anchor": "middle", "font-weight": 700 });
  const element = svg("g", {}, card, text);
  return {
    element,
    paint(label, x) {
      setAttribute(element, "visibility", label === null ? "hidden" : "visible");
      if (label === null) return;
      const width = Math.max(22, labelWidth(label) + 4);
      const at = Math.min(x, right + 4 - width / 2);
      for (const [name, value] of Object.entries({ x: at - width / 2, width })) setAttribute(card, name, value);
      setAttribute(text, "x", at);
      setText(text, label);
    },
  };
}
