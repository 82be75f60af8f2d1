// The trace in the browser: what Python sent, and the one way to ask it for a number.

import { fillIn } from "./numbers.js";

export const PRECISIONS = { 4: Float32Array, 8: Float64Array }; // by the bytes of a number
export const BEFORE = ".before";
export const INPUT = "x"; // what a step reads, as pipes and the what-if panel name it

/** The model of each pane: Python's payload with its numbers unpacked, and the words that all panes share. */
export function readModels({ panes, words, difference }) {
  return panes.map((pane) => ({ ...unpacked(pane), words, difference: difference && Boolean(pane.original) }));
}

/** A pane's payload with its numbers unpacked, and those of the original run where there is one. */
function unpacked(pane) {
  const original = pane.original && { ...pane.original, arrays: unpack(pane.original, pane.steps) };
  return { ...pane, original, arrays: unpack(pane, pane.steps), lines: pane.lines && unpack(pane.lines, pane.steps) };
}

/** Each array holds `rows` steps of `cols` units. */
export function unpack({ blob, arrays, width }, steps) {
  const floats = decodeFloats(blob, PRECISIONS[width]);
  return Object.fromEntries(Object.entries(arrays).map(([name, { offset, rows, cols, first }]) =>
    [name, { values: floats.subarray(offset, offset + rows * cols), cols, first, leads: rows - steps }]));
}

/** The run that all panes share: one sequence, its words, and as many units as the largest pane has. */
export function sharedRun(models) {
  const [{ steps, labels, reads, above, given, home, words }] = models;
  const units = Math.max(...models.map((model) => model.units));
  return { steps, labels, reads, above, given, home, words, units, cell: models.map((model) => model.cell).join(",") };
}

/** Numbers of `Floats` from the base64 of their bytes. */
export function decodeFloats(base64, Floats) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : bytesOf(atob(base64));
  return new Floats(bytes.buffer, 0, bytes.length / Floats.BYTES_PER_ELEMENT);
}

export function bytesOf(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * The number called `name` for one unit at one step, or null where there is none: a gate before the first step, a part
 * of a sum for a unit whose parts have not been sent. States have one row more, the state before the first step. Where a
 * valve is in the reader's hand it is the number that the valve makes.
 */
export function numberAt(model, name, step, unit) {
  return numberInHand(model, name, step, unit) ?? numberSent(model, name, step, unit);
}

/** The number of the step at which a valve is in hand, or of the step before; undefined where that stays as it is. */
function numberInHand({ hand }, name, step, unit) {
  if (!hand?.number || unit !== hand.unit) return undefined;
  if (step === hand.step) return hand.number(name);
  return step === hand.step - 1 && !name.endsWith(BEFORE) ? hand.number(name + BEFORE) : undefined;
}

function numberSent(model, name, step, unit) {
  const before = name.endsWith(BEFORE) && !model.arrays[name]; // its own array where the rows stand in another order
  const array = model.arrays[before ? name.slice(0, -BEFORE.length) : name];
  if (!array) return null;
  const row = step + array.leads - (before ? 1 : 0);
  const col = unit - array.first;
  if (row < 0 || col < 0 || col >= array.cols) return null;
  return array.values[row * array.cols + col];
}

/** All units of a signal at one step, or null. */
export function unitsAt(model, name, step) {
  const array = model.arrays[name];
  const row = step + array.leads;
  if (row < 0) return null;
  const sent = array.values.subarray(row * array.cols, (row + 1) * array.cols);
  const inHand = model.hand && numberInHand(model, name, step, model.hand.unit);
  return inHand === undefined || inHand === null ? sent : sent.with(model.hand.unit, inHand);
}

/**
 * Put a valve into the reader's hand, or null to take nothing: {signal, value, step, unit, number, first, dragged}.
 * `number(name)` is what follows, null where nothing can yet; `first` the step from which on something does; `dragged` is
 * false once the valve has been let go. What the former hand waited for is no longer waited for.
 */
export function takeInHand(stepper, hand) {
  stepper.endWaiting?.();
  stepper.endWaiting = null;
  for (const model of stepper.models) model.hand = hand;
}

/** The number that is drawn in the strips: the signal itself or, where only differences are shown, what has changed. */
export function stripValue(model, name, step, unit) {
  const value = numberAt(model, name, step, unit);
  return model.difference ? value - numberAt(model.original, name, step, unit) : value;
}

/** A number's size against its kind, from -1 to 1. */
export function relative(model, name, value) {
  const scale = model.scales[name] ?? 1;
  return Math.max(-1, Math.min(1, value / scale));
}

/** The gate whose value has changed most since the step before, or null when none has moved visibly. */
export function movedMost(model, step, unit) {
  let name = null;
  let most = 0.1;
  for (const signal of model.signals) {
    if (signal.kind !== "gate") continue;
    const change = Math.abs(numberAt(model, signal.name, step, unit) - (numberAt(model, signal.name, step - 1, unit) ?? NaN));
    if (change > most) [name, most] = [signal.name, change];
  }
  return name;
}

/** The clamp on `signal` that counts for one unit at one step, or undefined. */
export function clampAt(model, signal, step, unit) {
  return model.whatif?.clamps.findLast((clamp) =>
    clamp.signal === signal && within(step, clamp.steps) && within(unit, clamp.units) && isOnLayer(clamp, model));
}

/** Tell whether a clamp is one on the layer that is shown; where there is no other, that is layer 0. */
export function isOnLayer({ layer }, { place }) {
  return layer === null || layer === (place ?? 0);
}

function within(place, ends) {
  return ends === null || (place >= ends[0] && place <= ends[1]);
}

/** Name a step and what it reads: its label, or its numbers where that says when it stands; a layer above reads neither. */
export function stepInWords({ words, steps, labels, reads, above, given }, step) {
  if (step < 0) return given ? words.start_given : words.start;
  const text = above ? words.at_step_above : reads ? words.at_step_dated : words.at_step;
  return fillIn(text, { step: step + 1, steps, label: labels[step], numbers: reads?.[step] });
}

/** What a step reads, alone. */
export function readAt({ reads, labels }, step) {
  return (reads ?? labels)[step];
}

/** Say where the reader is, as a whole sentence: "The drawings show step 3 of 9, unit 0." */
export function positionSentence({ run: { words, steps }, step, unit }) {
  return step < 0 ? words.start : fillIn(words.picture_step, { step: step + 1, steps, unit });
}
