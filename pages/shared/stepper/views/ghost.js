// The original run behind one that is held or changed: what was, drawn as thin and pale outlines.

import { html, path, setAttribute, svg } from "../frame/elements.js";
import { INPUT, isOnLayer, relative } from "../frame/model.js";
import { formatNumber } from "../frame/numbers.js";
import { valveJaws } from "./valves.js";

const SEEN = 0.005; // a smaller difference is not drawn
const OUTLINE = { fill: "none", "stroke-width": 1.25, "stroke-opacity": 0.55 }; // dashes would say "held" or "another cell"

/** Tell whether a number differs visibly from the original's. */
function differs(step, name) {
  const was = step.was(name);
  return was !== null && Math.abs(was - step.number(name)) > SEEN;
}

/** The original's width of a pipe, as two lines along it. */
export function pipeGhost(pipe, model, theme, full) {
  const element = svg("path", { ...OUTLINE, stroke: theme.text, class: "ghost" });
  return {
    element,
    paint(step) {
      const shown = pipe.carries !== INPUT && differs(step, pipe.carries);
      const half = shown ? Math.max(1, Math.abs(relative(model, pipe.carries, step.was(pipe.carries))) * full / 2) : 0;
      setAttribute(element, "d", shown ? path(beside(pipe.points, half)) + path(beside(pipe.points, -half)) : "");
    },
  };
}

/** A line of right angles, moved sideways: each corner by the normals of both its sides. */
function beside(points, by) {
  const normals = points.slice(1).map(([x, y], i) => {
    const [dx, dy] = [Math.sign(x - points[i][0]), Math.sign(y - points[i][1])];
    return [-dy, dx];
  });
  return points.map(([x, y], i) => {
    const sides = [normals[i - 1], normals[i]].filter(Boolean);
    const straight = sides.length === 2 && sides[0][0] === sides[1][0] && sides[0][1] === sides[1][1];
    const moved = straight ? sides.slice(1) : sides;
    return [x + by * moved.reduce((sum, [nx]) => sum + nx, 0), y + by * moved.reduce((sum, [, ny]) => sum + ny, 0)];
  });
}

/** The jaws of a valve where they stood. */
export function valveGhost(valve, theme) {
  const { jaws, set } = valveJaws(valve, { ...OUTLINE, stroke: theme.text });
  const element = svg("g", { class: "ghost" }, ...jaws);
  return {
    element,
    paint(step) {
      const shown = differs(step, valve.opening);
      setAttribute(element, "visibility", shown ? "visible" : "hidden");
      if (shown) set(step.was(valve.opening));
    },
  };
}

/** A number as it was, struck through; empty where it is as before. */
export function formatWas(step, name, digits = 2) {
  return differs(step, name) ? formatNumber(step.was(name), digits) : "";
}

/** Frames in a strip round what is held of its signal. */
export function heldFrames(signal, model) {
  const clamps = (model.whatif?.clamps ?? []).filter((clamp) => clamp.signal === signal.name && isOnLayer(clamp, model));
  return clamps.map(({ steps, units }) => {
    const [left, right] = steps ?? [0, model.steps - 1];
    const [top, bottom] = units ?? [0, model.units - 1];
    const share = (from, to, all) => [`${(from / all) * 100}%`, `${((to + 1 - from) / all) * 100}%`];
    const [x, width] = share(left, right, model.steps);
    const [y, height] = share(top, bottom, model.units);
    return html("b", { class: "held", style: `left: ${x}; width: ${width}; top: ${y}; height: ${height}` });
  });
}
