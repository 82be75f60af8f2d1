// The stepper: a trace, a position in it, and what the two look like. Everything here happens in the browser; Python
// hears of the position once it has come to rest.

const REST = 300; // ms without a change before Python is told
const DEFAULT_SPEED = 2;
const steppers = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  let stepper = steppers.get(host);
  if (!stepper) {
    stepper = createStepper(host);
    steppers.set(host, stepper);
  }
  stepper.report = (position) => component.setStateValue("position", position);
  stepper.sayPainted = () => component.setStateValue("painted", true);
  show(stepper, component.data);
  return () => {
    leave(stepper);
    steppers.delete(host);
  };
}

function createStepper(host) {
  const root = html("section", { class: "stepper", "data-testid": "stepper", tabindex: 0 });
  const stepper = { host, root, speed: DEFAULT_SPEED, playing: false, step: 0, unit: 0, opening: null };
  root.onkeydown = (event) => onKey(stepper, event);
  stepper.observer = new ResizeObserver(() => onResize(stepper));
  host.append(root);
  return stepper;
}

function leave(stepper) {
  stop(stepper);
  clearTimeout(stepper.resting);
  stepper.observer.disconnect();
}

/** Take in Python's data: what it opens anew starts at its position, everything else keeps the reader's. */
function show(stepper, data) {
  stepper.model = readModel(data);
  if (data.opening !== stepper.opening) {
    stop(stepper);
    Object.assign(stepper, { opening: data.opening, step: data.step, unit: data.unit, reported: positionKey(data) });
    requestAnimationFrame(() => takeFocus(stepper));
  }
  build(stepper);
}

/** The arrow keys work at once: for a reader who has not put the focus elsewhere, or has just entered a text. */
function takeFocus({ root }) {
  const focused = document.activeElement;
  const entered = focused.matches("input[type=text]:not([role=combobox]), textarea");
  if (entered || focused === document.body) root.focus({ preventScroll: true, focusVisible: false });
}

function build(stepper) {
  const { root, model } = stepper;
  const focused = root.contains(root.getRootNode().activeElement);
  const theme = (stepper.theme = readTheme(root, model.palette));
  stepper.width = root.clientWidth;
  const views = {
    sentence: buildSentence(model, theme),
    drawing: buildDrawing(model, theme, stepper.width),
    equations: buildEquations(model, theme, (unit) => chooseUnit(stepper, unit)),
    playback: buildPlayback(model, actions(stepper)),
    strips: buildStrips(model, theme, (step) => go(stepper, step)),
  };
  stepper.views = Object.values(views);
  stepper.drawing = views.drawing.element;
  stepper.strips = views.strips;
  for (const [name, color] of Object.entries(theme)) {
    if (typeof color === "string") root.style.setProperty(`--gs-${name}`, color);
  }
  root.setAttribute("aria-label", model.words.stepper);
  root.replaceChildren(html("div", { class: "stage" }, ...stepper.views.map((view) => view.element)));
  views.strips.fit();
  describe(root, model);
  paint(stepper);
  stepper.observer.observe(root);
  if (focused) root.focus({ preventScroll: true, focusVisible: false });
  requestAnimationFrame(() => becomeReady(stepper));
}

/** The first time Python is told, so that it can send what is slow to draw without delaying the stepper. */
function becomeReady(stepper) {
  if (stepper.root.dataset.ready) return;
  setAttribute(stepper.root, "data-ready", "true");
  (window.requestIdleCallback ?? setTimeout)(() => stepper.sayPainted());
}

function describe(root, model) {
  setAttribute(root, "data-cell", model.cell);
  setAttribute(root, "data-steps", model.steps);
  setAttribute(root, "data-units", model.units);
}

function onResize(stepper) {
  const { width, root } = stepper;
  if (root.clientWidth === width) return;
  if (root.clientWidth < COMPACT_BELOW === width < COMPACT_BELOW) stepper.strips.fit();
  else build(stepper);
  stepper.width = root.clientWidth;
}

/** Draw the current position: the only place where it becomes visible. */
function paint(stepper) {
  const step = present(stepper);
  setAttribute(stepper.root, "data-step", stepper.step);
  setAttribute(stepper.root, "data-unit", stepper.unit);
  setAttribute(stepper.root, "data-playing", stepper.playing);
  for (const view of stepper.views) view.paint(step);
}

/** All that the views ask of the current position. */
function present({ model, step: index, unit, playing }) {
  const step = {
    index,
    unit,
    playing,
    number: (name) => numberAt(model, name, index, unit),
    label: index < 0 ? NO_NUMBER : model.labels[index],
    values: inputValues(model, index),
    moved: movedMost(model, index, unit),
    detailed: numberAt(model, model.detail_probe, 0, unit) !== null,
  };
  step.pieces = sentencePieces(model, step);
  step.sentence = step.pieces.map((piece) => piece.text ?? piece).join("");
  step.told = index < 0 ? model.words.start : fill(model.words.at_step, { step: index + 1, steps: model.steps, label: step.label });
  return step;
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
  const name = () => `gatescope-${stepper.model.cell}-step-${stepper.step}-unit-${stepper.unit}`;
  return {
    go: (step) => go(stepper, step),
    move: (by) => go(stepper, stepper.step + by),
    toggle: () => (stepper.playing ? pause(stepper) : play(stepper)),
    speed: () => stepper.speed,
    setSpeed: (speed) => setSpeed(stepper, speed),
    chooseUnit: (unit) => chooseUnit(stepper, unit),
    copyLink: () => copyLink(stepper.model, stepper),
    saveSvg: () => saveSvg(stepper.drawing, stepper.theme, name()),
    savePng: () => savePng(stepper.drawing, stepper.theme, name()),
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

function moveTo(stepper, step, unit) {
  const { steps, units } = stepper.model;
  stepper.step = Math.max(-1, Math.min(steps - 1, step));
  stepper.unit = Math.max(0, Math.min(units - 1, unit));
  paint(stepper);
}

function play(stepper) {
  if (stepper.step >= stepper.model.steps - 1) stepper.step = -1;
  clearTimeout(stepper.resting);
  stepper.playing = true;
  stepper.since = { time: performance.now(), step: stepper.step };
  stepper.frame = requestAnimationFrame((now) => advance(stepper, now));
  paint(stepper);
}

/** One frame of playing: the clock, not the count of frames, says which step is due. */
function advance(stepper, now) {
  const { since, speed, model } = stepper;
  const due = since.step + Math.floor(((now - since.time) / 1000) * speed);
  if (due > stepper.step) moveTo(stepper, due, stepper.unit);
  if (stepper.step >= model.steps - 1) pause(stepper);
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
  stepper.resting = setTimeout(() => {
    const key = positionKey(stepper);
    if (key === stepper.reported) return;
    stepper.reported = key;
    stepper.report({ opening: stepper.opening, step: stepper.step, unit: stepper.unit });
  }, REST);
}

function positionKey({ step, unit }) {
  return `${step} ${unit}`;
}

const KEYS = {
  ArrowLeft: (stepper) => go(stepper, stepper.step - 1),
  ArrowRight: (stepper) => go(stepper, stepper.step + 1),
  Home: (stepper) => go(stepper, -1),
  End: (stepper) => go(stepper, stepper.model.steps - 1),
  ArrowUp: (stepper) => chooseUnit(stepper, stepper.unit - 1),
  ArrowDown: (stepper) => chooseUnit(stepper, stepper.unit + 1),
  " ": (stepper) => (stepper.playing ? pause(stepper) : play(stepper)),
};

/** A focused button keeps its Space, a list its arrows; everything else in the stepper obeys the keys above. */
function onKey(stepper, event) {
  const on = event.target.localName;
  const own = (on === "button" && event.key === " ") || on === "select";
  const act = KEYS[event.key];
  if (!act || own || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(stepper);
}
