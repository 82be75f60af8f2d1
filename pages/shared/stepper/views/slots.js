// Steps beside each other, each in a slot of its own: as many as fit are in view. `sizes` are those of a drawing, in px:
// the `pitch` of its slots, what lies `left` and `right` of them, and the `most` that stand beside each other.

import { setAttribute } from "../frame/elements.js";
import { centredText, lettersWidth } from "./shapes.js";

export const FUTURE = 0.32; // the opacity of what is not yet reached
const FEWEST_SLOTS = 3;
export const SMALLEST = 12; // px: what is still too wide then loses its end
const END = { size: 24, width: 26, apart: 10 }; // px: "…", and what lies between it and the slots

/** Count the steps that stand beside each other at a width. */
export function slotsIn(width, { pitch, left, right, most }) {
  return Math.max(FEWEST_SLOTS, Math.min(most, Math.floor((width - left - right) / pitch)));
}

export function slotMiddle({ left, sizes }, place) {
  return left + (place + 0.5) * sizes.pitch;
}

/** "…" at the height `y`, where the run goes on beyond what is in view; `start`: the first step; `across`: the width. */
export function buildEnd(frame, side, y, start) {
  const { model, theme, count, across } = frame;
  const isLeft = side === "left";
  const edge = slotMiddle(frame, isLeft ? -0.5 : count - 0.5);
  const x = isLeft ? Math.max(END.width / 2, edge - END.apart) : Math.min(across - END.width / 2, edge + END.apart);
  const element = centredText("…", x, y, { "text-anchor": "middle", "font-size": END.size, "font-weight": 700, fill: theme.quiet });
  return {
    element,
    paint: (first) => setAttribute(element, "visibility", (isLeft ? first > start : first + count < model.steps) ? "visible" : "hidden"),
  };
}

/** A generous guess at the width of a text in a font size, in px. */
export function textWidth(text, size) {
  return lettersWidth(text, 0.6 * size, 1.05 * size);
}

/** A text and the font size in which it is no wider than `width`. */
export function fitted(text, width, size) {
  const fits = Math.max(SMALLEST, Math.min(size, (size * width) / textWidth(text, size)));
  let cut = text;
  while (textWidth(cut, fits) > width + 1 && cut.length > 1) cut = `${[...cut].slice(0, -2).join("")}…`;
  return { text: cut, size: Number(fits.toFixed(1)) };
}
