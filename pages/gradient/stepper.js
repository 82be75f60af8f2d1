// The gradient page: the cells unrolled, one below the other, and the gradient of a loss on its way back through them.
// Below, what is left of each on a logarithmic axis, and how the memory's own way shares it with all others.

import { html, setAttribute, setText, viewBoxOf } from "../shared/stepper/frame/elements.js";
import { fillIn, NO_NUMBER } from "../shared/stepper/frame/numbers.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { go } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildLogs } from "../shared/stepper/views/log_plot.js";
import { labelledPlot, nested, nestedAcross, slide, withCaption } from "../shared/stepper/views/pictures.js";
import { looksOf, PLOT, swatch } from "../shared/stepper/views/plot.js";
import { spokenSentence } from "../shared/stepper/views/sentence.js";
import { COMPACT_BELOW } from "../shared/stepper/views/shapes.js";
import { slotsIn } from "../shared/stepper/views/slots.js";
import { buildWalk, walkSentence, walkSizes } from "./walk.js";

const LARGER = 1.25; // than the plot on the page is the one in a picture

function build(stepper, theme, width) {
  const { models } = stepper;
  const jump = (step) => go(stepper, step);
  const looks = looksOf(models, theme);
  const walk = buildWalk(models, looks, theme, width, jump);
  const left = buildLeft(models, looks, theme, jump);
  const way = buildWays(models, theme, jump);
  const sentence = spokenSentence((element, step) => setText(element, walkSentence(models, step.index)));
  const playback = buildPlayback(stepper);
  const figures = [left, ...(way ? [way] : [])];
  return {
    element: html("div", { class: "stage back" }, sentence.element, walk.element, playback.element,
      html("div", { class: "figures", style: `--figures: ${figures.length}` }, ...figures.map((one) => one.element))),
    panes: [],
    shared: [sentence, walk, playback, ...figures],
    fit() {
      for (const figure of figures) figure.fit();
    },
    picture: () => withCaption(walkPicture(walk.element, left, theme), [sentence.element.textContent]),
  };
}

function form(width) {
  return `${width < COMPACT_BELOW} ${slotsIn(width, walkSizes(width))}`;
}

export default mount({ build, form, back: ({ models }) => models[0].about.read });

/** The figure of what is left in each cell: names, numbers and half-lives, and the lines. */
function buildLeft(models, looks, theme, jump) {
  const [{ words }] = models;
  const rows = models.map((model, i) => buildLeftRow(model, looks[i]));
  const lines = models.map((model, i) => ({ ...looks[i], title: model.about.name, left: model.about.left, beyond: model.about.beyond, width: PLOT.line }));
  const plot = buildLogs(lines, models[0], theme, words.gradient_left, jump);
  return {
    element: html("section", { class: "left", "aria-label": words.gradient_left },
      html("div", { class: "rows" }, html("h2", {}, words.gradient_left), ...rows.map((row) => row.element)),
      plot.element),
    plotAt: plot.at,
    labels: {
      up: words.gradient_left, across: words.step,
      lines: [
        ...models.map(({ about }, i) => ({ fill: looks[i].fill, dash: looks[i].dash, text: [about.name, pace(about, words)].filter(Boolean).join(": ") })),
        { fill: theme.quiet, dash: "3 3", text: "L" },
      ],
    },
    fit: plot.fit,
    paint(step) {
      for (const row of rows) row.paint(step.index);
      plot.paint(step.index);
    },
  };
}

/** How fast the gradient shrinks, and the recurrent weights' radius, as far as they are known. */
function pace({ half, radius }, words) {
  return [half, radius].filter(Boolean).join(words.comma);
}

function buildLeftRow({ about, cell, words }, look) {
  const at = (step) => (step <= about.read ? [about.left[step + 1], about.shares[step + 1]] : null);
  return buildNumberRow({ "data-gradient": cell }, look, about.name, at, html("span", { class: "pace" }, pace(about, words)));
}

/** A line's name and its number: `at(step)` is its logarithm and how it is written, or null where there is none. */
function buildNumberRow(attributes, look, name, at, ...beside) {
  const value = html("span", { class: "value" });
  const element = html("div", { class: "row", ...attributes, style: `--ink: ${look.ink}` },
    swatch(look), html("span", { class: "name" }, name), value, ...beside);
  return {
    element,
    paint(step) {
      const [log, written] = at(step) ?? [null, NO_NUMBER];
      setAttribute(element, "data-value", log ?? "");
      setText(value, written);
    },
  };
}

/** The memory's own way beside all others, of the first cell that has gates; nothing where none has. */
function buildWays(models, theme, jump) {
  const model = models.find((one) => one.about.way);
  if (!model) return null;
  const { about, words, cell } = model;
  const styles = {
    highway: { ...(theme.signals[about.way.keep] ?? theme.signals.forget), dash: "", width: 3.5 },
    rest: { ...theme.signals.candidate, dash: "2 4", width: PLOT.line },
    full: { fill: theme.quiet, ink: theme.quiet, dash: "9 4", width: 1.5 },
  };
  const lines = about.way.lines.map((line) => ({ ...styles[line.key], ...line }));
  const rows = lines.map((line) => buildWayRow(line, about));
  const plot = buildLogs(lines, model, theme, words.gradient_ways, jump);
  return {
    element: html("section", { class: "ways", "data-way-of": cell, "aria-label": words.gradient_ways },
      html("div", { class: "rows" }, html("h2", {}, fillIn(about.way.since ? words.gradient_ways_since : words.gradient_ways_of, { cell: about.name, step: about.way.since + 1 })), ...rows.map((row) => row.element)),
      plot.element),
    fit: plot.fit,
    paint(step) {
      for (const row of rows) row.paint(step.index);
      plot.paint(step.index);
    },
  };
}

function buildWayRow(line, { read }) {
  const at = (step) => (step >= 0 && step <= read ? [line.left[step + 1], line.sizes[step + 1]] : null);
  return buildNumberRow({ "data-way": line.key }, line, line.name, at);
}

/** The drawing and below it the lines: one picture for a slide. */
function walkPicture(drawing, { plotAt, labels }, theme) {
  const [, , across, down] = viewBoxOf(drawing);
  const lines = nestedAcross(labelledPlot(plotAt(across / LARGER), labels, theme), down + 16, across);
  return slide([across, down + lines.tall + 16], theme, nested(drawing, 0, 0, across, down), lines.element);
}
