// The stepper: one or more traces of one sequence, each in a pane, a position that all panes share, and what these look
// like. Everything here happens in the browser; Python hears of the position once it has come to rest.

const REST = 300; // ms without a change before Python is told
const DEFAULT_SPEED = 2;
const steppers = new WeakMap();

export default function mount(component) {
  const host = component.parentElement;
  let stepper = steppers.get(host);
  if (!stepper) {
    stepper = createStepper(host);
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
}

function createStepper(host) {
  const root = html("section", { class: "stepper", "data-testid": "stepper", tabindex: 0 });
  const stepper = { host, root, speed: DEFAULT_SPEED, playing: false, step: 0, unit: 0, opening: null, panel: null };
  root.onkeydown = (event) => onKey(stepper, event);
  stepper.observer = new ResizeObserver(() => onResize(stepper));
  host.append(root);
  return stepper;
}

function leave(stepper) {
  stop(stepper);
  stopTraining(stepper);
  clearTimeout(stepper.resting);
  stepper.observer.disconnect();
}

/** Take in Python's data: what it opens anew starts at its position, everything else keeps the reader's. */
function show(stepper, data) {
  if (takesMoments(stepper, data)) return;
  const anew = data.opening !== stepper.opening;
  stepper.data = data;
  stepper.models = data.panes.map((pane) => ({ ...readModel(pane), difference: data.difference && Boolean(pane.original) }));
  stepper.run = sharedRun(stepper.models);
  if (anew) {
    stop(stepper);
    stopTraining(stepper);
    Object.assign(stepper, { opening: data.opening, step: data.step, unit: data.unit, reported: positionKey(data) });
    if (!data.unfocused) requestAnimationFrame(() => takeFocus(stepper));
  }
  openTraining(stepper, anew);
  build(stepper);
}

/** The arrow keys work at once: for a reader who has not put the focus elsewhere, or has just entered a text. */
function takeFocus({ root }) {
  const focused = document.activeElement;
  const entered = focused.matches("input[type=text]:not([role=combobox]), textarea");
  if (entered || focused === document.body) root.focus({ preventScroll: true, focusVisible: false });
}

/**
 * What the kinds of page are made of. `build(stepper, theme, width)` returns the page's element; its panes, one for each
 * model, each a model and the views painted with that model's numbers; the views that all panes share; `fit()`, called
 * once the element stands in the page; and `picture()`, the SVG element that can be taken away. `form(width, panes)`
 * names the arrangement at a width: another name builds the page anew. `back`: playing goes from the end to the start.
 */
const PAGES = {
  step: { build: buildStepPage, form: stepPageForm },
  compare: { build: buildComparePage, form: compareForm },
  arrange: { build: buildArrangePage, form: arrangeForm },
  order: { build: buildOrderPage, form: compareForm },
  gradient: { build: buildGradientPage, form: gradientForm, back: true },
  train: { build: buildTrainPage, form: stepPageForm },
};

function build(stepper) {
  const { root, run, data } = stepper;
  const focused = root.contains(root.getRootNode().activeElement);
  const focusField = keepFieldFocus(root);
  const theme = (stepper.theme = readTheme(root, run.palette));
  stepper.width = root.clientWidth;
  stepper.page = PAGES[data.page].build(stepper, theme, stepper.width);
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
  const { width, root, models } = stepper;
  const { form } = PAGES[stepper.data.page];
  if (root.clientWidth === width) return;
  if (form(root.clientWidth, models.length) === form(width, models.length)) stepper.page.fit();
  else build(stepper);
  stepper.width = root.clientWidth;
}

/** Draw the current position: the only place where it becomes visible. */
function paint(stepper) {
  const { root, run, page, step, unit, playing } = stepper;
  setAttribute(root, "data-step", step);
  setAttribute(root, "data-unit", unit);
  setAttribute(root, "data-playing", playing);
  describeMoment(stepper);
  for (const { model, views } of page.panes) {
    const seen = present(model, stepper);
    for (const view of views) view.paint(seen);
  }
  const position = { index: step, unit, playing, told: told(run, step) };
  for (const view of page.shared) view.paint(position);
}

/** All that a pane's views ask of the current position; a pane with fewer units than the chosen one shows its last. */
function present(model, { step: index, unit: chosen, playing, training }) {
  const unit = Math.min(chosen, model.units - 1);
  const step = {
    index,
    unit,
    playing: playing || Boolean(training?.playing),
    number: (name) => numberAt(model, name, index, unit),
    was: (name) => (model.original ? numberAt(model.original, name, index, unit) : null),
    held: (signal) => clampAt(model, signal, index, unit) !== undefined,
    label: index < 0 ? NO_NUMBER : model.labels[index],
    values: inputValues(model, index),
    moved: movedMost(model, index, unit),
    detailed: numberAt(model, model.detail_probe, 0, unit) !== null,
  };
  step.pieces = sentencePieces(model, step);
  step.sentence = step.pieces.map((piece) => piece.text ?? piece).join("");
  return step;
}

/** Where a step stands in the sequence, in words. */
function told({ words, steps, labels }, step) {
  return step < 0 ? words.start : fill(words.at_step, { step: step + 1, steps, label: labels[step] });
}

/** What the cell reads as numbers, "(−1, 0)", where they are few and say more than the label. */
function inputValues({ inputs, labels }, index) {
  if (index < 0 || !inputs) return "";
  const values = inputs[index];
  const labelled = Number(labels[index].replace(MINUS, "-"));
  if (values.length === 1 && Math.abs(values[0] - labelled) < 0.005) return "";
  return `(${values.map((value) => formatNumber(value, Number.isInteger(value) ? 0 : 2)).join(", ")})`;
}

function actions(stepper) {
  const name = () => `gatescope-${stepper.run.cell}-step-${stepper.step}-unit-${stepper.unit}${momentInName(stepper)}`;
  return {
    go: (step) => go(stepper, step),
    move: (by) => go(stepper, stepper.step + by),
    toggle: () => (stepper.playing ? pause(stepper) : play(stepper)),
    speed: () => stepper.speed,
    setSpeed: (speed) => setSpeed(stepper, speed),
    chooseUnit: (unit) => chooseUnit(stepper, unit),
    whatIf: stepper.data.asks ? () => togglePanel(stepper) : null,
    copyLink: stepper.data.offline ? null : () => copyLink(stepper.run, stepper),
    saveSvg: () => saveSvg(stepper.page.picture(), stepper.theme, name()),
    savePng: () => savePng(stepper.page.picture(), stepper.theme, name()),
  };
}

/** Go to a step by hand, which ends playing. */
function go(stepper, step) {
  stop(stepper);
  moveTo(stepper, step, stepper.unit);
  rest(stepper);
}

function chooseUnit(stepper, unit) {
  moveTo(stepper, stepper.step, unit);
  if (!stepper.playing) rest(stepper);
}

/** Ask Python for another layer of the stack, to be opened at the element that is read now. */
function pickLayer(stepper, layer) {
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
function course({ data, models, run }) {
  return PAGES[data.page].back ? { start: models[0].about.read, end: -1, way: -1 } : { start: -1, end: run.steps - 1, way: 1 };
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

function stop(stepper) {
  cancelAnimationFrame(stepper.frame);
  stepper.playing = false;
}

function pause(stepper) {
  stop(stepper);
  paint(stepper);
  rest(stepper);
}

/** Tell Python once the position has come to rest, and only if it is another than it knows. */
function rest(stepper) {
  clearTimeout(stepper.resting);
  if (stepper.training?.playing) return; // the end of it is a rest
  stepper.resting = setTimeout(() => {
    const key = positionKey(stepper);
    if (key === stepper.reported) return;
    stepper.reported = key;
    stepper.report({ opening: stepper.opening, step: stepper.step, unit: stepper.unit, ...momentReported(stepper) });
  }, REST);
}

function positionKey({ step, unit, update }) {
  return [step, unit, update].join(" ");
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
  const ofMoments = momentKey(stepper, event);
  const act = ofMoments ?? (own ? null : KEYS[event.key]);
  if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(stepper);
}
