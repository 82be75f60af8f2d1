// Lines on a logarithmic axis over all steps. The row of numbers of a step stands at step + 1: the state before the first
// step, -1, has numbers too.

import { svg } from "../frame/elements.js";
import { levelTick, linePath, linePlot, movedApart, plotText, powerOfTen, powerScale, stepTicks } from "./plot.js";

const LOGS = { height: 176, left: 52, right: 12, top: 12, bottom: 24, ticks: 4, label: 13 };

/** The plot of the lines; dotted where a norm is beyond its precision. Those with a `title` have it where they begin. */
export function buildLogs(lines, model, theme, name, jump) {
  return linePlot(name, theme, jump, (width) => drawLogs(lines, model, width, theme));
}

function drawLogs(lines, { steps, about }, width, theme) {
  const [right, bottom] = [width - LOGS.right, LOGS.height - LOGS.bottom];
  const x = (step) => LOGS.left + 8 + ((step + 1) / Math.max(1, steps)) * (right - LOGS.left - 16);
  const { y, ticks } = logScale(lines, bottom);
  const read = svg("path", { d: `M${x(about.read)} ${LOGS.top - 6}V${bottom}`, stroke: theme.quiet, "stroke-width": 1, "stroke-dasharray": "3 3" });
  return {
    width, height: LOGS.height, top: LOGS.top, bottom, x, y, first: -1, last: steps - 1,
    elements: [
      ...ticks.flatMap((power) => levelTick(powerOfTen(power), y(power), [LOGS.left, right], theme)),
      ...stepTicks(steps, x, bottom, theme),
      read,
      ...lines.flatMap((line) => logLine(line, x, y, theme)),
    ],
    above: startLabels(lines.filter(({ title }) => title), x, y, bottom, theme),
    curves: lines.map(({ fill, left }) => ({ fill, at: (step) => left[step + 1] ?? null })),
  };
}

/** From the smallest to the largest power of ten, with a few of them named. */
function logScale(lines, bottom) {
  const values = lines.flatMap(({ left }) => left.filter((value) => value !== null));
  const [low, high] = [Math.min(-1, ...values.map(Math.floor)), Math.max(0, ...values.map(Math.ceil))];
  return powerScale(low, high, [LOGS.top, bottom], LOGS.ticks);
}

/** The title of each line beside its beginning, furthest back in time, where the lines are furthest from each other. */
function startLabels(lines, x, y, bottom, theme) {
  const starts = lines.flatMap((line) => {
    const place = line.left.findIndex((value) => value !== null);
    if (place < 0) return [];
    const height = y(line.left[place]);
    return [{ line, x: x(place - 1) + 6, at: height + (height < (LOGS.top + bottom) / 2 ? LOGS.label : -LOGS.label) }];
  });
  return movedApart(starts, [LOGS.top + LOGS.label, bottom - LOGS.label / 2]).map((start) =>
    plotText(start.line.title, start.x, start.at, {
      fill: start.line.ink, "font-weight": 700, "font-size": 15,
      stroke: theme.background, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke",
    }));
}

/** A line, thin and dotted where the numbers of the run's precision end, and a ring where they do. */
function logLine({ left, beyond, fill: color, dash, width }, x, y, theme) {
  const at = (place) => x(place - 1);
  const stroked = (values, attributes) => svg("path", { d: linePath(values, at, y), fill: "none", stroke: color, "stroke-linejoin": "round", ...attributes });
  const whole = stroked(left, { "stroke-width": width, "stroke-dasharray": dash || null });
  if (!beyond?.some(Boolean)) return [whole];
  const within = left.map((value, place) => (beyond[place] ? null : value));
  const rings = left.flatMap((value, place) => (value !== null && beyond[place] && !beyond[place + 1] && left[place + 1] !== undefined
    ? [svg("circle", { class: "beyond", cx: at(place), cy: y(value), r: 5, fill: theme.background, stroke: color, "stroke-width": 2 })] : []));
  return [stroked(left, { "stroke-width": 1.5, "stroke-dasharray": "1 4" }), stroked(within, { "stroke-width": width, "stroke-dasharray": dash || null }), ...rings];
}
