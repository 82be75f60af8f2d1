// Strips that are drawn again at every snapshot.

import { buildStrips, shader } from "../shared/stepper/views/strips.js";

const LEVELS = 512; // shades of a strip on each side of 0

/** Strips that are drawn again whenever the snapshot is another: in whole numbers from a table, to be done within a frame. */
export function buildSnapshotStrips(model, theme, jump) {
  const strips = buildStrips(model, theme, jump);
  const redraws = model.signals.map((signal) =>
    stripRedraw(signal, model, theme, strips.element.querySelector(`[data-strip="${signal.name}"] canvas`)));
  let drawn = {};
  return {
    ...strips,
    paint(step) {
      const { arrays, scales } = model;
      if (drawn.arrays !== arrays || drawn.scales !== scales) for (const redraw of redraws) redraw();
      drawn = { arrays, scales };
      strips.paint(step);
    },
  };
}

/** Returns a function that draws a signal's numbers, as they are when it is called, into its strip. */
function stripRedraw({ name, ...signal }, model, theme, canvas) {
  const { steps, units } = model;
  const shade = shader({ name, ...signal }, { ...model, scales: {} }, theme);
  const table = new Uint32Array(new Uint8ClampedArray(
    Array.from({ length: 2 * LEVELS + 1 }, (_, level) => shade(level / LEVELS - 1)).flat()).buffer);
  const image = new ImageData(steps, units);
  const pixels = new Uint32Array(image.data.buffer);
  return () => {
    const { values, leads } = model.arrays[name];
    const fine = LEVELS / (model.scales[name] ?? 1);
    for (let step = 0; step < steps; step++) {
      const row = (step + leads) * units;
      for (let unit = 0; unit < units; unit++) {
        const level = Math.round(values[row + unit] * fine) || 0; // what is no number is as empty as 0
        pixels[unit * steps + step] = table[LEVELS + Math.max(-LEVELS, Math.min(LEVELS, level))];
      }
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  };
}
