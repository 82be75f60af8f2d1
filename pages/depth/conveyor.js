// The stack as a conveyor: its units beside each other, what is carried past them above, as many as fit; they follow the
// position.

import { SVG, setText, svg, symbolSvg } from "../shared/stepper/frame/elements.js";
import { fillIn } from "../shared/stepper/frame/numbers.js";
import { wrapped } from "../shared/stepper/views/pictures.js";
import { COMPACT_BELOW } from "../shared/stepper/views/shapes.js";
import { buildEnd, slotsIn } from "../shared/stepper/views/slots.js";
import { pictureMaker } from "./levels.js";
import { rowsOf } from "./parts.js";
import { unitSentence } from "./sentence.js";
import { buildSlot } from "./slot.js";

const CONVEYOR = {
  wide: { pitch: 134, left: 96, right: 26, fork: -58, box: [-46, 10], gate: -19, beside: 29, rise: 27, note: 24, given: 45, map: 38, number: 15, most: 10 },
  compact: { pitch: 112, left: 10, right: 12, fork: -49, box: [-40, 8], gate: -14, beside: 25, rise: 22, note: 19, given: 37, map: 34, number: 14, most: 4 },
};
const ABOVE = 24; // px on a phone: the name of the way
const WAYS = { plain: "depth_no_way", residual: "depth_identity", highway: "depth_gate_way", dense: "depth_pile" };
const FOLLOWED_AT = 0.5; // where in the window the current unit stands, as a share of it

export function conveyorSizes(width) {
  return width < COMPACT_BELOW ? CONVEYOR.compact : CONVEYOR.wide;
}

/** Build the drawing; returns its element and `paint(step)`. `jump(unit)` answers a click on a unit. */
export function buildConveyor(model, maps, theme, width, jump) {
  const sizes = conveyorSizes(width);
  const end = model.steps + (model.about.unequal ? 1 : 0); // the sum that cannot be made stands behind the last unit
  const count = Math.min(slotsIn(width, sizes), end + 1);
  const across = sizes.left + slotsIn(width, sizes) * sizes.pitch + sizes.right;
  const left = (across - count * sizes.pitch + sizes.left - sizes.right) / 2; // few units stand in the middle
  const above = sizes === CONVEYOR.compact ? ABOVE : 0;
  const rows = rowsOf(model.cell);
  const frame = { model, maps, theme, sizes, rows, left, count, across, url: pictureMaker() };
  const slots = Array.from({ length: count }, (_, place) => buildSlot(frame, place, jump));
  const ends = ["left", "right"].map((side) => buildEnd({ ...frame, model: { steps: end } }, side, rows.number - 4, -1));
  const title = svg("title");
  const view = { viewBox: `0 ${-above} ${across} ${rows.height + above}`, class: "drawing", role: "img", xmlns: SVG, "font-family": theme.font, fill: theme.text };
  const element = svg("svg", view, title, ...slots.map((slot) => slot.backdrop), ...rowNames(frame, above > 0), ...slots.map((slot) => slot.element), ...ends.map((one) => one.element));
  return {
    element,
    paint(step) {
      const first = Math.max(-1, Math.min(end - count, step.index - Math.floor(count * FOLLOWED_AT)));
      setText(title, unitSentence(model, step));
      for (const slot of slots) slot.paint(step, first);
      for (const one of ends) one.paint(first);
    },
  };
}

/** The name of the way past the units before it, or above on a phone; and the symbols of what stands above and below. */
function rowNames({ model, theme, left, rows }, compact) {
  const { words, about, cell } = model;
  const way = fillIn(words[WAYS[cell]], { growth: about.growth });
  if (compact) return [svg("text", { x: 2, y: -8, "font-size": 15, "font-weight": 700 }, way)];
  const lines = wrapped(way, 92, 14);
  const x = left - 10;
  const named = (text, y) => svg("text", { x, y, dy: "0.35em", "text-anchor": "end", "font-size": 19, "font-weight": 700, "font-style": "italic", fill: theme.quiet }, ...symbolSvg(text));
  return [
    named("h", rows.map + 14),
    ...lines.map((line, i) => svg("text", { x, y: rows.line + (i - (lines.length - 1) / 2) * 17, dy: "0.35em", "text-anchor": "end", "font-size": 14, "font-weight": 700 }, line)),
  ];
}
