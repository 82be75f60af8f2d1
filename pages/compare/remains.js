// How much of the first step is still in each cell's state: one line a cell over the whole sequence.

import { html, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { fillIn, formatNumber } from "../shared/stepper/frame/numbers.js";
import { endLabels, levelTick, linePath, linePlot, PLOT, stepTicks, swatch } from "../shared/stepper/views/plot.js";
import { labelWidth } from "../shared/stepper/views/strips.js";

const HIGHEST = 2; // what grows beyond this runs along the upper edge, and its peak is told in numbers

/** Build legend and plot; `jump(step)` answers a click. Its element is drawn by `fit`, once its width is known. */
export function buildRemains(models, run, looks, theme, jump) {
  const { words } = run;
  const lines = models.map(({ about, cell }, i) => ({ ...looks[i], cell, title: about.title, values: about.remains ?? [] }));
  const rows = lines.map((line) => buildShare(line, words));
  const told = models.some(({ about }) => about.prediction); // then the readout tells what is known, and this does not
  const measure = models.map(({ about }) => about.success?.how).filter(Boolean).slice(0, 1);
  const [title, how] = told ? [words.remains_told, [words.remains_told_how, ...measure].join(" ")] : [words.remains, words.remains_how];
  const plot = linePlot(title, theme, jump, (width) => drawRemains(lines, run.steps, width, theme));
  const known = lines.some((line) => line.values.length);
  return {
    element: html("section", { class: "remains", "aria-label": title },
      html("div", { class: "shares" },
        html("h2", {}, title),
        ...rows.map((row) => row.element),
        html("p", { class: "how" }, known ? how : words.remains_none),
      ),
      plot.element,
    ),
    plot: plot.element,
    fit: plot.fit,
    paint(position) {
      for (const row of rows) row.paint(position);
      plot.paint(position.index);
    },
  };
}

/** A cell's share at the current step, and how far it has grown where that is beyond the picture. */
function buildShare(line, words) {
  const value = html("span", { class: "value" });
  const peak = peakOf(line);
  const beyond = peak > HIGHEST ? [html("span", { class: "peak" }, fillIn(words.remains_peak, { value: `▲ ${formatNumber(peak, 1)}` }))] : [];
  const element = html("div", { class: "share", "data-remains": line.cell, style: `--ink: ${line.ink}` },
    swatch(line), html("span", { class: "name" }, line.title), value, ...beyond);
  return {
    element,
    paint({ index }) {
      const number = index < 0 ? null : (line.values[index] ?? null);
      setAttribute(element, "data-value", number ?? "");
      setText(value, formatNumber(number));
    },
  };
}

function peakOf({ values }) {
  return values.reduce((most, value) => Math.max(most, value ?? 0), 0);
}

/** The plot of the lines at a width. */
function drawRemains(lines, steps, width, theme) {
  const names = Math.max(...lines.map(({ title }) => labelWidth(title)));
  const highest = Math.max(1, Math.min(HIGHEST, Math.ceil(Math.max(...lines.map(peakOf)) * 10 - 0.01) / 10));
  const [right, bottom] = [width - Math.min(names + 12, PLOT.most, width / 2), PLOT.height - PLOT.bottom];
  const x = (step) => PLOT.left + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left);
  const y = (share) => bottom - (Math.min(share, highest) / highest) * (bottom - PLOT.top);
  const levels = [0, 0.5, 1, ...(highest > 1.5 ? [highest] : [])];
  return {
    height: PLOT.height, top: PLOT.top, bottom, x, y, first: 0, last: steps - 1,
    elements: [
      ...levels.flatMap((share) => levelTick(Number(share.toFixed(1)), y(share), [PLOT.left, right], theme)),
      ...stepTicks(steps, x, bottom, theme),
      ...lines.map((line) => svg("path", {
        d: linePath(line.values, x, y), fill: "none", stroke: line.fill, "stroke-width": PLOT.line,
        "stroke-dasharray": line.dash || null, "stroke-linejoin": "round",
      })),
      ...lines.filter((line) => peakOf(line) > HIGHEST).map((line) => peakMark(line, x, PLOT.top)),
      ...endLabels(lines.filter((line) => line.values.length), right + 8, y, [PLOT.top, bottom]),
    ],
    curves: lines.map(({ fill, values }) => ({ fill, at: (step) => values[step] ?? null })),
  };
}

/** An arrow at the upper edge, where a line is at its highest beyond it. */
function peakMark(line, x, top) {
  const at = x(line.values.indexOf(peakOf(line)));
  return svg("path", { d: `M${at} ${top - 9}l6 9h-12z`, fill: line.fill });
}
