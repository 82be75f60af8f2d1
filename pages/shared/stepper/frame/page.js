// The page as it stands: built of the models by its kind, and painted wherever the reader is.

import { readTheme, setAttribute } from "./elements.js";
import { clampAt, movedMost, numberAt, readAt, stepInWords, takeInHand } from "./model.js";
import { formatNumber, MINUS, NO_NUMBER } from "./numbers.js";

/** Build the page, as wide as there is room, in the colours of the theme in use. */
export function build(stepper) {
  const { root, run, data, kind } = stepper;
  const focused = root.contains(root.getRootNode().activeElement);
  const focusField = keepFieldFocus(root);
  const theme = readTheme(root, data.palette);
  Object.assign(stepper, { theme, width: root.clientWidth });
  takeInHand(stepper, null);
  stepper.page = kind.build(stepper, theme, stepper.width);
  for (const [name, color] of Object.entries(theme)) {
    if (typeof color === "string") root.style.setProperty(`--gs-${name}`, color);
  }
  root.setAttribute("aria-label", run.words.stepper);
  root.replaceChildren(stepper.page.element);
  stepper.page.fit();
  describe(root, run);
  paint(stepper);
  stepper.observer.observe(root);
  if (focused) root.focus({ preventScroll: true, focusVisible: false });
  focusField();
  requestAnimationFrame(() => becomeReady(stepper));
}

/** A panel's field keeps the focus when the page is built anew; returns what gives it back. */
function keepFieldFocus(root) {
  const field = root.getRootNode().activeElement?.dataset?.field;
  return () => field && root.querySelector(`[data-field="${field}"]`)?.focus({ preventScroll: true });
}

/** The first time Python is told, so that it can send what is slow to draw without delaying the stepper. */
function becomeReady(stepper) {
  if (stepper.root.dataset.ready) return;
  setAttribute(stepper.root, "data-ready", "true");
  (window.requestIdleCallback ?? setTimeout)(() => stepper.sayPainted());
}

function describe(root, run) {
  setAttribute(root, "data-cell", run.cell);
  setAttribute(root, "data-steps", run.steps);
  setAttribute(root, "data-units", run.units);
}

/** A page of another width is fitted or, where it is arranged in another way, built anew. */
export function resize(stepper) {
  const { width, root, models, kind: { form } } = stepper;
  if (root.clientWidth === width) return;
  if (form(root.clientWidth, models.length) === form(width, models.length)) stepper.page.fit();
  else build(stepper);
  stepper.width = root.clientWidth;
}

/** Draw the current position: the only place where it becomes visible. */
export function paint(stepper) {
  const { root, run, page, step, unit, playing } = stepper;
  setAttribute(root, "data-step", step);
  setAttribute(root, "data-unit", unit);
  setAttribute(root, "data-playing", playing);
  setAttribute(root, "data-hand", inHand(stepper.models));
  const moving = playing || Boolean(stepper.kind.plays?.(stepper));
  for (const { model, views } of page.panes) {
    const seen = present(model, { step, unit, playing: moving });
    for (const view of views) view.paint(seen);
  }
  const position = { index: step, unit, playing, told: stepInWords(run, step) };
  for (const view of page.shared) view.paint(position);
  stepper.showWaiting?.();
}

/** What a valve in the reader's hand moves: nothing but itself, or all that follows from it; "none" without one. */
function inHand([{ hand }]) {
  if (!hand) return "none";
  return hand.number ? "followed" : "alone";
}

/** All that a pane's views ask of the current position; a pane with fewer units than the chosen one shows its last. */
function present(model, { step: index, unit: chosen, playing }) {
  const unit = Math.min(chosen, model.units - 1);
  return {
    index,
    unit,
    playing: playing || Boolean(model.hand),
    number: (name) => numberAt(model, name, index, unit),
    was: (name) => (model.original ? numberAt(model.original, name, index, unit) : null),
    held: (signal) => (model.hand?.number && model.hand.signal === signal) || clampAt(model, signal, index, unit) !== undefined,
    hand: model.hand,
    label: index < 0 ? NO_NUMBER : model.labels[index],
    read: index < 0 ? NO_NUMBER : readAt(model, index),
    values: besideRead(model, index),
    moved: movedMost(model, index, unit),
    detailed: numberAt(model, model.detail_probe, 0, unit) !== null,
  };
}

/** What stands beside what a step reads: its label where that says when it stands, or numbers. */
function besideRead(model, index) {
  if (!model.reads) return inputValues(model, index);
  return index < 0 ? "" : model.labels[index];
}

/** The numbers that the cell reads, "(−1, 0)", where they are few and say more than the label. */
function inputValues({ inputs, labels }, index) {
  if (index < 0 || !inputs) return "";
  const values = inputs[index];
  const labelled = Number(labels[index].replace(MINUS, "-"));
  if (values.length === 1 && Math.abs(values[0] - labelled) < 0.005) return "";
  return `(${values.map((value) => formatNumber(value, Number.isInteger(value) ? 0 : 2)).join(", ")})`;
}
