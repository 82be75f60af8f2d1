// The cell unrolled: the same box once a step, with what each step reads below and what is read of it above. As many steps
// as fit are in view; they follow the position.

import { SVG, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { numberAt, relative } from "../shared/stepper/frame/model.js";
import { formatNumber } from "../shared/stepper/frame/numbers.js";
import { COMPACT_BELOW, centredText } from "../shared/stepper/views/shapes.js";
import { buildEnd, FUTURE, fitted, slotMiddle, slotsIn, textWidth } from "../shared/stepper/views/slots.js";
import { readSentence } from "./reading.js";

const UNROLLED = {
  wide: { pitch: 108, left: 84, right: 34, box: [74, 62], pill: 40, widest: 92, text: 19, value: 18, name: 13, most: 11 },
  compact: { pitch: 100, left: 22, right: 20, box: [66, 66], pill: 42, widest: 84, text: 21, value: 20, name: 14, most: 4 },
};
const ROWS = { bracket: 30, output: 22, box: 106, input: 190, number: 226, height: 240 }; // px from the drawing's top
const LANE = { width: 16, apart: 24, head: 8 };
const GAP = 8; // px, half of what lies between the widest labels: the lines' bends keep to it, and so each step's
// ground ends beside them. A browser that paints a step anew would draw a bend that it cuts a little differently.
const FOLLOWED_AT = 0.6; // where in the window the current step stands, as a share of it

export function unrolledSizes(width) {
  return width < COMPACT_BELOW ? UNROLLED.compact : UNROLLED.wide;
}

/** Build the drawing; returns its element and `paint(step)`. `jump(step)` answers a click on a step. */
export function buildUnrolled(model, theme, width, jump) {
  const sizes = unrolledSizes(width);
  const count = Math.min(slotsIn(width, sizes), model.steps);
  const rise = model.about.decoder === null ? 0 : ROWS.bracket;
  const across = sizes.left + slotsIn(width, sizes) * sizes.pitch + sizes.right;
  const left = (across - count * sizes.pitch + sizes.left - sizes.right) / 2; // few steps stand in the middle
  const frame = { model, theme, sizes, left, count, across, states: model.signals.filter(({ kind }) => kind === "state") };
  const slots = Array.from({ length: count }, (_, place) => buildSlot(frame, place, jump));
  const brackets = rise ? [buildBracket(frame, "encoder", rise), buildBracket(frame, "decoder", rise)] : [];
  const ends = ["left", "right"].map((side) => buildEnd(frame, side, ROWS.number - 6, 0));
  const title = svg("title");
  const parts = svg(
    "g",
    { transform: `translate(0 ${rise})` },
    ...slots.map((slot) => slot.backdrop),
    ...(sizes === UNROLLED.wide ? rowNames(frame) : []),
    ...["lanes", "loop", "body"].flatMap((layer) => slots.map((slot) => slot.layers[layer])), // lines behind what they join
    ...brackets.map((one) => one.element),
    ...ends.map((one) => one.element),
  );
  const view = { viewBox: `0 0 ${across} ${ROWS.height + rise}`, class: "drawing", role: "img", xmlns: SVG, "font-family": theme.font, fill: theme.text };
  const element = svg("svg", view, title, parts);
  return {
    element,
    paint(step) {
      const first = windowStart(step.index, count, model.steps);
      setText(title, readSentence(model, step));
      for (const slot of slots) slot.paint(step, first);
      for (const part of [...brackets, ...ends]) part.paint(first);
    },
  };
}

/** The first step in view: so that the current one stands at its place, as far as the run reaches. */
function windowStart(index, count, steps) {
  return Math.max(0, Math.min(steps - count, index - Math.floor(count * FOLLOWED_AT)));
}

/** The rows' names, before the first step. */
function rowNames({ model, theme, left, states }) {
  const name = (text, y, attributes) => centredText(text, left - 12, y, { "text-anchor": "end", "font-size": 14, fill: theme.quiet, ...attributes });
  return [
    name(model.words.output, ROWS.output),
    name(model.words.the_input, ROWS.input),
    ...states.map((state, i) => name(state.symbol, laneHeight(i, states.length), { x: left - 26, "font-size": 17, "font-style": "italic", fill: theme.signals[state.name].ink })),
  ];
}

function laneHeight(i, lanes) {
  return ROWS.box + (i - (lanes - 1) / 2) * LANE.apart;
}

/**
 * One step: what flows in from the left, the cell, what it reads and what is read of it. Its `layers` are drawn one after
 * the other for all steps, so that no line lies on a label of the step before.
 */
function buildSlot(frame, place, jump) {
  const { model, theme, sizes, states } = frame;
  const x = slotMiddle(frame, place);
  const backdrop = svg("rect", { x: x - sizes.pitch / 2 + GAP + 1, y: 0, width: sizes.pitch - 2 * GAP - 2, height: ROWS.height, rx: 10, fill: theme.card });
  const lanes = states.map((state, i) => buildLane(frame, state.name, x, laneHeight(i, states.length)));
  const loop = buildLoop(frame, x);
  const cell = buildUnrolledCell(frame, x);
  const output = buildPill(frame, x, ROWS.output, "output");
  const input = buildPill(frame, x, ROWS.input, "input");
  const number = svg("text", { x, y: ROWS.number, dy: "0.35em", "text-anchor": "middle", "font-size": 15 });
  const layers = {
    lanes: svg("g", {}, ...lanes.map((lane) => lane.element)),
    loop: loop.element,
    body: svg("g", { class: "slot" }, input.element, cell.element, output.element, number),
  };
  let at = 0;
  layers.body.onclick = () => jump(at);
  return {
    layers,
    backdrop,
    paint(seen, first) {
      const step = first + place;
      at = step;
      const [reached, current] = [step <= seen.index, step === seen.index];
      const { own, read_out } = model.about;
      for (const layer of Object.values(layers)) setAttribute(layer, "opacity", reached ? 1 : FUTURE);
      setAttribute(layers.body, "data-at", step);
      setAttribute(backdrop, "visibility", current ? "visible" : "hidden");
      for (const lane of lanes) lane.paint(step, reached, seen.unit);
      cell.paint(step, reached, current, seen.unit);
      loop.paint(own[step], saidAt(model, step - 1, seen.index), inputAt(model, step, seen.index));
      input.paint(inputAt(model, step, seen.index), own[step]);
      output.paint(read_out[step] ? saidAt(model, step, seen.index) : null, true);
      setText(number, step + 1);
      setAttribute(number, "font-weight", current ? 700 : 400);
      setAttribute(number, "fill", current ? theme.text : theme.quiet);
    },
  };
}

/** The lines of an output's label; none where the reader has not come so far. Several numbers stand below each other. */
function saidAt({ about }, step, index) {
  if (step < 0 || step > index) return [];
  return about.symbolic ? [about.written[step]] : about.written[step].replace(/[()]/g, "").replace(", …", " …").split(", ");
}

/** The lines of an input's label. */
function inputAt(model, step, index) {
  if (!model.about.own[step]) return [model.labels[step]];
  return step > index ? [] : saidAt(model, step - 1, index);
}

/** The channel of a state into a step: its width and colour show the number that the step before has left. */
function buildLane({ model, theme, sizes }, state, x, y) {
  const [from, to] = [x - sizes.pitch + sizes.box[0] / 2, x - sizes.box[0] / 2];
  const channel = svg("path", { d: `M${from} ${y}H${to}`, stroke: theme.channel, "stroke-width": LANE.width });
  const flow = svg("path", { d: `M${from} ${y}H${to - LANE.head}`, class: "flow" });
  const head = svg("path", { d: `M${to - LANE.head} ${y - LANE.width / 2}v${LANE.width}L${to} ${y}z` });
  return {
    element: svg("g", { "data-lane": state }, channel, flow, head),
    paint(step, reached, unit) {
      const value = reached ? numberAt(model, state, step - 1, unit) : null;
      const size = value === null ? 0 : Math.abs(relative(model, state, value)) * (LANE.width - 2);
      const color = size < 0.5 ? theme.wire : value > 0 ? theme.positive : theme.negative;
      setAttribute(flow, "stroke", color);
      setAttribute(flow, "stroke-width", reached ? Math.max(1.5, size || 0).toFixed(2) : 0);
      setAttribute(head, "fill", reached ? color : theme.wire);
    },
  };
}

/** The cell: the same box at every step, with the hidden state that it leaves. */
function buildUnrolledCell({ model, theme, sizes }, x) {
  const [width, height] = sizes.box;
  const hidden = model.signals.find(({ name }) => name === "hidden");
  const top = ROWS.box - height / 2;
  const frame = svg("rect", { x: x - width / 2, y: top, width, height, rx: 9, fill: theme.background, stroke: theme.signals.hidden.fill });
  const value = svg("text", { x, y: top + height * 0.67, dy: "0.35em", "text-anchor": "middle", "font-size": sizes.value, "font-weight": 700 });
  const written = fitted(model.about.name, width - 10, sizes.name);
  const title = centredText(written.text, x, top + height * 0.26, { "text-anchor": "middle", "font-size": written.size, fill: theme.quiet });
  const upDown = svg("path", { d: `M${x} ${ROWS.input - sizes.pill / 2}V${top + height + 7}`, stroke: theme.wire, "stroke-width": 2.5 });
  const tip = svg("path", { d: `M${x - 6} ${top + height + 9}h12l-6 -9z`, fill: theme.wire });
  return {
    element: svg("g", {}, upDown, tip, frame, title, value),
    paint(step, reached, current, unit) {
      setText(value, reached ? formatNumber(numberAt(model, hidden.name, step, unit)) : "");
      setAttribute(frame, "stroke-width", current ? 4 : 2);
    },
  };
}

/** A label of what is read, in a rounded frame. An output has the arrow to it from the cell, and is there or not. */
function buildPill({ theme, sizes }, x, y, kind) {
  const color = theme.accents.blue;
  const top = ROWS.box - sizes.box[1] / 2;
  const tip = y + sizes.pill / 2 + 10;
  const arrow = kind === "output"
    ? [svg("path", { d: `M${x} ${top}V${tip - 2}`, stroke: color.fill, "stroke-width": 2.5 }), svg("path", { d: `M${x - 6} ${tip}h12l-6 -9z`, fill: color.fill })]
    : [];
  const frame = svg("rect", { y: y - sizes.pill / 2, height: sizes.pill, rx: sizes.pill / 2, fill: theme.background, "stroke-width": 2 });
  const text = svg("text", { "text-anchor": "middle", "font-weight": 700 });
  const element = svg("g", { [`data-${kind}-at`]: "" }, ...arrow, frame, text);
  return {
    element,
    /** Show a label of some lines; null shows nothing. `own`: what the cell has said itself. */
    paint(lines, own) {
      setAttribute(element, "visibility", lines === null ? "hidden" : "visible");
      if (lines === null) return;
      const { written, size, width } = pillText(lines, sizes);
      setAttribute(frame, "x", x - width / 2);
      setAttribute(frame, "width", width);
      setAttribute(frame, "stroke", own ? color.fill : theme.wire);
      setAttribute(text, "font-size", size);
      setAttribute(text, "fill", own ? color.ink : theme.text);
      if (text.textContent === written.join("") && text.childElementCount === written.length) return;
      text.replaceChildren(...written.map((line, i) =>
        svg("tspan", { x, y: y + (i - (written.length - 1) / 2) * size * 1.1, dy: "0.35em" }, line)));
    },
  };
}

/** A label as it fits into its frame, and the frame's width. */
function pillText(lines, sizes) {
  const highest = Math.min(sizes.text, (sizes.pill - 6) / lines.length / 1.1);
  const texts = lines.map((line) => fitted(line, sizes.widest - 16, highest));
  const size = Math.min(highest, ...texts.map((text) => text.size));
  const widest = Math.max(0, ...texts.map(({ text }) => textWidth(text, size)));
  return { written: texts.map(({ text }) => text), size, width: Math.max(sizes.pill, Math.min(sizes.widest, widest + 18)) };
}

const TIP = 9; // px, the length of an arrow's head

/** The way of an output back to the input of the next step: over the states' channels, down between two cells. */
function buildLoop({ theme, sizes, left }, x) {
  const color = theme.accents.blue.fill;
  const middle = Math.max(left - sizes.left + 6, x - sizes.pitch / 2);
  const halo = svg("path", { fill: "none", stroke: theme.background, "stroke-width": 7 });
  const line = svg("path", { fill: "none", stroke: color, "stroke-width": 2.5 });
  const tip = svg("path", { fill: color });
  const element = svg("g", {}, halo, line, tip);
  return {
    element,
    /** said, read: the lines of the two labels that it joins. */
    paint(own, said, read) {
      setAttribute(element, "visibility", own ? "visible" : "hidden");
      if (!own) return;
      const from = x - sizes.pitch + pillText(said, sizes).width / 2;
      const to = x - pillText(read, sizes).width / 2 - TIP;
      const [out, into] = [Math.min(GAP, middle - from), Math.max(0, Math.min(GAP, to - middle))];
      const start = from < left ? `M${middle} ${ROWS.output}` : `M${from} ${ROWS.output}H${middle - out}q${out} 0 ${out} ${out}`;
      const d = `${start}V${ROWS.input - into}q0 ${into} ${into} ${into}H${to}`;
      setAttribute(halo, "d", d);
      setAttribute(line, "d", d);
      setAttribute(tip, "d", `M${to} ${ROWS.input - 6}v12l${TIP} -6z`);
    },
  };
}

/** A bracket over those steps in view that belong to the encoder or to the decoder. */
function buildBracket(frame, which, rise) {
  const { model, theme, sizes, count } = frame;
  const decoder = model.about.decoder;
  const line = svg("path", { fill: "none", stroke: theme.wire, "stroke-width": 2 });
  const name = centredText(model.words[which], 0, 12 - rise, { "text-anchor": "middle", "font-size": 15, "font-weight": 700, fill: theme.quiet });
  const element = svg("g", { "data-part": which }, line, name);
  return {
    element,
    paint(first) {
      const [from, to] = which === "encoder" ? [0, Math.min(count, decoder - first)] : [Math.max(0, decoder - first), count];
      setAttribute(element, "visibility", from < to ? "visible" : "hidden");
      if (from >= to) return;
      const [left, right] = [slotMiddle(frame, from) - sizes.pitch / 2 + 6, slotMiddle(frame, to - 1) + sizes.pitch / 2 - 6];
      setAttribute(line, "d", `M${left} ${30 - rise}v-6H${right}v6`);
      name.setAttribute("x", (left + right) / 2);
    },
  };
}
