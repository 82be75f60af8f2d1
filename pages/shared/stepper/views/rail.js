// All units of a signal at one step, as a row of cells; the chosen one is framed.

import { html } from "../frame/elements.js";

const PALE = 0.4; // of the units that stand still

/**
 * The row of a model's units; `attributes` are its canvas's. `paint(values, unit, still)` colours it, null for no numbers;
 * where the others stand `still` they are paler than the chosen one.
 */
export function buildUnits(units, shade, attributes = {}) {
  const canvas = html("canvas", { class: "rail", width: units, height: 1, ...attributes });
  const marker = html("span", { class: "marker" });
  return {
    canvas,
    marker,
    paint(values, unit, still = false) {
      const image = new ImageData(units, 1);
      if (values) for (const [place, value] of values.entries()) image.data.set(toned(shade(value), still && place !== unit), place * 4);
      canvas.getContext("2d").putImageData(image, 0, 0);
      marker.style.left = `${(unit / units) * 100}%`;
      marker.style.width = `${100 / units}%`;
    },
  };
}

function toned([red, green, blue, alpha], pale) {
  return [red, green, blue, pale ? alpha * PALE : alpha];
}
