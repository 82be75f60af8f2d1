// The stepper: one or more traces of one sequence, each in a pane, a position that all panes share, and what these look
// like. Everything here happens in the browser; Python hears of the position once it has come to rest.

import { html, readTheme, setAttribute } from "./elements.js";
import { clampAt, movedMost, numberAt, readModel, sharedRun, stepInWords } from "./model.js";
import { formatNumber, MINUS, NO_NUMBER } from "./numbers.js";
import { copyLink, savePng, saveSvg } from "./takeaway.js";

const REST = 300; // ms without a change before Python is told
const DEFAULT_SPEED = 2;
const steppers = new WeakMap();

/**
 * What Streamlit takes of a kind of page: the function that shows it in a component's element, and returns what ends it.
 *
 * `kind` is what the page hands to the frame:
 * - `build(stepper, theme, width)` returns the page's `element`; its `panes`, one for each model, each a model and the
 *   views painted with that model's numbers; the views that all panes are `shared` by; `fit()`, called once the element
 *   stands in the page; and `picture()`, the SVG element that can be taken away.
 * - `form(width, panes)` names the arrangement at a width: another name builds the page anew.
 * - `back(stepper)`, where playing goes back in time: the step at which it starts.
 *
 * And of a page in which more moves than the position:
 * - `update(stepper, data)` takes in new data where it stands, and returns whether it could.
 * - `open(stepper, anew)` takes in data of which the page is about to be built; `anew`: at the position named there.
 * - `leave(stepper)` ends what runs.
 * - `reported(stepper)` is what Python hears beside step and unit.
 * - `plays(stepper)` tells whether something moves by itself beside the steps.
 * - `onKey(event)` returns what a key does to the stepper, as a function of it, or null.
 */
export function mount(kind) {
  return (component) => {
    const host = component.parentElement;
    let stepper = steppers.get(host);
    if (!stepper) {
      stepper = createStepper(host, kind);
      steppers.set(host, stepper);
    }
    stepper.report = (position) => component.setStateValue("position", position);
    stepper.tellPick = (pick) => component.setStateValue("pick", pick);
    stepper.sayPainted = () => component.setStateValue("painted", true);
    stepper.sayAsked = (asked) => component.setStateValue("asked", asked);
    show(stepper, component.data);
    return () => {
      leave(stepper);
      steppers.delete(host);
    };
  };
}

function createStepper(host, kind) {
  const root = html("section", { class: "stepper", "data-testid": "stepper", tabindex: 0 });
  const stepper = { kind, host, root, speed: DEFAULT_SPEED, playing: false, step: 0, unit: 0, opening: null, panel: null };
  root.onkeydown = (event) => onKey(stepper, event);
  stepper.observer = new ResizeObserver(() => onResize(stepper));
  host.append(root);
  return stepper;
}

function leave(stepper) {
  stop(stepper);
  stepper.kind.leave?.(stepper);
  clearTimeout(stepper.resting);
  stepper.observer.disconnect();
}

/** Take in Python's data: what it opens anew starts at its position, everything else keeps the reader's. */
function show(stepper, data) {
  const { kind } = stepper;
  if (kind.update?.(stepper, data)) return;
  const anew = data.opening !== stepper.opening;
  stepper.data = data;
  stepper.models = data.panes.map((pane) => ({ ...readModel(pane), difference: data.difference && Boolean(pane.original) }));
  stepper.run = sharedRun(stepper.models);
  if (anew) {
    stop(stepper);
    Object.assign(stepper, { opening: data.opening, step: data.step, unit: data.unit });
    if (!data.unfocused) requestAnimationFrame(() => takeFocus(stepper));
  }
  kind.open?.(stepper, anew);
  if (anew) stepper.reported = positionKey(stepper);
  build(stepper);
}

/** The arrow keys work at once: for a reader who has not put the focus elsewhere, or has just entered a text. */
function takeFocus({ root }) {
  const focused = document.activeElement;
  const entered = focused.matches("input[type=text]:not([role=combobox]), textarea");
  if (entered || focused === document.body) root.focus({ preventScroll: true, focusVisible: false });
}

export function build(stepper) {
  const { root, run, kind } = stepper;
  const focused = root.contains(root.getRootNode().activeElement);
  const focusField = keepFieldFocus(root);
  const theme = readTheme(root, run.palette);
  Object.assign(stepper, { theme, width: root.clientWidth });
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

function onResize(stepper) {
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
  const moving = playing || Boolean(stepper.kind.plays?.(stepper));
  for (const { model, views } of page.panes) {
    const seen = present(model, { step, unit, playing: moving });
    for (const view of views) view.paint(seen);
  }
  const position = { index: step, unit, playing, told: stepInWords(run, step) };
  for (const view of page.shared) view.paint(position);
}

/** All that a pane's views ask of the current position; a pane with fewer units than the chosen one shows its last. */
function present(model, { step: index, unit: chosen, playing }) {
  const unit = Math.min(chosen, model.units - 1);
  return {
    index,
    unit,
    playing,
    number: (name) => numberAt(model, name, index, unit),
    was: (name) => (model.original ? numberAt(model.original, name, index, unit) : null),
    held: (signal) => clampAt(model, signal, index, unit) !== undefined,
    label: index < 0 ? NO_NUMBER : model.labels[index],
    values: inputValues(model, index),
    moved: movedMost(model, index, unit),
    detailed: numberAt(model, model.detail_probe, 0, unit) !== null,
  };
}

/** Where a step stands in the sequence, in words. */
/** What the cell reads as numbers, "(−1, 0)", where they are few and say more than the label. */
function inputValues({ inputs, labels }, index) {
  if (index < 0 || !inputs) return "";
  const values = inputs[index];
  const labelled = Number(labels[index].replace(MINUS, "-"));
  if (values.length === 1 && Math.abs(values[0] - labelled) < 0.005) return "";
  return `(${values.map((value) => formatNumber(value, Number.isInteger(value) ? 0 : 2)).join(", ")})`;
}

/** What the playback bar's controls do. `ending()`: how the name of a picture ends; `whatIf` opens the panel, if any. */
export function actions(stepper, { ending = () => "", whatIf = null } = {}) {
  const name = () => `gatescope-${stepper.run.cell}-step-${stepper.step}-unit-${stepper.unit}${ending()}`;
  return {
    go: (step) => go(stepper, step),
    move: (by) => go(stepper, stepper.step + by),
    toggle: () => (stepper.playing ? pause(stepper) : play(stepper)),
    speed: () => stepper.speed,
    setSpeed: (speed) => setSpeed(stepper, speed),
    chooseUnit: (unit) => chooseUnit(stepper, unit),
    whatIf,
    copyLink: stepper.data.offline ? null : () => copyLink(stepper.run, stepper),
    saveSvg: () => saveSvg(stepper.page.picture(), stepper.theme, name()),
    savePng: () => savePng(stepper.page.picture(), stepper.theme, name()),
  };
}

/** Go to a step by hand, which ends playing. */
export function go(stepper, step) {
  stop(stepper);
  moveTo(stepper, step, stepper.unit);
  rest(stepper);
}

export function chooseUnit(stepper, unit) {
  moveTo(stepper, stepper.step, unit);
  if (!stepper.playing) rest(stepper);
}

/** Ask Python for another layer of the stack, to be opened at the element that is read now. */
export function pickLayer(stepper, layer) {
  stop(stepper);
  clearTimeout(stepper.resting);
  stepper.panel = null;
  stepper.tellPick({ opening: stepper.opening, layer, step: stepper.step, unit: stepper.unit });
}

function moveTo(stepper, step, unit) {
  const { steps, units } = stepper.run;
  stepper.step = Math.max(-1, Math.min(steps - 1, step));
  stepper.unit = Math.max(0, Math.min(units - 1, unit));
  paint(stepper);
}

function play(stepper) {
  const { start, end } = course(stepper);
  if (stepper.step === end) stepper.step = start;
  clearTimeout(stepper.resting);
  stepper.playing = true;
  stepper.since = { time: performance.now(), step: stepper.step };
  stepper.frame = requestAnimationFrame((now) => advance(stepper, now));
  paint(stepper);
}

/** From where to where playing goes, and which way; back from where a loss is read, or forward over the whole run. */
function course(stepper) {
  const { kind, run } = stepper;
  return kind.back ? { start: kind.back(stepper), end: -1, way: -1 } : { start: -1, end: run.steps - 1, way: 1 };
}

/** One frame of playing: the clock, not the count of frames, says which step is due. */
function advance(stepper, now) {
  const { since, speed } = stepper;
  const { end, way } = course(stepper);
  const due = since.step + way * Math.floor(((now - since.time) / 1000) * speed);
  if (due * way > stepper.step * way) moveTo(stepper, due, stepper.unit);
  if (stepper.step * way >= end * way) pause(stepper);
  else stepper.frame = requestAnimationFrame((later) => advance(stepper, later));
}

function setSpeed(stepper, speed) {
  stepper.speed = speed;
  stepper.since = { time: performance.now(), step: stepper.step };
}

export function stop(stepper) {
  cancelAnimationFrame(stepper.frame);
  stepper.playing = false;
}

function pause(stepper) {
  stop(stepper);
  paint(stepper);
  rest(stepper);
}

/** Tell Python once the position has come to rest, and only if it is another than it knows. */
export function rest(stepper) {
  clearTimeout(stepper.resting);
  if (stepper.kind.plays?.(stepper)) return; // the end of it is a rest
  stepper.resting = setTimeout(() => {
    const key = positionKey(stepper);
    if (key === stepper.reported) return;
    stepper.reported = key;
    stepper.report({ opening: stepper.opening, ...positionOf(stepper) });
  }, REST);
}

/** What Python hears of the position. */
function positionOf(stepper) {
  return { step: stepper.step, unit: stepper.unit, ...stepper.kind.reported?.(stepper) };
}

function positionKey(stepper) {
  return JSON.stringify(positionOf(stepper));
}

const KEYS = {
  ArrowLeft: (stepper) => go(stepper, stepper.step - 1),
  ArrowRight: (stepper) => go(stepper, stepper.step + 1),
  Home: (stepper) => go(stepper, -1),
  End: (stepper) => go(stepper, stepper.run.steps - 1),
  ArrowUp: (stepper) => chooseUnit(stepper, stepper.unit - 1),
  ArrowDown: (stepper) => chooseUnit(stepper, stepper.unit + 1),
  " ": (stepper) => (stepper.playing ? pause(stepper) : play(stepper)),
};

/** A focused button keeps its Space, a list its arrows; everything else in the stepper obeys the keys above. */
function onKey(stepper, event) {
  const on = event.target.localName;
  const own = (on === "button" && event.key === " ") || on === "select" || (on === "input" && !event.target.matches(".scrubber"));
  const act = stepper.kind.onKey?.(event) ?? (own ? null : KEYS[event.key]);
  if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(stepper);
}
