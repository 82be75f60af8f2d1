// Where the reader is in the run: going there, playing, and telling Python once it has come to rest.

import { takeInHand } from "./model.js";
import { paint } from "./page.js";

const REST = 300; // ms without a change before Python is told

/** Go to a step by hand, which ends playing. */
export function go(stepper, step) {
  stop(stepper);
  moveTo(stepper, step, stepper.unit);
  rest(stepper);
}

/** Choose a unit, which playing goes on with. */
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
  takeInHand(stepper, null);
  paint(stepper);
}

export function togglePlaying(stepper) {
  if (stepper.playing) pause(stepper);
  else play(stepper);
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

export function setSpeed(stepper, speed) {
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
    if (positionKey(stepper) !== stepper.reported && !stepper.held) tell(stepper);
  }, REST);
}

/** Tell Python now where the reader is. */
export function tell(stepper) {
  clearTimeout(stepper.resting);
  stepper.reported = positionKey(stepper);
  stepper.report({ opening: stepper.opening, at: performance.timeOrigin + performance.now(), ...positionOf(stepper) });
}

/** The position as Python hears of it. */
function positionOf(stepper) {
  return { step: stepper.step, unit: stepper.unit, ...stepper.kind.reported?.(stepper) };
}

export function positionKey(stepper) {
  return JSON.stringify(positionOf(stepper));
}
