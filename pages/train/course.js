// Training time: its keys, and what each gate of the chosen unit is at this step as a line over all snapshots, with the loss
// behind them on a scale of its own. The scrubber lies over these lines, and its frame is the cursor.

import { html, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { relative } from "../shared/stepper/frame/model.js";
import { fillIn, withMinus } from "../shared/stepper/frame/numbers.js";
import { iconButton, paintPlay } from "../shared/stepper/frame/playback.js";
import { linePath, plotText } from "../shared/stepper/views/plot.js";
import { chosenSnapshot, earlier, goToSnapshot, later, numberOfSnapshot, toggleTraining } from "./snapshots.js";

const COURSE = { height: 54, below: 17, left: 16, right: 54, thumb: 16, top: 5, text: 13, apart: 46, dot: 5 };

/** Training time: its keys, what is known of the chosen snapshot, and the lines under the scrubber. */
export function buildCourse(stepper, theme) {
  const { run: { words }, models: [model] } = stepper;
  const play = iconButton("play", words.moment_play, () => toggleTraining(stepper));
  const [back, forward] = [iconButton("back", words.moment_back, () => earlier(stepper)), iconButton("forward", words.moment_forward, () => later(stepper))];
  const scrubber = html("input", {
    type: "range", class: "moment-scrubber", min: 0, step: 1, "aria-label": words.training_time, title: words.training_keys, "data-field": "moment",
    oninput: () => goToSnapshot(stepper, Number(scrubber.value)),
  });
  const told = html("output", { class: "told" });
  const note = html("span", { class: "thinned" });
  const legend = buildCourseLegend(model, theme);
  const lines = buildCourseLines(stepper, theme);
  const keys = [["moment-back", back], ["moment-play", play], ["moment-forward", forward]];
  for (const [field, key] of keys) key.dataset.field = field; // the focus stays where the page is built anew
  return {
    element: html("section", { class: "course", "aria-label": words.training_time },
      html("span", { class: "title", "aria-hidden": "true" }, words.training_time),
      html("div", { class: "head" }, told, note, legend.element),
      html("div", { class: "keys playback" }, back, play, forward),
      html("div", { class: "lines" }, lines.element, scrubber),
    ),
    fit: () => lines.fit(),
    paint(position) {
      const { training } = stepper;
      const snapshot = chosenSnapshot(stepper);
      paintPlay(play, training.playing, { play: words.moment_play, pause: words.moment_pause });
      setAttribute(scrubber, "max", training.snapshots.length - 1);
      scrubber.value = training.snapshot;
      setAttribute(scrubber, "aria-valuetext", snapshot.told);
      setAttribute(told, "aria-live", training.playing || position.playing ? "off" : "polite");
      setText(told, snapshot.told);
      setText(note, training.thinned);
      legend.paint(position);
      lines.paint(position);
    },
  };
}

/** The signals that run as lines: the gates or, of a cell that has none, its states. */
function courseSignals({ signals }) {
  const gates = signals.filter(({ kind }) => kind === "gate");
  return gates.length ? gates : signals;
}

/** The legend: which line is which, and of what. */
function buildCourseLegend(model, theme) {
  const where = html("span", { class: "where" });
  const names = courseSignals(model).map(({ name, title }) => {
    const { fill, ink } = theme.signals[name];
    return html("span", { class: "line", style: `--signal: ${fill}; --ink: ${ink}` }, title);
  });
  const loss = html("span", { class: "line loss" }, model.words.loss);
  return {
    element: html("span", { class: "legend" }, loss, ...names, where),
    paint({ index, unit }) {
      const { moment_lines, moment_lines_start } = model.words;
      setText(where, fillIn(index < 0 ? moment_lines_start : moment_lines, { step: index + 1, unit }));
    },
  };
}

/** The lines, over snapshots that stand equally far apart: checkpoints are evenly spaced in the logarithm of the updates. */
function buildCourseLines(stepper, theme) {
  const { run: { words }, models: [model] } = stepper;
  const signals = courseSignals(model);
  const signed = signals.some(({ kind }) => kind !== "gate");
  const plot = svg("svg", { role: "img", "aria-label": words.moment_plot });
  const ground = svg("g");
  const lines = signals.map((signal) => buildCourseLine(signal, theme));
  const loss = buildLossLine(theme);
  const bottom = COURSE.height - COURSE.top;
  const y = (share) => bottom - (signed ? (share + 1) / 2 : share) * (bottom - COURSE.top);
  let width = 0;
  let drawn = null;
  plot.append(ground, loss.element, ...lines.map((line) => line.element));
  const draw = ({ index, unit }) => {
    const { training } = stepper;
    const right = width - COURSE.right;
    const apart = (right - COURSE.left - COURSE.thumb) / Math.max(1, training.snapshots.length - 1);
    const x = (place) => COURSE.left + COURSE.thumb / 2 + place * apart;
    for (const line of lines) line.draw(lineOver(training, model, line.name, index, Math.min(unit, model.units - 1)), x, y);
    loss.draw(training.snapshots, x, (share) => bottom - share * (bottom - COURSE.top), right);
    ground.replaceChildren(...courseGround(training.snapshots, x, y, signed, right, theme));
  };
  return {
    element: plot,
    fit() {
      width = Math.max(120, plot.clientWidth);
      plot.setAttribute("viewBox", `0 0 ${width} ${COURSE.height + COURSE.below}`);
      if (drawn) draw(drawn);
    },
    paint({ index, unit }) {
      const now = { snapshots: stepper.training.snapshots, index, unit };
      if (!drawn || Object.keys(now).some((name) => now[name] !== drawn[name])) draw(now);
      drawn = now;
    },
  };
}

/** A signal's share at one step and unit, at every snapshot; null before the first step where there is none. */
function lineOver(training, model, name, step, unit) {
  return training.snapshots.map((snapshot) => {
    const value = numberOfSnapshot(training, snapshot, model, name, step, unit);
    return Number.isFinite(value) && value !== null ? relative(model, name, value) : null;
  });
}

/** One line, a dot at every checkpoint. */
function buildCourseLine({ name }, theme) {
  const { fill } = theme.signals[name];
  const line = svg("path", { fill: "none", stroke: fill, "stroke-width": 2.5, "stroke-linejoin": "round" });
  const dots = svg("path", { fill: "none", stroke: fill, "stroke-width": COURSE.dot, "stroke-linecap": "round" });
  return {
    name,
    element: svg("g", { "data-course": name }, line, dots),
    draw(shares, x, y) {
      setAttribute(line, "d", linePath(shares, x, y));
      setAttribute(dots, "d", dotsPath(shares, x, y));
    },
  };
}

/** A dot wherever there is a number. */
function dotsPath(shares, x, y) {
  return shares.map((share, place) => (share === null ? "" : `M${x(place).toFixed(1)} ${y(share).toFixed(1)}h0`)).join("");
}

/** The loss at every checkpoint, from 0 to the largest of them, which stands beside it on the right. */
function buildLossLine(theme) {
  const line = svg("path", { fill: "none", stroke: theme.text, "stroke-width": 2, "stroke-dasharray": "5 4", "stroke-linejoin": "round" });
  const dots = svg("path", { fill: "none", stroke: theme.text, "stroke-width": COURSE.dot - 1, "stroke-linecap": "round" });
  const scale = svg("g");
  return {
    element: svg("g", { "data-loss": "" }, line, dots, scale),
    draw(snapshots, x, y, right) {
      const losses = snapshots.map(({ loss }) => loss);
      const most = losses.reduce((so, loss) => (loss && loss.value > (so?.value ?? 0) ? loss : so), null);
      const shares = losses.map((loss) => (loss && most ? loss.value / most.value : null));
      setAttribute(line, "d", linePath(shares, x, y));
      setAttribute(dots, "d", dotsPath(shares, x, y));
      const ends = most ? [[1, most.told], [0, "0"]] : [];
      scale.replaceChildren(...ends.map(([share, told]) =>
        plotText(told, right + 5, y(share), { "text-anchor": "start", fill: theme.text, "font-size": COURSE.text })));
    },
  };
}

/** Behind the lines: where 0 and 1 are, and below them the updates, at powers of ten and at the end. */
function courseGround(snapshots, x, y, signed, width, theme) {
  const levels = signed ? [-1, 0, 1] : [0, 1];
  const rules = levels.flatMap((share) => [
    svg("path", { d: `M${COURSE.left} ${y(share)}H${width}`, stroke: theme.channel, "stroke-width": 1 }),
    plotText(withMinus(share), COURSE.left - 4, y(share), { "text-anchor": "end", fill: theme.quiet, "font-size": COURSE.text }),
  ]);
  const last = snapshots.length - 1;
  const ticks = snapshots.map(({ update }, place) => ({ update, place }))
    .filter(({ update, place }) => place === last || (isRound(update) && x(last) - x(place) > COURSE.apart));
  const labels = ticks.map(({ update, place }) => plotText(update.toLocaleString("en"), x(place), COURSE.height + COURSE.below / 2 - 1, {
    "text-anchor": place === last && place ? "end" : "middle", fill: theme.quiet, "font-size": COURSE.text,
  }));
  return [...rules, ...labels];
}

/** 0, 1, 10, 100, ... */
function isRound(update) {
  return update === 0 || Number.isInteger(Math.log10(update));
}
