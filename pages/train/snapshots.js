// The snapshots of a training: checkpoints of one cell over one sequence, which share everything but their numbers. All are
// shown through one model, into which the chosen snapshot's numbers are put: so nothing has to be built anew.

import { readTheme, setAttribute } from "../shared/stepper/frame/elements.js";
import { bytesOf, PRECISIONS, unpack } from "../shared/stepper/frame/model.js";
import { paint } from "../shared/stepper/frame/page.js";
import { rest } from "../shared/stepper/frame/position.js";

const SNAPSHOT_SPEED = 3; // snapshots a second while training time plays

/** Begin with what Python has sent; what it opens anew stands at the snapshot named there. */
export function openTraining(stepper, anew) {
  const { data } = stepper;
  if (anew) {
    stopTraining(stepper);
    stepper.training = { snapshot: 0, following: data.newest, playing: false, decoded: new Map() };
  }
  takeIn(stepper, anew ? data.update : chosenSnapshot(stepper).update);
}

/**
 * Snapshots of the training that is shown already are taken in where they stand: whatever plays goes on, and what is held
 * by mouse or focus stays. Returns whether they were; anything else that is new needs the page to be built.
 */
export function takesSnapshots(stepper, data) {
  const { training, opening, theme, root } = stepper;
  if (!training || data.opening !== opening || frameOf(data) !== training.frame) return false;
  if (JSON.stringify(readTheme(root, data.palette)) !== JSON.stringify(theme)) return false;
  stepper.data = data;
  takeIn(stepper, chosenSnapshot(stepper).update);
  paint(stepper);
  return true;
}

/** All that the page is built of, and no snapshot's own. */
function frameOf({ panes, moments, thinned, ...others }) {
  const [{ arrays, scales, ...pane }] = panes;
  return JSON.stringify({ ...others, pane });
}

/** A reader who follows the newest snapshot stands at the newest; else at the same or, where that is gone, the nearest. */
function takeIn(stepper, update) {
  const { training, data, models: [model] } = stepper;
  const [{ arrays, scales }] = data.panes;
  if (JSON.stringify(arrays) !== JSON.stringify(training.layout)) training.decoded.clear();
  Object.assign(training, { snapshots: data.moments, thinned: data.thinned, layout: arrays, frame: frameOf(data) });
  model.scales = scales;
  const before = training.snapshot;
  putSnapshot(stepper, training.following ? data.moments.length - 1 : nearestSnapshot(data.moments, update));
  if (training.snapshot !== before) training.since = { time: performance.now(), snapshot: training.snapshot };
  if (training.following && stepper.page && !stepper.playing) rest(stepper); // Python hears that the reader has gone on
}

function nearestSnapshot(snapshots, update) {
  const away = snapshots.map((snapshot) => Math.abs(snapshot.update - update));
  return away.indexOf(Math.min(...away));
}

/** Let a snapshot's numbers be those of the model. */
function putSnapshot(stepper, place) {
  const { training, models: [model] } = stepper;
  const snapshot = training.snapshots[Math.max(0, Math.min(training.snapshots.length - 1, place))];
  training.snapshot = training.snapshots.indexOf(snapshot);
  model.about = snapshot.about;
  model.arrays = decodedNumbers(training, snapshot, model);
}

/** A reader who has come to the newest snapshot follows it from now on, whatever comes. */
function follow({ training }) {
  training.pinned = false;
  training.following = training.snapshot === training.snapshots.length - 1;
}

/** Stay at the chosen snapshot while a click on a button that means it is held. */
export function pin({ training }) {
  training.pinned = training.following;
  training.following = false;
}

/** Whoever followed the newest before follows it again, unless he has moved since. */
export function unpin(stepper) {
  const { training } = stepper;
  if (!training.pinned) return;
  Object.assign(training, { pinned: false, following: true });
  putSnapshot(stepper, training.snapshots.length - 1);
  paint(stepper);
}

/** A snapshot's numbers, decoded when it is first looked at and kept. */
function decodedNumbers({ decoded, layout }, { update, blob }, { width, steps }) {
  const known = decoded.get(update);
  if (known?.blob === blob) return known.arrays;
  const arrays = unpack({ blob, arrays: layout, width }, steps);
  decoded.set(update, { blob, arrays });
  return arrays;
}

/** One number of a snapshot, read out of its base64 without decoding the rest: a line over all snapshots needs one of each. */
export function numberOfSnapshot({ layout }, { blob }, { width, steps }, name, step, unit) {
  const { offset, rows, cols } = layout[name];
  const row = step + rows - steps;
  if (row < 0) return null;
  const start = (offset + row * cols + unit) * width;
  const group = Math.floor(start / 3); // three bytes stand in four letters
  const bytes = bytesOf(atob(blob.slice(group * 4, Math.ceil((start + width) / 3) * 4)));
  return new PRECISIONS[width](bytes.slice(start - group * 3, start - group * 3 + width).buffer)[0];
}

/** Go to a snapshot by hand, which ends playing the training; the sequence may play on. Only so does he leave the newest. */
export function goToSnapshot(stepper, place) {
  stopTraining(stepper);
  putSnapshot(stepper, place);
  follow(stepper);
  paint(stepper);
  if (!stepper.playing) rest(stepper);
}

export function toggleTraining(stepper) {
  if (stepper.training.playing) pauseTraining(stepper);
  else playTraining(stepper);
}

/** Play from the chosen snapshot or, from the newest, all over again. */
function playTraining(stepper) {
  const { training } = stepper;
  if (training.snapshot === training.snapshots.length - 1) putSnapshot(stepper, 0);
  follow(stepper);
  clearTimeout(stepper.resting);
  training.playing = true;
  training.since = { time: performance.now(), snapshot: training.snapshot };
  training.requested = requestAnimationFrame((now) => advanceTraining(stepper, now));
  paint(stepper);
}

/** One frame of it: the clock says which snapshot is due. */
function advanceTraining(stepper, now) {
  const { training } = stepper;
  const { since } = training;
  const due = since.snapshot + Math.floor(((now - since.time) / 1000) * SNAPSHOT_SPEED);
  if (due > training.snapshot) {
    putSnapshot(stepper, due);
    paint(stepper);
  }
  follow(stepper);
  if (training.following) pauseTraining(stepper);
  else training.requested = requestAnimationFrame((next) => advanceTraining(stepper, next));
}

export function stopTraining({ training }) {
  if (!training) return;
  cancelAnimationFrame(training.requested);
  training.playing = false;
}

function pauseTraining(stepper) {
  stopTraining(stepper);
  paint(stepper);
  if (!stepper.playing) rest(stepper);
}

export function plays({ training }) {
  return training.playing;
}

export function chosenSnapshot({ training }) {
  return training.snapshots[training.snapshot];
}

/** The chosen snapshot as Python hears of it. */
export function snapshotReported(stepper) {
  return { update: chosenSnapshot(stepper).update, newest: stepper.training.following };
}

/** The chosen snapshot as a link names it. */
export function linkedSnapshot(stepper) {
  return { update: stepper.training.following ? null : chosenSnapshot(stepper).update };
}

/** Say in the stepper's attributes which snapshot is shown. */
export function describeSnapshot(stepper) {
  const { root, training } = stepper;
  setAttribute(root, "data-update", chosenSnapshot(stepper).update);
  setAttribute(root, "data-moment", training.snapshot);
  setAttribute(root, "data-moments", training.snapshots.length);
  setAttribute(root, "data-training", training.playing ? "playing" : "resting");
}

export const earlier = (stepper) => goToSnapshot(stepper, stepper.training.snapshot - 1);
export const later = (stepper) => goToSnapshot(stepper, stepper.training.snapshot + 1);
const SNAPSHOT_KEYS = { PageUp: earlier, PageDown: later, "[": earlier, "]": later };

/** Find what a key does to training time, or null. Space on its scrubber plays it; a list keeps all its keys. */
export function snapshotKey(event) {
  if (event.target.localName === "select") return null;
  if (event.key === " " && event.target.matches(".moment-scrubber")) return toggleTraining;
  return SNAPSHOT_KEYS[event.key] ?? null;
}
