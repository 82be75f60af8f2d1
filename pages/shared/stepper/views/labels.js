// What each step reads, above the strips. A text stands there whole: each symbol over its step or, where the steps are too
// narrow, in one line that runs under the cursor. Of another sequence all labels stand there or, where these have no room,
// those that explain it and those of a regular axis, in a line of their own; below these the current one, which covers none.

import { html, setText } from "../frame/elements.js";

const APART = { text: 1, axis: 6, values: 6 }; // px between two labels, by the kind of their row
const BEYOND = 8; // px: so far a label may reach beyond the strips
const EVERY = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000];

/** Build the labels of a model's steps. Returns the element, `fit(width)` for the strips' width, and `paint(step)`. */
export function buildLabels(model) {
  const { kind } = model.label_row;
  const element = html("div", { class: "labels", "data-kind": kind, "aria-hidden": "true" });
  let [drawn, index] = [null, -1];
  const fit = (width) => {
    const middle = (step) => ((step + 0.5) / model.steps) * width;
    const widths = measured(element, model.labels);
    const span = (step) => spanAround(middle(step), widths.get(model.labels[step]), width);
    const steps = standingSteps(model.labels, model.label_row, span);
    const look = steps.length === model.steps ? "every" : kind === "text" ? "running" : "some";
    drawn = LOOKS[look](model, { steps, span, middle });
    element.dataset.look = look;
    element.style.setProperty("--lines", look === "some" && steps.length ? 2 : 1);
    element.replaceChildren(...drawn.elements);
    drawn.paint(index);
    if (document.fonts.status === "loading") document.fonts.ready.then(() => fit(width)); // letters get other widths
  };
  return {
    element,
    fit,
    paint(step) {
      ({ index } = step);
      drawn?.paint(index);
    },
  };
}

const LOOKS = { every: everyLabel, running: runningText, some: someLabels };

/** Every label over its step; the current one is marked. */
function everyLabel(model, { steps, span }) {
  const elements = steps.map((step) => labelOver(span(step), model.labels[step]));
  let current = null;
  return {
    elements,
    paint(index) {
      current?.classList.remove("here");
      current = elements[index];
      current?.classList.add("here");
    },
  };
}

/** The whole text in one line, which moves so that the current symbol stands over its step. */
function runningText({ labels, label_row: { between } }, { middle }) {
  const joined = (from, to) => labels.slice(from, to).map((label, i) => (from + i ? between : "") + label).join("");
  const [before, here, after] = [html("span"), html("span", { class: "here" }), html("span")];
  const line = html("div", { class: "line" }, before, html("span", {}), here, after);
  const gap = line.children[1];
  return {
    elements: [line],
    paint(index) {
      const current = Math.max(0, index);
      setText(before, joined(0, current));
      setText(gap, current ? between : "");
      setText(here, index < 0 ? "" : labels[current]);
      setText(after, joined(index < 0 ? 0 : current + 1));
      line.style.left = `${middle(current) - (here.offsetLeft + here.offsetWidth / 2)}px`;
    },
  };
}

/** Some labels in the upper line; in the lower one that of the current step, wherever it is. */
function someLabels(model, { steps, span }) {
  const standing = new Map(steps.map((step) => [step, labelOver(span(step), model.labels[step])]));
  const here = html("span", { class: "here lower" });
  let current = -1;
  return {
    elements: [...standing.values(), here],
    paint(index) {
      standing.get(current)?.classList.remove("below");
      standing.get(index)?.classList.add("below"); // it is written once, in the lower line
      current = index;
      here.hidden = index < 0;
      if (index < 0) return;
      setText(here, model.labels[index]);
      placeOver(here, span(index));
    },
  };
}

function labelOver(span, label) {
  const element = html("span", {}, label);
  placeOver(element, span);
  return element;
}

function placeOver(element, [left, right]) {
  element.style.left = `${(left + right) / 2}px`;
}

/** Where a label of a width stands: in the middle over its step, but not beyond the strips. */
function spanAround(middle, wide, width) {
  const half = Math.min(wide, width + 2 * BEYOND) / 2;
  const at = Math.max(half - BEYOND, Math.min(width + BEYOND - half, middle));
  return [at - half, at + half];
}

/** Label -> its width in bold letters, in px, as it will stand in `element`. */
function measured(element, labels) {
  const probes = [...new Set(labels)].map((label) => html("span", { class: "here" }, label));
  element.replaceChildren(...probes);
  return new Map(probes.map((probe) => [probe.textContent, probe.getBoundingClientRect().width]));
}

/**
 * The steps whose labels stand beside each other, `span(step)` being the left and the right end of one: all of them, where
 * they fit; else none of a text, and of others those that come first and those of an axis.
 */
export function standingSteps(labels, row, span) {
  const all = [...labels.keys()];
  const clear = (one, other) => span(other)[0] - span(one)[1] >= APART[row.kind];
  const apart = (steps) => steps.every((step, i) => !i || clear(steps[i - 1], step));
  if (apart(all)) return all;
  if (row.kind === "text") return [];
  const beside = (steps) => (step) => steps.every((other) => (other < step ? clear(other, step) : clear(step, other)));
  const first = [];
  for (const step of seldomFirst(row.first, labels)) if (beside(first)(step)) first.push(step);
  const axis = row.kind === "axis" ? EVERY.map((every) => axisSteps(all, row, every)).find(apart) ?? [] : [];
  return [...first, ...axis.filter(beside(first))];
}

/** The steps of a regular axis: round numbers where it counts, and its first; else every so many. */
function axisSteps(all, { begin, by }, every) {
  const round = all.filter((step) => (begin + by * step) % every === 0);
  return round[0] > every / 2 ? [0, ...round] : round;
}

/** Steps in the order in which their labels find a place: what is read seldom says most. */
function seldomFirst(steps, labels) {
  const count = new Map();
  for (const label of labels) count.set(label, (count.get(label) ?? 0) + 1);
  return [...steps].sort((one, other) => count.get(labels[one]) - count.get(labels[other]) || one - other);
}
