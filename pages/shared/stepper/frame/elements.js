// Making elements: all text enters as text nodes, never as markup.

import { typeset } from "./numbers.js";

export const SVG = "http://www.w3.org/2000/svg";

export function html(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, tag), attributes, children);
}

function furnished(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element[name] = value;
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Set only what differs: an unchanged attribute costs the browser nothing. */
export function setAttribute(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Left, top, width and height of what an SVG element shows. */
export function viewBoxOf(element) {
  return element.getAttribute("viewBox").split(" ").map(Number);
}

/** The `d` of a path through points. */
export function path(points) {
  return `M${points.map((point) => point.join(" ")).join("L")}`;
}

/** A symbol or a formula as HTML; a line breaks behind "=" and "+" only, and not inside inner brackets. */
export function symbolHtml(text) {
  let depth = 0;
  return typeset(text).map(([piece, place]) => {
    if (place) return html(place, {}, piece);
    return piece.replace(/[() ]/g, (sign, at) => {
      if (sign === " ") return depth < 2 && "+=".includes(piece[at - 1] ?? "·") ? sign : "\u00a0";
      depth += sign === "(" ? 1 : -1;
      return sign;
    });
  });
}

const SHIFT = { sub: 0.2, sup: -0.4, "": 0 }; // em of the line's own size
const SMALL = 0.72;

/** A symbol as SVG text spans, each shifted from where the span before it stood. */
export function symbolSvg(text) {
  let height = 0;
  return typeset(text).map(([piece, place]) => {
    const by = (SHIFT[place] - height) / (place ? SMALL : 1);
    height = SHIFT[place];
    const dx = place === "sup" ? "0.12em" : null; // clear of a slanted f
    return svg("tspan", { dx, dy: by ? `${by.toFixed(3)}em` : null, "font-size": place ? `${SMALL * 100}%` : null }, piece);
  });
}

/** Colours of the theme in use, resolved, so that a downloaded picture carries them. */
export function readTheme(host, palette) {
  const style = getComputedStyle(host);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const dark = isDark(read("background-color"));
  return {
    text: read("text-color"),
    background: read("background-color"),
    font: read("font") || "sans-serif",
    ...palette[dark ? "dark" : "light"],
  };
}

/** An element that is just leaving the page has no colours any more. */
function isDark(color) {
  const [red, green, blue] = rgb(color || "#ffffff");
  return red * 0.299 + green * 0.587 + blue * 0.114 < 128;
}

/** "#rrggbb" or "rgb(r, g, b)" -> [r, g, b]. */
export function rgb(color) {
  if (!color.startsWith("#")) return color.match(/[\d.]+/g).slice(0, 3).map(Number);
  const long = color.length < 7 ? [...color.slice(1, 4)].map((digit) => digit + digit) : color.slice(1, 7).match(/../g);
  return long.map((pair) => parseInt(pair, 16));
}
