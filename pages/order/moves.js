// How the steps have moved: both orders as rows, and from each step's old place to its new one a line.

import { rgb, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { standingSteps } from "../shared/stepper/views/labels.js";
import { plotText } from "../shared/stepper/views/plot.js";
import { heatmap, labelWidth } from "../shared/stepper/views/strips.js";

export const MOVES = { from: 24, to: 51, rows: [12, 63] }; // heights

/** Both orders as rows of labels, and a line from each step's old place to its new one. */
export function moveLines({ places, labels, label_row, former, former_row }, x, right, theme) {
  const threads = places.map((place, step) => thread(x(place), x(step), { stroke: theme.wire, "stroke-width": 1.2 }));
  const rows = [[former, former_row], [labels, label_row]].map(([row, kind], i) => rowOfLabels(row, kind, x, MOVES.rows[i], theme));
  return {
    elements: [...threads, ...rows.flatMap((row) => row.elements)],
    ...currentMove(places, labels, x, right, theme, rows),
  };
}

/** Of many steps: two bands, shaded by where each step stood at first, and one line, that of the current step. */
export function moveBands({ places, labels }, x, right, theme) {
  const share = (place) => place / (places.length - 1);
  const bands = [places.map((_, step) => share(step)), places.map(share)].map((shares, i) => band(shares, x, MOVES.rows[i], theme));
  return { elements: bands, ...currentMove(places, labels, x, right, theme) };
}

/** The current step in both orders, and the line between its two places; it lies above everything else. */
function currentMove(places, labels, x, right, theme, rows = []) {
  const line = thread(0, 0, { stroke: theme.text, "stroke-width": 3 });
  const marks = MOVES.rows.map((middle) => currentLabel(middle, right, theme));
  return {
    above: [line, ...marks.map((mark) => mark.element)],
    paint(step) {
      line.setAttribute("d", step < 0 ? "" : threadPath(x(places[step]), x(step)));
      for (const [i, mark] of marks.entries()) {
        const card = mark.paint(step < 0 ? null : labels[step], step < 0 ? 0 : x(i ? step : places[step]));
        rows[i]?.clear(card);
      }
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
  return `M${from.toFixed(1)} ${MOVES.from}L${to.toFixed(1)} ${MOVES.to}`;
}

/** The labels of a row that find a place; `clear(span)` leaves out those that would stand under the current one's card. */
function rowOfLabels(labels, row, x, middle, theme) {
  const spanAround = (at, label) => [at - labelWidth(label) / 2, at + labelWidth(label) / 2];
  const texts = standingSteps(labels, row, (step) => spanAround(x(step), labels[step])).map((step) => {
    const element = plotText(labels[step], x(step), middle, { "text-anchor": "middle", fill: theme.quiet });
    return { element, span: spanAround(x(step), labels[step]) };
  });
  return {
    elements: texts.map(({ element }) => element),
    clear([from, to]) {
      for (const { element, span: [left, right] } of texts) setAttribute(element, "visibility", right > from && left < to ? "hidden" : "visible");
    },
  };
}

/** The label of the current step, on a card; `paint` returns where it begins and ends, no number for none. */
function currentLabel(middle, right, theme) {
  const card = svg("rect", { y: middle - 11, height: 22, rx: 5, fill: theme.background, stroke: theme.text, "stroke-width": 1.5 });
  const text = plotText("", 0, middle, { "text-anchor": "middle", "font-weight": 700 });
  const element = svg("g", {}, card, text);
  return {
    element,
    paint(label, x) {
      setAttribute(element, "visibility", label === null ? "hidden" : "visible");
      if (label === null) return [NaN, NaN];
      const width = Math.max(22, labelWidth(label) + 4);
      const at = Math.min(x, right + 4 - width / 2);
      for (const [name, value] of Object.entries({ x: at - width / 2, width })) setAttribute(card, name, value);
      setAttribute(text, "x", at);
      setText(text, label);
      return [at - width / 2, at + width / 2];
    },
  };
}
