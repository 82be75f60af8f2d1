// What the drawing of a stack is made of: flows, small pictures, joints and valves.

import { setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { relative } from "../shared/stepper/frame/model.js";
import { formatNumber } from "../shared/stepper/frame/numbers.js";
import { valveJaws } from "../shared/stepper/views/valves.js";
import { layOutTiles, mapShader } from "./levels.js";

const ROWS = { value: 12, map: 23, line: 84, box: 126, boxed: 84, middle: 168, number: 228, height: 242 }; // px from the top
const PILED = 22; // px more between the line and the boxes, where channels pile up
export const LANE = 14; // px, the channel in which the largest number flows
const TIP = 8;
const JOINT = 12;
const SMALLER = 0.7; // than on the step page are the valves

/** The heights of all that stands in the drawing of a kind of stack. */
export function rowsOf(kind) {
  const lower = (name) => ["box", "middle", "number", "height"].includes(name);
  return Object.fromEntries(Object.entries(ROWS).map(([name, y]) => [name, kind === "dense" && lower(name) ? y + PILED : y]));
}

/** A channel along a path, and the number in it: its width the size, its colour the sign. `paint(value)`; null for none. */
export function buildFlow(d, model, theme) {
  const element = svg("g", {}, svg("path", { d, fill: "none", stroke: theme.channel, "stroke-width": LANE, "stroke-linejoin": "round" }));
  const flow = svg("path", { d, fill: "none", class: "flow", "stroke-linejoin": "round" });
  element.append(flow);
  return {
    element,
    paint(value) {
      const size = value === null ? 0 : Math.abs(relative(model, "out", value)) * (LANE - 2);
      setAttribute(flow, "stroke", size < 0.5 ? theme.wire : value > 0 ? theme.positive : theme.negative);
      setAttribute(flow, "stroke-width", value === null ? 0 : Math.max(1.5, size).toFixed(2));
      setAttribute(flow, "stroke-dasharray", "none");
    },
  };
}

/** A thin line with a head at its end, along points whose last stretch goes right. */
export function wire(d, [x, y], theme) {
  return svg("g", { fill: "none" },
    svg("path", { d, stroke: theme.wire, "stroke-width": 2.5, "stroke-linejoin": "round" }),
    svg("path", { d: `M${x - TIP} ${y - 6}v12L${x} ${y}z`, fill: theme.wire }));
}

/** A sum: a circle with a plus, or, where it cannot be made, with "≠" in the colour of a warning. */
export function joint(x, y, theme, broken = false) {
  const color = broken ? theme.warning : theme.text;
  const sign = broken
    ? svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", "font-size": 19, "font-weight": 700, fill: color }, "≠")
    : svg("path", { d: `M${x - 6} ${y}h12M${x} ${y - 6}v12`, stroke: color, "stroke-width": 2.5 });
  return svg("g", { class: "joint" }, svg("circle", { cx: x, cy: y, r: JOINT, fill: theme.background, stroke: color, "stroke-width": broken ? 3 : 2 }), sign);
}

/** A valve of the gate T across a way, smaller than on the step page. */
export function gateValve(along, x, y, theme) {
  const { jaws, set } = valveJaws({ along, at: [0, 0] }, { fill: theme.signals.gate.fill, class: "jaw" });
  const element = svg("g", { class: "valve", transform: `translate(${x} ${y}) scale(${SMALLER})` }, ...jaws);
  return { element, paint: (opening) => set(opening ?? 1) };
}

/** The convolution of one point that gives what passes the channels of F(x). */
export function pointConvolution(x, y, theme) {
  return svg("g", { class: "point-convolution" },
    svg("rect", { x: x - 17, y: y - 12, width: 34, height: 24, rx: 5, fill: theme.background, stroke: theme.signals.conv.fill, "stroke-width": 2 }),
    svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", "font-size": 13, "font-weight": 700, fill: theme.signals.conv.ink }, "1 × 1"));
}

/**
 * A small picture in a frame, `size` across; `paint(key, channels)` shows the maps of these channels, null for none, in
 * as near a square as they make.
 */
export function buildThumb({ model: { about: { places } }, theme, url }, name, x, y, size) {
  const flat = places.length === 1;
  const image = svg("image", { preserveAspectRatio: "none", style: "image-rendering: pixelated" });
  const frame = svg("rect", { x: x - size / 2, y, width: size, height: size, fill: theme.background, stroke: theme.border });
  const shade = mapShader(name, theme);
  return {
    element: svg("g", {}, frame, image),
    paint(key, channels) {
      setAttribute(image, "visibility", channels ? "inherit" : "hidden");
      setAttribute(frame, "stroke-dasharray", channels ? "none" : "3 3");
      if (!channels) return;
      const columns = flat ? 1 : Math.ceil(Math.sqrt(channels.length));
      const tall = flat ? Math.min(size, Math.max(14, channels.length * 7)) : size;
      for (const one of [image, frame]) {
        for (const [side, value] of Object.entries({ x: x - size / 2, y: y + (size - tall) / 2, width: size, height: tall })) setAttribute(one, side, value);
      }
      setAttribute(image, "href", url(`${name} ${key}`, channels, layOutTiles(places, columns), shade));
    },
  };
}

/** A text that `paint(value)` writes a number into. */
export function numberText(x, y, attributes) {
  const element = svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", "font-weight": 700, ...attributes });
  return { element, paint: (value) => setText(element, formatNumber(value)) };
}
