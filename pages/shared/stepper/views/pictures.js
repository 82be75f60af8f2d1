// Pictures for a slide, put together from drawings and plots.

import { SVG, svg, viewBoxOf } from "../frame/elements.js";

const CAPTION = { left: 16, line: 26, size: 18 }; // drawing units

/** A copy of the drawing with lines of text below it, the last one bold. */
export function withLines(drawing, lines) {
  const [x, y, width, height] = viewBoxOf(drawing);
  const copy = drawing.cloneNode(true);
  copy.setAttribute("viewBox", [x, y, width, height + CAPTION.line * (lines.length + 0.4)].join(" "));
  copy.append(...lines.map((line, i) => svg("text", {
    x: CAPTION.left, y: height + CAPTION.line * (i + 1), "font-size": CAPTION.size, "font-weight": i === lines.length - 1 ? 700 : 400,
  }, line)));
  return copy;
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
