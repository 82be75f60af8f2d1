// Plots of lines over the steps: axes, names at the lines' ends, and a cursor with a dot on each line.

import { setAttribute, svg, symbolSvg } from "../frame/elements.js";
import { formatNumber } from "../frame/numbers.js";

export const PLOT = { height: 150, left: 34, percent: 16, top: 12, bottom: 24, text: 13, line: 2.5, most: 220, apart: 36 };
const DASHES = ["", "9 4", "2 4", "11 4 2 4"]; // a line is known by its dashes too
const LETTERING = 15; // px: the page's font size at which a plot is drawn as large as it says; of a larger one it grows
const LABEL_APART = 16; // px between two names at the lines' ends

/** The looks of the models' lines: each its colours, and its dashes. */
export function looksOf(models, theme, dashes = DASHES) {
  return models.map((_, i) => ({ ...theme.cells[i], dash: dashes[i] ?? "" }));
}

/** A short piece of the line by which a cell is known in the plot. */
export function swatch({ fill, dash }) {
  const line = svg("path", { d: "M0 5H30", stroke: fill, "stroke-width": 3, "stroke-dasharray": dash || null });
  return svg("svg", { class: "swatch", viewBox: "0 0 30 10", "aria-hidden": "true" }, line);
}

/**
 * A plot of that name; `jump(step)` answers a click. Its element is drawn by `fit`, once its width is known.
 *
 * `draw(width)` says what is in it: `width` and `height`, and `top` and `bottom` of the lines; `x(step)` and `y(value)`;
 * the `first` and the `last` step; its `elements` and, where some lie over the dots, those `above`; its `curves`, one a
 * dot: the colour `fill`, whether it is `hollow`, and `at(step)`, the value or null; and `follow(step)`, if more follows
 * the steps.
 */
export function linePlot(name, theme, jump, draw) {
  const element = svg("svg", { class: "plot", role: "img", "aria-label": name });
  let [drawn, index] = [null, -Infinity];
  element.onclick = (event) => drawn && jump(stepAt(event.offsetX / scaleOf(element), drawn));
  return {
    element,
    fit() {
      const width = Math.max(PLOT.left + PLOT.most, element.clientWidth / scaleOf(element));
      drawn = drawInto(element, draw(width), theme, index);
    },
    paint(step) {
      index = step;
      if (drawn) paintPlot(drawn, index);
    },
    /** The plot as it stands, in an element of its own for a picture: as wide as that wants it. */
    at(width) {
      const copy = svg("svg");
      drawInto(copy, draw(width), theme, index);
      return copy;
    },
  };
}

/** How much larger than it says a plot is drawn. */
function scaleOf(element) {
  return parseFloat(getComputedStyle(element).fontSize) / LETTERING;
}

/** Draw a plot into an element, at a step. Returns what moves in it. */
function drawInto(element, drawing, theme, step) {
  const pointer = buildPointer(drawing, theme);
  element.setAttribute("viewBox", `0 0 ${drawing.width} ${drawing.height}`);
  element.replaceChildren(...drawing.elements, ...pointer.elements, ...(drawing.above ?? []));
  const drawn = { ...drawing, pointer };
  paintPlot(drawn, step);
  return drawn;
}

function paintPlot({ pointer, follow }, step) {
  pointer.paint(step);
  follow?.(step);
}

/** The step that is nearest to a place of the plot. */
function stepAt(place, { x, first, last }) {
  const share = (place - x(first)) / (x(last) - x(first) || 1);
  return Math.max(first, Math.min(last, first + Math.round(share * (last - first))));
}

/** The cursor on the current step, and a dot on each curve that has a value there. */
function buildPointer({ top, bottom, x, y, first, curves }, theme) {
  const cursor = svg("path", { stroke: theme.text, "stroke-width": 1.5 });
  const dots = curves.map(({ fill, hollow }) => svg("circle", {
    r: 5, fill: hollow ? theme.background : fill, stroke: hollow ? fill : theme.background, "stroke-width": hollow ? 2 : 1.5,
  }));
  return {
    elements: [cursor, ...dots],
    paint(step) {
      setAttribute(cursor, "d", step < first ? "" : `M${x(step)} ${top - 6}V${bottom}`);
      dots.forEach((dot, i) => {
        const value = step < first ? null : curves[i].at(step);
        setAttribute(dot, "visibility", value === null ? "hidden" : "visible");
        if (value === null) return;
        setAttribute(dot, "cx", x(step));
        setAttribute(dot, "cy", y(value));
      });
    },
  };
}

/** Text, or the pieces of one, centred on the height `y`. */
export function plotText(text, x, y, attributes) {
  return svg("text", { x, y, dy: "0.35em", "font-size": PLOT.text, ...attributes }, ...[text].flat());
}

/** A height that is named at the left: a line across the plot, and its text. */
export function levelTick(text, y, [left, right], theme) {
  const rule = svg("path", { d: `M${left} ${y}H${right}`, stroke: theme.channel, "stroke-width": 1 });
  return [rule, plotText(text, left - 8, y, { "text-anchor": "end", fill: theme.quiet })];
}

/** A logarithmic axis from one power of ten to another: the height of a log10, and the powers that are named, a few of them. */
export function powerScale(low, high, [top, bottom], most) {
  const every = [1, 2, 5, 10, 20, 50, 100, 200].find((size) => (high - low) / size <= most) ?? 500;
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((power) => power % every === 0);
  return { ticks, y: (log) => bottom - ((log - low) / (high - low)) * (bottom - top) };
}

export function powerOfTen(power) {
  return power ? symbolSvg(`10^{${formatNumber(power, 0)}}`) : "1";
}

/** The steps as a reader counts them: the first, the last, and round ones between. */
export function stepTicks(steps, x, bottom, theme) {
  const every = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find((size) => x(size) - x(0) >= PLOT.apart) ?? 1000;
  const round = Array.from({ length: Math.floor(steps / every) }, (_, i) => (i + 1) * every);
  return [...new Set([1, ...round.filter((step) => step - 1 > every / 2)])].map((step) =>
    plotText(step, x(step - 1), bottom + 13, { "text-anchor": "middle", fill: theme.quiet }));
}

/** Through all that is a number; a gap where there is none. */
export function linePath(values, x, y) {
  const gap = (value) => value === null || value === undefined;
  return values.map((value, step) => (gap(value) ? "" : `${gap(values[step - 1]) ? "M" : "L"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
}

/** Each line's title where it ends, moved apart where they would lie on each other. */
export function endLabels(lines, left, y, edges) {
  const ends = lines.map((line) => ({ line, at: y(line.values.findLast((value) => value !== null) ?? 0) }));
  return movedApart(ends, edges).map(({ line, at }) =>
    plotText(line.title, left, at, { fill: line.ink, "font-weight": 700, "font-size": 15 }));
}

/** Places `at` which something stands, each far enough from the next, between two edges. */
export function movedApart(places, [top, bottom]) {
  const ends = [...places].sort((one, other) => one.at - other.at);
  ends.forEach((end, i) => {
    end.at = Math.max(end.at, i ? ends[i - 1].at + LABEL_APART : top);
  });
  for (let i = ends.length - 1; i >= 0; i--) ends[i].at = Math.min(ends[i].at, bottom - (ends.length - 1 - i) * LABEL_APART);
  return ends;
}
