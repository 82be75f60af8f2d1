// What several drawings are made of.

import { svg, symbolSvg } from "../frame/elements.js";

export const COMPACT_BELOW = 560; // px: under this a picture keeps symbols and numbers only, larger

/** Text centred on the height `y`. */
export function centredText(text, x, y, attributes) {
  return svg("text", { x, y, dy: "0.35em", ...attributes }, ...symbolSvg(text));
}

/** Guess a text's width, generously, from that of a Latin letter and of any other. */
export function lettersWidth(text, latin, other) {
  return [...text].reduce((width, letter) => width + (letter > "\u2fff" ? other : latin), 0);
}
