// Pictures for a slide, put together from drawings and plots, with what the page says beside them.

import { SVG, svg, viewBoxOf } from "../frame/elements.js";
import { PLOT, plotText } from "./plot.js";
import { lettersWidth } from "./shapes.js";

const CAPTION = { size: 18, share: 0.018, line: 1.45 }; // drawing units, or a share of the width; lines in em
const LEGEND = { line: 30, gap: 8, apart: 22, row: 20, title: 22 }; // px of the plot

/** A copy of the picture with sentences below it, as many lines as they take; `last`, where there is one, is bold. */
export function withCaption(picture, sentences, last = "") {
  const [x, y, width, height] = viewBoxOf(picture);
  const size = Math.max(CAPTION.size, width * CAPTION.share);
  const lines = [...sentences.map((text) => ({ text, weight: 400 })), ...(last ? [{ text: last, weight: 700 }] : [])]
    .flatMap(({ text, weight }) => wrapped(text, width, size).map((line) => ({ line, weight })));
  const copy = picture.cloneNode(true);
  copy.setAttribute("viewBox", [x, y, width, height + size * CAPTION.line * (lines.length + 0.4)].join(" "));
  copy.append(...lines.map(({ line, weight }, i) => svg("text", {
    class: "caption", x, y: y + height + size * CAPTION.line * (i + 1), "font-size": size, "font-weight": weight,
  }, line)));
  return copy;
}

/** A text in lines that are, by a generous guess, no wider than that; a longer word has a line of its own. */
export function wrapped(text, width, size) {
  const lines = [];
  for (const word of text.trim().replaceAll(" %", "\u00a0%").split(/ +/)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && lettersWidth(longer, 0.5 * size, 0.95 * size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A picture of that size in the page's font and colour, made of parts. */
export function slide([width, height], theme, ...parts) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, xmlns: SVG, "font-family": theme.font, fill: theme.text }, ...parts);
}

/** A copy of a drawing, to stand inside another one. */
export function nested(element, x, y, width, height) {
  const copy = element.cloneNode(true);
  for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, value);
  return copy;
}

/** A copy of a drawing across a width, as tall as that makes it. */
export function nestedAcross(element, y, across) {
  const [, , width, height] = viewBoxOf(element);
  const tall = (across * height) / width;
  return { element: nested(element, 0, y, across, tall), tall };
}

/** A copy of a plot with its axes' titles, `up` and `across`, and a legend: `lines`, each its `text`, `fill` and `dash`. */
export function labelledPlot(plot, { up, across, lines }, theme) {
  const [, , width, height] = viewBoxOf(plot);
  const legend = legendRows(lines, width);
  const top = LEGEND.title + legend.length * LEGEND.row;
  return svg("svg", { viewBox: `0 0 ${width} ${top + height + LEGEND.row}`, class: "labelled" },
    plotText(up, 0, LEGEND.title / 2, { "font-weight": 700 }),
    ...legend.flatMap((row, i) => row.map((item) => legendItem(item, LEGEND.title + (i + 0.5) * LEGEND.row))),
    nested(plot, 0, top, width, height),
    plotText(across, width / 2, top + height + LEGEND.row / 2 - 2, { "text-anchor": "middle", fill: theme.quiet }),
  );
}

/** The entries of a legend in rows, each with its place in its row. */
function legendRows(lines, width) {
  const rows = [];
  let end = Infinity;
  for (const line of lines) {
    const across = LEGEND.line + LEGEND.gap + lettersWidth(line.text, 0.52 * PLOT.text, 0.95 * PLOT.text);
    if (end + across > width) {
      rows.push([]);
      end = 0;
    }
    rows.at(-1).push({ ...line, x: end });
    end += across + LEGEND.apart;
  }
  return rows;
}

function legendItem({ text, fill, dash, x }, y) {
  return svg("g", { class: "legend" }, lineSample({ fill, dash }, x, y), plotText(text, x + LEGEND.line + LEGEND.gap, y));
}

/** A short piece of a line, by which it is known. */
export function lineSample({ fill, dash }, x, y, scale = 1) {
  return svg("path", { d: `M${x} ${y}h${LEGEND.line * scale}`, stroke: fill, "stroke-width": 3 * scale, "stroke-dasharray": scaled(dash, scale) });
}

function scaled(dash, scale) {
  return dash ? dash.split(" ").map((part) => part * scale).join(" ") : null;
}
