// What if: holding a signal at a value, changing what a step reads, and what has come of it.

import { html, setText } from "../frame/elements.js";
import { INPUT, readAt } from "../frame/model.js";
import { fillIn, formatNumber, MINUS, withMinus } from "../frame/numbers.js";
import { withCaption } from "./pictures.js";

const MOST_FIELDS = 4; // of more numbers that a step reads, one is chosen to be changed

/**
 * Build the row of what is held and changed, and the panel in which that is set. `panel` is what the panel is open on,
 * or null: {what, clamp}. `act` holds what its controls do: ask, open, close, toggleDifference. `asks`: whether what is
 * held and changed can be set anew; otherwise it is only told.
 */
export function buildWhatIf(model, theme, panel, act, asks = true) {
  const { whatif } = model;
  const row = whatif ? activeRow(model, theme, act, asks) : null;
  const form = panel ? buildPanel(model, panel, act) : null;
  const element = html("div", { class: "whatif", hidden: !row && !form }, ...[row, form].filter(Boolean).map((part) => part.element));
  return {
    element,
    paint(step) {
      row?.paint(step);
      form?.paint(step);
    },
  };
}

function activeRow(model, theme, act, asks) {
  const { whatif, words } = model;
  const change = html("strong", { class: "change" });
  const difference = html("button", {
    type: "button", class: "word difference", "aria-pressed": String(model.difference), onclick: act.toggleDifference,
  }, words.difference);
  const chips = [
    ...whatif.clamps.map((clamp, i) => clampChip(clamp, i, model, theme, asks ? act : null)),
    ...whatif.edits.map((edit, i) => editChip(edit, i, model, asks ? act : null)),
  ];
  return {
    element: html("div", { class: "active", role: "group", "aria-label": words.what_if }, ...chips, change, difference),
    paint: (step) => setText(change, whatif.changes[step.unit] ?? ""),
  };
}

function chip(text, color, words, warning, act) {
  const told = [text, ...(warning ? [html("em", {}, ` ${warning}`)] : [])];
  const style = `--signal: ${color}`;
  if (!act) return html("span", { class: "chip told", style }, ...told);
  const { release, onclick } = act;
  const remove = html("button", { type: "button", class: "remove", "aria-label": `${words.remove}: ${text}`, title: words.remove, onclick: release }, "×");
  const name = html("button", { type: "button", class: "open", onclick }, ...told);
  return html("span", { class: "chip", style }, name, remove);
}

function clampChip(clamp, i, model, theme, act) {
  const { words } = model;
  const signal = signalOf(clamp, model);
  const warning = clamp.outside ? outsideText(signal, words) : "";
  const release = () => act.ask(model.whatif.clamps.filter((_, place) => place !== i), model.whatif.edits);
  return chip(clampText(clamp, model), theme.signals[signal.name].fill, words, warning, act && { release, onclick: () => act.open(signal.name, i) });
}

function signalOf(clamp, model) {
  return model.signals.find(({ name }) => name === clamp.signal);
}

function outsideText(signal, words) {
  const [low, high] = signal.reach.map((bound) => (bound === null ? "∞" : formatNumber(bound, 0)));
  return fillIn(words.outside, { low: low === "∞" ? `${MINUS}∞` : low, high });
}

/** "forget gate = 0, steps 11–21, unit 0": what a clamp holds, steps from 1 as a person counts them. */
function clampText(clamp, model) {
  const { words, units, stack } = model;
  const steps = clamp.steps ? placesText(words.step_one, words.step_many, clamp.steps.map((step) => step + 1)) : words.all_steps;
  const held = `${signalOf(clamp, model).title} = ${withMinus(clamp.value)}`;
  const where = units === 1 ? [] : [clamp.units ? placesText(words.unit_one, words.unit_many, clamp.units) : words.every_unit];
  const layer = stack.length ? [clamp.layer === null ? words.every_layer : stack[clamp.layer].name] : [];
  return [held, steps, ...where, ...layer].join(" · ");
}

function placesText(one, many, [first, last]) {
  return first === last ? fillIn(one, { place: first }) : fillIn(many, { first, last });
}

function editChip(edit, i, model, act) {
  const release = () => act.ask(model.whatif.clamps, model.whatif.edits.filter((_, place) => place !== i));
  return chip(editText(edit, model), "currentColor", model.words, "", act && { release, onclick: () => act.open(INPUT, null, edit.step) });
}

function editText({ step }, model) {
  const [now, before] = [model, model.original].map((run) => readAt(run, step));
  return fillIn(model.words.reads_instead, { step: step + 1, now, before });
}

/** A picture for a slide: what happens, what is held and changed, and what came of it, stand below the drawing. */
export function captioned(drawing, sentence, model, unit) {
  const { clamps, edits, changes } = model.whatif ?? { clamps: [], edits: [], changes: [] };
  const held = [...clamps.map((clamp) => clampText(clamp, model)), ...edits.map((edit) => editText(edit, model))];
  return withCaption(drawing, [sentence, ...held], changes[unit]);
}

/** The panel: on one signal, with value, steps and units; or on what the current step reads. */
function buildPanel(model, panel, act) {
  const { words } = model;
  const what = select("what", words.what_if, [
    ...model.signals.map(({ name, title }) => [name, title]),
    [INPUT, words.the_input],
  ], panel.what, (name) => act.open(name, null));
  const body = panel.what === INPUT ? inputFields(model, panel, act) : clampFields(model, panel, act);
  const close = html("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, onclick: act.close }, "×");
  const element = html("form", { class: "panel", "aria-label": words.what_if }, what, ...body.elements, close);
  element.onsubmit = (event) => {
    event.preventDefault();
    body.submit();
  };
  element.onkeydown = (event) => {
    if (event.key === "Escape") act.close();
  };
  return { element, paint: (step) => body.paint?.(step) };
}

function select(field, title, options, value, onchange) {
  const element = html("select", { "data-field": field, "aria-label": title }, ...options.map(([key, text]) => html("option", { value: key, selected: key === value }, text)));
  element.onchange = () => onchange(element.value);
  return element;
}

function numberField(field, title, value, bounds, onchange) {
  return html("input", { type: "number", "data-field": field, "aria-label": title, value, required: true, ...bounds, onchange });
}

/** Value, from step, to step, units. A clamp that stands changes at once; a new one is asked for by its button. */
function clampFields(model, panel, act) {
  const { words, units, steps } = model;
  const stands = panel.clamp !== null;
  const clamp = stands ? model.whatif.clamps[panel.clamp] : panel.draft;
  const [low, high] = model.signals.find(({ name }) => name === panel.what).reach;
  const [first, last] = clamp.steps ?? [0, steps - 1];
  const changed = () => stands && [value, from, to].every((field) => field.reportValidity()) && submit();
  const value = numberField("value", words.value, clamp.value, { step: "any" }, changed);
  const slide = low === null || high === null ? null : html("input", { type: "range", "data-field": "slide", "aria-label": words.value, min: low, max: high, step: 0.01 });
  const from = numberField("from", words.from_step_field, first + 1, { min: 1, max: steps, step: 1 }, changed);
  const to = numberField("to", words.to_step_field, last + 1, { min: 1, max: steps, step: 1 }, changed);
  const where = unitsField(model, clamp, panel, changed);
  if (slide) {
    slide.value = clamp.value;
    slide.oninput = () => {
      value.value = slide.value;
    };
    slide.onchange = changed;
  }
  const asked = () => ({
    signal: panel.what,
    value: value.valueAsNumber,
    steps: orAll([from, to].map((field) => field.valueAsNumber - 1).sort((a, b) => a - b), steps),
    units: where.chosen(),
    layer: clamp.layer,
  });
  function submit() {
    const clamps = [...(model.whatif?.clamps ?? [])];
    if (stands) clamps[panel.clamp] = asked();
    else clamps.push(asked());
    act.ask(clamps, model.whatif?.edits ?? [], stands ? panel.clamp : clamps.length - 1);
  }
  const release = () => act.ask(model.whatif.clamps.filter((_, i) => i !== panel.clamp), model.whatif.edits);
  const button = stands
    ? html("button", { type: "button", class: "word", onclick: release }, words.release)
    : html("button", { type: "submit", class: "word hold" }, words.hold);
  const span = html("span", { class: "span" }, words.steps_field, from, "–", to);
  const pieces = ["=", value, slide, span, units > 1 ? where.element : null, button];
  return { elements: pieces.filter((piece) => piece !== null), submit };
}

/** The ends of a range, or null for one that leaves nothing out. */
function orAll([first, last], size) {
  return first === 0 && last === size - 1 ? null : [first, last];
}

/** This unit, all units, or the units that a clamp from a link names. */
function unitsField(model, clamp, panel, onchange) {
  const { words, units } = model;
  const own = clamp.units ?? null;
  const options = own === null ? [["all", words.every_unit], ["own", fillIn(words.unit_one, { place: panel.unit })]]
    : [["own", placesText(words.unit_one, words.unit_many, own)], ["all", words.every_unit]];
  const element = select("units", words.unit, options, own === null ? "all" : "own", onchange);
  return {
    element,
    chosen: () => (units === 1 || element.value === "all" ? null : (own ?? [panel.unit, panel.unit])),
  };
}

/** The fields for what one step reads: one of the symbols, or numbers as they are typed, each under its name. */
function inputFields(model, panel, act) {
  const { words, choices } = model;
  const step = Math.max(0, panel.step);
  const label = fillIn(words.step_reads, { step: step + 1 });
  const field = choices.symbols ? symbolField(model, step, label, () => submit()) : numberFields(choices, step, label);
  function submit() {
    const entry = field.entry();
    const others = (model.whatif?.edits ?? []).filter((edit) => edit.step !== step);
    act.ask(model.whatif?.clamps ?? [], [...others, { step, entry }]);
  }
  const button = html("button", { type: "submit", class: "word hold" }, words.read_this);
  return { elements: [label, ...field.elements, ...(choices.symbols ? [] : [button])], submit };
}

function symbolField({ labels, choices: { symbols } }, step, label, onchange) {
  const element = select("entry", label, symbols.map((symbol, i) => [String(i), symbol]), String(symbols.indexOf(labels[step])), onchange);
  return { elements: [element], entry: () => symbols[Number(element.value)] };
}

/** A field for each number that a step reads; of many numbers one is chosen by its name. */
function numberFields({ names, entries, between }, step, label) {
  const numbers = entries[step].split(between);
  const field = (place) => html("input", {
    type: "text", "data-field": place ? `entry ${place}` : "entry", value: numbers[place], size: 8, spellcheck: "false", autocomplete: "off",
    "aria-label": names.length === 1 ? label : `${label} ${names[place]}`,
    oninput: ({ target }) => {
      numbers[place] = target.value;
    },
  });
  const entry = () => numbers.map((number) => number.trim()).join(between);
  if (names.length === 1) return { elements: [field(0)], entry };
  if (names.length <= MOST_FIELDS) return { elements: names.map((name, place) => html("label", { class: "span" }, name, field(place))), entry };
  const which = select("which", label, names.map((name, place) => [String(place), name]), "0", (place) => chosen.replaceChildren(field(Number(place))));
  const chosen = html("span", { class: "span" }, field(0));
  return { elements: [which, chosen], entry };
}
