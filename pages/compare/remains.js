// How much of the first step is still in each cell's state: one line a cell over the whole sequence.

import { html, svg } from "../shared/stepper/frame/elements.js";
import { fillIn, formatNumber } from "../shared/stepper/frame/numbers.js";
import { endLabels, levelTick, linePath, linePlot, PLOT, powerOfTen, powerScale, stepTicks } from "../shared/stepper/views/plot.js";
import { labelWidth } from "../shared/stepper/views/strips.js";
import { buildShare, linesOf, measureOf, sharesFigure } from "./shares.js";

const HIGHEST = 2; // where a line grows beyond this, the axis is logarithmic
const DRIFTING = 1.005; // a larger share stands as more than 1.00
const LOG = { low: -2, ticks: 4 }; // the power of ten at which a logarithmic axis begins, and how many it names at most

/** The title of the figure, and what its numbers mean: no more than a distance, where it grows or a readout tells what is known. */
function titleOf(words, { drifts, told }) {
  if (!drifts && !told) return [words.remains, words.remains_how];
  return [words.apart, [words.apart_how, drifts && words.apart_drifts, told && words.apart_told].filter(Boolean).join(" ")];
}

/** Build legend and plot; `jump(step)` answers a click. Its element is drawn by `fit`, once its width is known. */
export function buildRemains(models, run, looks, theme, jump) {
  const { words } = run;
  const lines = linesOf(models, looks, (about) => about.remains);
  const rows = lines.map((line) => buildShare(line, "data-remains", (share) => formatNumber(share), ...peakBeside(line, words)));
  const drifts = lines.some((line) => peakOf(line) >= DRIFTING);
  const told = models.some(({ about }) => about.prediction); // then the readout tells what is known, and this does not
  const [title, meaning] = titleOf(words, { drifts, told });
  const plot = linePlot(title, theme, jump, (width) => drawRemains(lines, run.steps, width, theme));
  const known = lines.some((line) => line.values.length);
  const how = known ? [meaning, told && measureOf(models)].filter(Boolean).join(" ") : words.remains_none;
  return sharesFigure({ title, how, meaning, lines, rows, plot, words });
}

/** How far a line grows, beside its number, where that is far. */
function peakBeside(line, words) {
  const peak = peakOf(line);
  return peak > HIGHEST ? [html("span", { class: "peak" }, fillIn(words.remains_peak, { value: formatNumber(peak, 1) }))] : [];
}

function peakOf({ values }) {
  return values.reduce((most, value) => Math.max(most, value ?? 0), 0);
}

/** The plot of the lines at a width. */
function drawRemains(lines, steps, width, theme) {
  const names = Math.max(...lines.map(({ title }) => labelWidth(title)));
  const [right, bottom] = [width - Math.min(names + 12, PLOT.most, width / 2), PLOT.height - PLOT.bottom];
  const x = (step) => PLOT.left + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left);
  const { y, levels } = shareScale(Math.max(...lines.map(peakOf)), bottom);
  return {
    width, height: PLOT.height, top: PLOT.top, bottom, x, y, first: 0, last: steps - 1,
    elements: [
      ...levels.flatMap(({ text, at }) => levelTick(text, at, [PLOT.left, right], theme)),
      ...stepTicks(steps, x, bottom, theme),
      ...lines.map((line) => svg("path", {
        d: linePath(line.values, x, y), fill: "none", stroke: line.fill, "stroke-width": PLOT.line,
        "stroke-dasharray": line.dash || null, "stroke-linejoin": "round",
      })),
      ...endLabels(lines.filter((line) => line.values.length), right + 8, y, [PLOT.top, bottom]),
    ],
    curves: lines.map(({ fill, values }) => ({ fill, at: (step) => values[step] ?? null })),
  };
}

/** The height of a share, and the heights that are named: from 0 up to the highest, or in powers of ten where it is high. */
function shareScale(peak, bottom) {
  if (peak > HIGHEST) {
    const { y, ticks } = powerScale(LOG.low, Math.ceil(Math.log10(peak)), [PLOT.top, bottom], LOG.ticks);
    const height = (share) => y(Math.max(LOG.low, Math.log10(share)));
    return { y: height, levels: ticks.map((power) => ({ text: powerOfTen(power), at: y(power) })) };
  }
  const highest = Math.max(1, Math.ceil(peak * 10 - 0.01) / 10);
  const y = (share) => bottom - (share / highest) * (bottom - PLOT.top);
  const named = [0, 0.5, 1, ...(highest > 1.5 ? [highest] : [])];
  return { y, levels: named.map((share) => ({ text: Number(share.toFixed(1)), at: y(share) })) };
}
