// How likely each cell holds the right answer, the one it is asked for in the end: one line a cell over the sequence.

import { svg } from "../shared/stepper/frame/elements.js";
import { fillIn, formatPercent } from "../shared/stepper/frame/numbers.js";
import { endLabels, levelTick, linePath, linePlot, PLOT, plotText, stepTicks } from "../shared/stepper/views/plot.js";
import { labelWidth } from "../shared/stepper/views/strips.js";
import { buildShare, linesOf, measureOf, sharesFigure } from "./shares.js";

/** The answer that the cells are asked for, or null where none of them is, or not all for the same one. */
export function sharedAnswer(models) {
  const [answer, ...others] = models.map(({ about }) => about.answer).filter(Boolean);
  return answer && others.every(({ name }) => name === answer.name) ? answer : null;
}

/** Build legend and plot; `jump(step)` answers a click. Its element is drawn by `fit`, once its width is known. */
export function buildAnswers(models, answer, run, looks, theme, jump) {
  const { words } = run;
  const lines = linesOf(models, looks, (about) => about.answer?.shares);
  const rows = lines.map((line) => buildShare(line, "data-answer", formatPercent));
  const title = fillIn(words.answer, { answer: answer.name });
  const plot = linePlot(title, theme, jump, (width) => drawAnswers(lines, answer, run, width, theme));
  const how = [words.answer_how, measureOf(models)].filter(Boolean).join(" ");
  return sharesFigure({ title, how, meaning: words.answer_how, lines, rows, plot, words });
}

/** The plot of the lines at a width, with a line where a guess stands. */
function drawAnswers(lines, { chance }, { steps, words }, width, theme) {
  const names = Math.max(...lines.map(({ title }) => labelWidth(title)));
  const [right, bottom] = [width - Math.min(names + 12, PLOT.most, width / 2), PLOT.height - PLOT.bottom];
  const x = (step) => PLOT.left + PLOT.percent + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left - PLOT.percent);
  const y = (share) => bottom - share * (bottom - PLOT.top);
  const known = lines.filter((line) => line.values.length);
  return {
    width, height: PLOT.height, top: PLOT.top, bottom, x, y, first: 0, last: steps - 1,
    elements: [
      ...[0, 0.5, 1].flatMap((share) => levelTick(formatPercent(share), y(share), [x(0), right], theme)),
      svg("path", { d: `M${x(0)} ${y(chance)}H${right}`, stroke: theme.wire, "stroke-width": 1.5, "stroke-dasharray": "2 3" }),
      ...stepTicks(steps, x, bottom, theme),
      ...known.map((line) => svg("path", {
        d: linePath(line.values, x, y), fill: "none", stroke: line.fill, "stroke-width": PLOT.line,
        "stroke-dasharray": line.dash || null, "stroke-linejoin": "round",
      })),
      ...endLabels(known, right + 8, y, [PLOT.top, bottom]),
    ],
    above: [plotText(fillIn(words.answer_chance, { share: formatPercent(chance) }), right - 10, y(chance) + 12, {
      "text-anchor": "end", fill: theme.quiet, stroke: theme.background, "stroke-width": 4, "paint-order": "stroke",
    })],
    curves: lines.map(({ fill, values }) => ({ fill, at: (step) => values[step] ?? null })),
  };
}
