// The valve in the reader's hand: while it is dragged, all that it does at this step is looked up in Python's table.

import { decodeFloats, PRECISIONS, takeInHand } from "../frame/model.js";
import { paint } from "../frame/page.js";
import { rest, stop } from "../frame/position.js";

const LAID_OUT = "gatescope-valve-table"; // what valve_table.js says on the document
const unpacked = new WeakMap(); // the numbers of a table, unpacked when a valve is first taken

/** A valve's gate dragged to a share of its reach, 0 to 1: this step follows, as soon as its table is there. */
export function moveValve(stepper, signal, share) {
  if (stepper.playing) {
    stop(stepper);
    rest(stepper);
  }
  const last = stepper.models[0].valve_values.length - 1;
  dragTo(stepper, signal, Math.round(share * last));
}

/** A gate dragged to one of the values that a table has. Whoever holds still until the table comes sees this step follow too. */
function dragTo(stepper, signal, index) {
  const { models: [model], step, unit } = stepper;
  const table = tableAt(model, step, unit);
  const number = numbersOf(table, signal, index);
  const first = table?.first[signal] ?? step;
  takeInHand(stepper, { signal, value: model.valve_values[index], step, unit, number, first, dragged: true });
  if (!table) awaitTable(stepper, () => dragTo(stepper, signal, index));
  paint(stepper);
}

/** Act once when a table, of whatever step, is laid out; unless the hand has moved on, or has gone, by then. */
function awaitTable(stepper, act) {
  document.addEventListener(LAID_OUT, act, { once: true });
  stepper.endWaiting = () => document.removeEventListener(LAID_OUT, act);
}

/** Tell whether a gate's valve is being dragged. */
export function isDragged({ models: [{ hand }] }, signal) {
  return Boolean(hand?.dragged) && hand.signal === signal;
}

/** The valve is let go where it is, and stays there until Python has answered. Returns its gate's signal and value. */
export function letGo(stepper) {
  const { hand } = stepper.models[0];
  takeInHand(stepper, { ...hand, dragged: false });
  return hand;
}

/** A valve that is not let go but lost, or given up: everything is as it was. */
export function dropValve(stepper) {
  takeInHand(stepper, null);
  paint(stepper);
}

/** What a key does while a valve is dragged: Escape gives it up, any other does nothing, for the hand is at this step. */
export function keyInHand({ key }, { models: [{ hand }] }) {
  if (!hand?.dragged) return null;
  return key === "Escape" ? dropValve : () => {};
}

/** The table of valves that stands in the page, if it is of this very run, step and unit; null before it has come. */
function tableAt({ id }, step, unit) {
  const table = document.querySelector("[data-valve-table]")?.valveTable;
  return table && table.run === id && table.step === step && table.unit === unit ? table : null;
}

/** What gives any number that follows from a gate's value, undefined where it stays as it is; null without a table. */
function numbersOf(table, signal, index) {
  const places = table?.gates[signal];
  if (!places) return null;
  if (!unpacked.has(table)) unpacked.set(table, decodeFloats(table.blob, PRECISIONS[table.width]));
  const values = unpacked.get(table);
  return (name) => {
    if (!(name in places)) return undefined;
    const [offset, count] = places[name];
    return values[offset + (count === 1 ? 0 : index)];
  };
}
