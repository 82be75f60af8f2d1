// What the reader asks of Python: other clamps, other inputs, and whether only differences are shown. The run that comes
// back opens at the same step.

import { clampAt, INPUT, numberAt } from "../frame/model.js";
import { build } from "../frame/page.js";
import { stop } from "../frame/position.js";
import { dropValve, isDragged, letGo, moveValve } from "./hand.js";

/** The requests that the panel and the drawing can make. */
export function whatIfRequests(stepper) {
  return {
    ask: (clamps, edits, panelOn = null) => ask(stepper, clamps, edits, panelOn),
    open: (what, clamp = null, step = stepper.step) => openPanel(stepper, what, clamp, step),
    close: () => closePanel(stepper),
    toggle: () => togglePanel(stepper),
    toggleDifference: () => toggleDifference(stepper),
    move: (signal, share) => moveValve(stepper, signal, share),
    holds: (signal) => isDragged(stepper, signal),
    drop: () => dropValve(stepper),
    hold: () => holdHere(stepper, letGo(stepper)),
  };
}

/** Ask for a run with these clamps and changed inputs; the panel then stands on the clamp in place `panelOn`, or closes. */
function ask(stepper, clamps, edits, panelOn) {
  const [model] = stepper.models;
  stop(stepper);
  stepper.panel = panelOn === null ? null : { ...panelAt(stepper, clamps[panelOn].signal), clamp: panelOn };
  tell(stepper, { clamps, edits, difference: model.difference });
}

function toggleDifference(stepper) {
  const [{ whatif, difference }] = stepper.models;
  tell(stepper, { clamps: whatif.clamps, edits: whatif.edits, difference: !difference });
}

function tell(stepper, asked) {
  clearTimeout(stepper.resting);
  const in_hand = Boolean(stepper.models[0].hand);
  stepper.sayAsked({ opening: stepper.opening, step: stepper.step, unit: stepper.unit, in_hand, ...asked });
}

/** A valve let go at a value: the clamp that counts here takes it, or a new one holds this unit at this step. */
function holdHere(stepper, { signal, value }) {
  const [model] = stepper.models;
  const clamps = [...(model.whatif?.clamps ?? [])];
  const step = Math.max(0, stepper.step);
  const standing = clampAt(model, signal, step, stepper.unit);
  const place = standing ? clamps.indexOf(standing) : clamps.length;
  if (standing?.value === value) {
    showPanel(stepper, { ...panelAt(stepper, signal), clamp: place }); // nothing else would come of asking
    return;
  }
  clamps[place] = standing ? { ...standing, value } : { ...panelAt(stepper, signal).draft, value };
  ask(stepper, clamps, model.whatif?.edits ?? [], place);
}

/** The panel as it opens on a signal: on a clamp that is not there yet, of this unit at this step, at a telling value. */
function panelAt(stepper, what) {
  const [model] = stepper.models;
  const step = Math.max(0, stepper.step);
  const value = what === INPUT ? null : telling(numberAt(model, what, step, stepper.unit), model, what);
  const units = model.units === 1 ? null : [stepper.unit, stepper.unit];
  const draft = { signal: what, value, steps: [step, step], units, layer: model.place };
  return { what, clamp: null, unit: stepper.unit, step, draft, run: shapeOf(model) };
}

/** The run's shape, in which a panel's places are counted. */
function shapeOf({ cell, steps, units, place }) {
  return [cell, steps, units, place].join(" ");
}

/** The panel as far as it still means something: a run of another shape closes it, a clamp that has gone is a new one. */
export function standingPanel(panel, model) {
  if (!panel || panel.run !== shapeOf(model)) return null;
  const stands = model.whatif?.clamps[panel.clamp]?.signal === panel.what;
  return { ...panel, clamp: stands ? panel.clamp : null };
}

/** A gate goes to its other end, everything else to 0: what a person would try first. */
function telling(value, model, what) {
  const { kind } = model.signals.find(({ name }) => name === what);
  return kind === "gate" && value < 0.5 ? 1 : 0;
}

/** Open the panel on a clamp by its place, on the one that counts here, or on a new one; or on what a step reads. */
function openPanel(stepper, what, clamp = null, step = stepper.step) {
  const [model] = stepper.models;
  const here = what === INPUT ? undefined : clampAt(model, what, Math.max(0, stepper.step), stepper.unit);
  const place = clamp ?? (here ? model.whatif.clamps.indexOf(here) : null);
  showPanel(stepper, { ...panelAt(stepper, what), clamp: place, step: Math.max(0, step) });
  const panel = stepper.root.querySelector(".panel");
  panel.querySelector("[data-field=value], [data-field=entry]").focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" }); // on a phone the button that opens it stands far below
}

function closePanel(stepper) {
  showPanel(stepper, null);
  stepper.root.querySelector("button.what-if").focus({ preventScroll: true });
}

function showPanel(stepper, panel) {
  stepper.panel = panel;
  stop(stepper);
  build(stepper);
}

function togglePanel(stepper) {
  const [model] = stepper.models;
  const first = model.signals.find(({ kind }) => kind === "gate") ?? model.signals[0];
  if (stepper.panel) closePanel(stepper);
  else openPanel(stepper, first.name);
}
