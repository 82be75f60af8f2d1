// Printing: a stepper is built anew for the sheet, whatever the window's width and colours are, and as before afterwards.

import { build } from "./page.js";

/** Pixels: so wide that three panes name their signals, and what a sheet of A4 or of Letter has within its margins. */
const WIDTH = { built: 1100, sheet: 700 };
const PRINTED = ["paper", "beforeprint"]; // the page says the first ahead of the second, before it measures steppers
const LIGHT = { "--st-background-color": "#FFFFFF", "--st-text-color": "#1F2329" };

/** Suit the stepper to paper whenever it is printed. Returns what ends that. */
export function suitPaper(stepper) {
  const print = () => stepper.root.style.width || layOut(stepper, { width: `${WIDTH.built}px`, ...LIGHT }, WIDTH.sheet / WIDTH.built);
  const show = () => layOut(stepper, { width: "", ...emptied(LIGHT) }, "");
  for (const event of PRINTED) addEventListener(event, print);
  addEventListener("afterprint", show);
  return () => {
    for (const event of PRINTED) removeEventListener(event, print);
    removeEventListener("afterprint", show);
  };
}

/** Everything is measured at its full size, and then scaled as a whole. */
function layOut(stepper, style, zoom) {
  const { root } = stepper;
  root.style.zoom = "";
  for (const [name, value] of Object.entries(style)) root.style.setProperty(name, value);
  build(stepper);
  root.style.zoom = zoom;
}

function emptied(style) {
  return Object.fromEntries(Object.keys(style).map((name) => [name, ""]));
}
