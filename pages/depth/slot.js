// One unit of the stack in the drawing: the way past it, its box, and what becomes of both.

import { setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { numberAt } from "../shared/stepper/frame/model.js";
import { centredText } from "../shared/stepper/views/shapes.js";
import { FUTURE, slotMiddle } from "../shared/stepper/views/slots.js";
import { buildFlow, buildThumb, gateValve, joint, numberText, pointConvolution, wire } from "./parts.js";
import { buildPile } from "./pile.js";
import { changesAt } from "./sentence.js";

const NOTE = 13;

/** A number of the chosen channel at a unit: null where it has none. */
export function known(model, name, unit, channel) {
  const value = numberAt(model, name, unit, channel);
  return Number.isNaN(value) ? null : value;
}

/** Build a place of the drawing: whichever unit stands in it, its input or its end, is shown by `paint(step, first)`. */
export function buildSlot(frame, place, jump) {
  const { model, theme, sizes, rows } = frame;
  const x = slotMiddle(frame, place);
  const ground = { x: x - sizes.pitch / 2 + 2, y: 0, width: sizes.pitch - 4, height: rows.height, rx: 10 };
  const backdrop = svg("rect", { ...ground, fill: theme.card });
  const faces = { input: buildInput(frame, x), unit: UNIT[model.cell](frame, x), ...(model.about.unequal ? { end: buildUnequal(frame, x) } : {}) };
  const number = svg("text", { x: x - 18, y: rows.number, dy: "0.35em", "text-anchor": "middle", "font-size": 15 });
  const element = svg("g", { class: "slot" }, svg("rect", { ...ground, fill: "transparent" }), ...Object.values(faces).map((face) => face.element), number);
  let at = 0;
  element.onclick = () => jump(at);
  return {
    element,
    backdrop,
    paint(seen, first) {
      const unit = first + place;
      const [reached, current, end] = [unit <= seen.index, unit === seen.index, unit >= model.steps];
      at = unit;
      setAttribute(element, "data-at", unit);
      setAttribute(element, "opacity", reached || (end && seen.index === model.steps - 1) ? 1 : FUTURE);
      setAttribute(backdrop, "visibility", current ? "visible" : "hidden");
      const face = unit < 0 ? faces.input : end ? faces.end : faces.unit;
      for (const one of Object.values(faces)) setAttribute(one.element, "visibility", one === face ? "inherit" : "hidden");
      element.toggleAttribute("data-unequal", end);
      face.paint(unit, seen.unit, { reached, current });
      setText(number, unit < 0 ? model.words.depth_input : unit + 1);
      setAttribute(number, "fill", current ? theme.text : theme.quiet);
      setAttribute(number, "font-weight", current ? 700 : 400);
    },
  };
}

/** What stands at the end of every slot, above the line: the map and the number that go on. */
function buildGiven({ model, theme, sizes, rows, url, maps }, x) {
  const at = x + sizes.given;
  const thumb = buildThumb({ model, theme, url }, "out", at, rows.map, sizes.map);
  const number = numberText(at, rows.value, { "font-size": sizes.number });
  const foot = svg("path", { d: `M${at} ${rows.map + sizes.map / 2}V${rows.line - 8}`, stroke: theme.wire, "stroke-width": 1.5 });
  return {
    element: svg("g", {}, foot, thumb.element, number.element),
    paint(unit, channel, reached) {
      const one = maps.at("out", unit)?.channels[channel];
      thumb.paint(`${unit} ${channel}`, one ? [one] : null);
      number.paint(reached ? known(model, "out", unit, channel) : null);
      setAttribute(number.element, "visibility", reached ? "inherit" : "hidden");
    },
  };
}

/** The picture that the stack reads, and the first convolution, which makes its channels. */
function buildInput(frame, x) {
  const { model, theme, sizes, rows, url, maps } = frame;
  const size = sizes.box[1] - sizes.box[0] - 4;
  const middle = x + (sizes.box[0] + sizes.box[1]) / 2;
  const thumb = buildThumb({ model, theme, url }, "out", middle, rows.middle - size / 2, size);
  const given = buildGiven(frame, x);
  const out = model.cell === "dense" ? buildPile(frame, x, { starts: true }) : buildFlow(`M${x + sizes.rise} ${rows.line}H${x + sizes.pitch / 2}`, model, theme);
  const up = svg("path", { d: `M${middle + size / 2 + 2} ${rows.middle}H${x + sizes.rise}V${rows.line}`, fill: "none", stroke: theme.wire, "stroke-width": 2.5, "stroke-linejoin": "round" });
  const sign = svg("g", {},
    svg("circle", { cx: x + sizes.rise, cy: rows.line + 42, r: 11, fill: theme.background, stroke: theme.signals.conv.fill, "stroke-width": 2 }),
    centredText("∗", x + sizes.rise, rows.line + 42, { "text-anchor": "middle", "font-size": 18, "font-weight": 700, fill: theme.signals.conv.ink }));
  return {
    element: svg("g", {}, out.element, up, sign, thumb.element, given.element),
    paint(unit, channel, { reached }) {
      thumb.paint("input", maps.input().channels);
      out.paint(...(model.cell === "dense" ? [unit, channel] : [known(model, "out", unit, channel)]));
      given.paint(unit, channel, reached);
    },
  };
}

/** The box of F: its letter, the map of its channel and the number; `shows(unit, channel)` gives the maps, or null. */
function buildBox(frame, x, title, shows) {
  const { model, theme, sizes, rows, url } = frame;
  const [left, right] = sizes.box.map((edge) => x + edge);
  const middle = (left + right) / 2;
  const look = theme.signals.branch;
  const box = svg("rect", { x: left, y: rows.box, width: right - left, height: rows.boxed, rx: 8, fill: theme.background, stroke: look.fill });
  const mapped = shows !== null;
  const name = centredText(title, middle, mapped ? rows.box + 13 : rows.middle, { "text-anchor": "middle", "font-size": mapped ? 16 : title.length > 1 ? 21 : 30, "font-weight": 700, "font-style": "italic", fill: look.ink });
  const thumb = mapped && buildThumb({ model, theme, url }, "branch", middle, rows.box + 25, sizes.map);
  const number = numberText(middle, rows.box + rows.boxed - 11, { "font-size": sizes.number });
  return {
    element: svg("g", {}, box, name, ...(mapped ? [thumb.element, number.element] : [])),
    paint(unit, channel, { reached, current }) {
      setAttribute(box, "stroke-width", current ? 4 : 2);
      if (!mapped) return;
      const { key, channels, value } = shows(unit, channel);
      thumb.paint(key, channels);
      number.paint(value);
      setAttribute(number.element, "visibility", reached && value !== null ? "inherit" : "hidden");
    },
  };
}

/** Of a unit that adds to its channels, or mixes them: F(x)'s map of the chosen channel. */
function branchOf({ model, maps }) {
  return (unit, channel) => {
    const one = maps.at("branch", unit)?.channels[channel];
    return { key: `${unit} ${channel}`, channels: one ? [one] : null, value: known(model, "branch", unit, channel) };
  };
}

const UNIT = { plain: buildPlain, residual: buildResidual, highway: buildHighway, dense: buildDense };

/** h = F(x): no line past the box. */
function buildPlain(frame, x) {
  const { model, theme, sizes, rows } = frame;
  const [fork, rise] = [x + sizes.fork, x + sizes.rise];
  const [left, right] = [x - sizes.pitch / 2, x + sizes.pitch / 2];
  const into = buildFlow(`M${left} ${rows.line}H${fork}V${rows.middle}H${x + sizes.box[0]}`, model, theme);
  const out = buildFlow(`M${x + sizes.box[1]} ${rows.middle}H${rise}V${rows.line}H${right}`, model, theme);
  const box = buildBox(frame, x, "F", null);
  const given = buildGiven(frame, x);
  return {
    element: svg("g", {}, into.element, out.element, box.element, given.element),
    paint(unit, channel, state) {
      into.paint(known(model, "x", unit, channel));
      out.paint(known(model, "out", unit, channel));
      box.paint(unit, channel, state);
      given.paint(unit, channel, state.reached);
    },
  };
}

/** The line past a box, the wire down into the box, and the way up from it to the sum, `lift` of it as another number. */
function buildPast(frame, x, lift = 0) {
  const { model, theme, sizes, rows } = frame;
  const [fork, rise] = [x + sizes.fork, x + sizes.rise];
  const [left, right] = [x - sizes.pitch / 2, x + sizes.pitch / 2];
  const gate = x + sizes.gate;
  return {
    rise,
    before: buildFlow(`M${left} ${rows.line}H${gate}`, model, theme),
    past: buildFlow(`M${gate} ${rows.line}H${rise}`, model, theme),
    after: buildFlow(`M${rise} ${rows.line}H${right}`, model, theme),
    up: buildFlow(`M${x + sizes.box[1]} ${rows.middle}H${rise}V${rows.line + lift}`, model, theme),
    down: wire(`M${fork} ${rows.line}V${rows.middle}H${x + sizes.box[0] - 4}`, [x + sizes.box[0], rows.middle], theme),
  };
}

/** h = x + F(x). */
function buildResidual(frame, x) {
  const { model, theme, sizes, rows } = frame;
  const { rise, before, past, after, up, down } = buildPast(frame, x);
  const box = buildBox(frame, x, "F(x)", branchOf(frame));
  const point = pointConvolution(x + sizes.gate, rows.line, theme);
  const given = buildGiven(frame, x);
  return {
    element: svg("g", {}, before.element, past.element, up.element, after.element, down, point, joint(rise, rows.line, theme), box.element, given.element),
    paint(unit, channel, state) {
      const changes = changesAt(model.about, unit);
      const came = known(model, "x", unit, channel);
      setAttribute(point, "visibility", changes ? "inherit" : "hidden");
      before.paint(came);
      past.paint(changes ? known(model, "shortcut", unit, channel) : came);
      up.paint(known(model, "branch", unit, channel));
      after.paint(known(model, "out", unit, channel));
      box.paint(unit, channel, state);
      given.paint(unit, channel, state.reached);
    },
  };
}

const VALVE = { down: 32, note: 54, apart: 16 }; // px below the line: T's valve, and its number

/** h = T F(x) + (1 − T) x. */
function buildHighway(frame, x) {
  const { model, theme, sizes, rows } = frame;
  const { rise, before, past, after, up, down } = buildPast(frame, x, VALVE.down);
  const over = buildFlow(`M${rise} ${rows.line + VALVE.down}V${rows.line}`, model, theme);
  const [shut, open] = [gateValve("across", x + sizes.gate, rows.line, theme), gateValve("along", rise, rows.line + VALVE.down, theme)];
  const note = (text, at, y) => centredText(text, at, y, { "text-anchor": "middle", "font-size": NOTE + 1, "font-style": "italic", fill: theme.signals.gate.ink });
  const look = { "font-size": NOTE, fill: theme.signals.gate.ink };
  const [left, taken] = [numberText(x + sizes.gate, rows.line - 30, look), numberText(rise + sizes.note, rows.line + VALVE.note + VALVE.apart, look)];
  const point = pointConvolution(x + sizes.gate - sizes.beside, rows.line, theme);
  const box = buildBox(frame, x, "F(x)", branchOf(frame));
  const given = buildGiven(frame, x);
  return {
    element: svg("g", {}, before.element, past.element, up.element, over.element, after.element, down, point, shut.element, open.element, joint(rise, rows.line, theme),
      note("1 − T", x + sizes.gate, rows.line - 30 - VALVE.apart), note("T", rise + sizes.note, rows.line + VALVE.note), left.element, taken.element, box.element, given.element),
    paint(unit, channel, state) {
      const changes = changesAt(model.about, unit);
      const gate = known(model, "gate", unit, channel);
      const kept = gate === null ? null : 1 - gate;
      setAttribute(point, "visibility", changes ? "inherit" : "hidden");
      before.paint(known(model, changes ? "shortcut" : "x", unit, channel));
      past.paint(known(model, "kept", unit, channel));
      up.paint(known(model, "branch", unit, channel));
      over.paint(known(model, "written", unit, channel));
      after.paint(known(model, "out", unit, channel));
      shut.paint(kept);
      open.paint(gate);
      for (const [text, value] of [[left, kept], [taken, gate]]) {
        text.paint(value);
        setAttribute(text.element, "visibility", state.reached ? "inherit" : "hidden");
      }
      box.paint(unit, channel, state);
      given.paint(unit, channel, state.reached);
    },
  };
}

/** h = [x, F(x)]: the line is a pile of lanes. The box shows all its new channels, or the chosen one where it is new. */
function buildDense(frame, x) {
  const { model, maps, theme, sizes, rows } = frame;
  const pile = buildPile(frame, x, {});
  const shows = (unit, channel) => {
    const first = maps.at("out", unit - 1).channels.length;
    const value = known(model, "branch", unit, channel);
    const all = maps.at("branch", unit).channels;
    return value === null ? { key: `${unit}`, channels: all, value } : { key: `${unit} ${channel - first}`, channels: [all[channel - first]], value };
  };
  const box = buildBox(frame, x, "F(x)", shows);
  const given = buildGiven(frame, x);
  const down = wire(`M${x + sizes.fork} ${rows.line}V${rows.middle}H${x + sizes.box[0] - 4}`, [x + sizes.box[0], rows.middle], theme);
  const more = svg("text", { x: x + sizes.rise + 20, y: rows.box + 26, "text-anchor": "middle", "font-size": 15, "font-weight": 700, fill: theme.signals.branch.ink }, `+${model.about.growth}`);
  return {
    element: svg("g", {}, down, pile.element, more, box.element, given.element),
    paint(unit, channel, state) {
      pile.paint(unit, channel);
      box.paint(unit, channel, state);
      given.paint(unit, channel, state.reached);
    },
  };
}

/** Where the run stops: the sum of F(x) and x that cannot be made, with both shapes. */
function buildUnequal(frame, x) {
  const { model: { about }, theme, sizes, rows } = frame;
  const [fork, rise] = [x + sizes.fork, x + sizes.rise];
  const box = buildBox(frame, x, "F(x)", null);
  const [left, right] = sizes.box.map((edge) => x + edge);
  const d = `M${x - sizes.pitch / 2} ${rows.line}H${rise}M${fork} ${rows.line}V${rows.middle}H${left}M${right} ${rows.middle}H${rise}V${rows.line}`;
  const lines = svg("path", { d, fill: "none", stroke: theme.wire, "stroke-width": 2.5 });
  const shape = (text, y) => svg("text", {
    x: (fork + rise) / 2, y, dy: "0.35em", "text-anchor": "middle", "font-size": NOTE + 1, "font-weight": 700, fill: theme.warning,
  }, text);
  return {
    element: svg("g", {}, lines, joint(rise, rows.line, theme, true), box.element,
      shape(about.unequal.shortcut, rows.line - 16), shape(about.unequal.branch, rows.line + 22)),
    paint: (unit, channel, state) => box.paint(unit, channel, state),
  };
}
