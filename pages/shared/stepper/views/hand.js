// The valve in the reader's hand: while it is dragged, all that it does at this step is looked up in Python's table.

import { decodeFloats, PRECISIONS, takeInHand } from "../frame/model.js";
import { paint } from "../frame/page.js";
import { rest, stop } from "../frame/position.js";

const unpacked = new WeakMap(); // the numbers of a table, unpacked when a valve is first taken

/** A valve's gate dragged to a share of its reach, 0 to 1: this step follows, as soon as its table is there. */
export function moveValve(stepper, signal, share) {
  const { models: [model], playing, step, unit } = stepper;
  if (playing) {
    stop(stepper);
    rest(stepper);
  }
  const index = indexOf(model, share);
  const table = tableAt(model, step, unit);
  const number = numbersOf(table, signal, index);
  takeInHand(stepper, { signal, value: model.valve_values[index], step, unit, number, first: table?.first[signal] ?? step });
  paint(stepper);
}

/** A valve that is not let go but lost: everything is as it was. */
export function dropValve(stepper) {
  takeInHand(stepper, null);
  paint(stepper);
}

/** The value at which a gate is held that has been dragged to a share of its reach: one that the table has. */
export function snapped(model, share) {
  return model.valve_values[indexOf(model, share)];
}

function indexOf({ valve_values: values }, share) {
  return Math.round(share * (values.length - 1));
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
