// The cells unrolled, one below the other, and the gradient of a loss on its way back through them.

import { SVG, setAttribute, setText, svg } from "../shared/stepper/frame/elements.js";
import { fillIn } from "../shared/stepper/frame/numbers.js";
import { COMPACT_BELOW, centredText } from "../shared/stepper/views/shapes.js";
import { buildEnd, FUTURE, fitted, SMALLEST, slotMiddle, slotsIn } from "../shared/stepper/views/slots.js";

const WALK = {
  wide: { pitch: 89, left: 96, right: 40, box: [64, 40], text: 17, name: 16, row: 50, most: 12 },
  compact: { pitch: 98, left: 16, right: 28, box: [78, 38], text: 18, name: 14, row: 62, most: 4 },
};
const WALK_TOP = 6;
const WALK_BOTTOM = 48; // px below the rows: what each step reads, and its number
const ARROW = { width: 18, head: 8 };

export function walkSizes(width) {
  return width < COMPACT_BELOW ? WALK.compact : WALK.wide;
}

/** Say in words what of the gradient is left in each cell at a step. */
export function walkSentence(models, step) {
  const [{ about, words, labels, steps }] = models;
  const { read } = about;
  const values = { step: step + 1, steps, read: read + 1, count: read - step, label: labels[step] };
  if (step > read) return fillIn(words.gradient_ahead, values);
  if (step === read) return fillIn(words.gradient_read, values);
  const shares = models.map((model) => `${model.about.name} ${model.about.shares[step + 1]}`).join(words.comma);
  const told = step < 0 ? words.gradient_first : read - step === 1 ? words.gradient_back_one : words.gradient_back;
  return fillIn(told, { ...values, shares });
}

/** The drawing: a row of boxes a cell, the arrows between them pointing back, as thick as what is left of the gradient. */
export function buildWalk(models, looks, theme, width, jump) {
  const sizes = walkSizes(width);
  const [{ steps, words }] = models;
  const count = Math.min(slotsIn(width, sizes), steps + 1);
  const across = sizes.left + slotsIn(width, sizes) * sizes.pitch + sizes.right;
  const left = (across - count * sizes.pitch + sizes.left - sizes.right) / 2;
  const height = WALK_TOP + models.length * sizes.row + WALK_BOTTOM;
  const frame = { model: models[0], models, looks, theme, sizes, left, count, height, across };
  const slots = Array.from({ length: count }, (_, place) => buildWalkSlot(frame, place, jump));
  const ends = ["left", "right"].map((side) => buildEnd(frame, side, height - 17, -1));
  const title = svg("title");
  const view = { viewBox: `0 0 ${across} ${height}`, class: "drawing", role: "img", xmlns: SVG, "font-family": theme.font, fill: theme.text };
  const element = svg("svg", view, title, ...slots.map((slot) => slot.backdrop), ...walkNames(frame), ...slots.map((slot) => slot.element), ...ends.map((one) => one.element));
  return {
    element,
    paint(step) {
      const first = Math.max(-1, Math.min(steps - count, step.index - 1));
      setText(title, `${words.gradient_walk}: ${walkSentence(models, step.index)}`);
      for (const slot of slots) slot.paint(step, first);
      for (const end of ends) end.paint(first);
    },
  };
}

function rowMiddle({ sizes }, row) {
  const above = sizes === WALK.compact ? sizes.row - sizes.box[1] / 2 - 2 : sizes.row / 2;
  return WALK_TOP + row * sizes.row + above;
}

/** Each row's cell, before its boxes or, where there is no room, above them. */
function walkNames(frame) {
  const { models, looks, sizes, left } = frame;
  const compact = sizes === WALK.compact;
  return models.flatMap(({ about }, row) => {
    const [x, anchor, middle] = compact ? [left + 6, "start", rowMiddle(frame, row) - sizes.box[1] / 2 - 10] : [left - 10, "end", rowMiddle(frame, row)];
    const lines = compact ? [about.name] : about.name.split(/, |(?=\()/); // "RNN, relu", "RNN(ReLU)"
    return lines.map((line, i) => {
      const name = fitted(line, compact ? 300 : sizes.left - 10, i ? SMALLEST : sizes.name);
      return centredText(name.text, x, middle + (i - (lines.length - 1) / 2) * 17, { "text-anchor": anchor, "font-size": name.size, "font-weight": 700, fill: looks[row].ink });
    });
  });
}

/** One step in all rows: each cell's box, filled as far as the gradient is left, the arrow into it, and what it reads. */
function buildWalkSlot(frame, place, jump) {
  const { model, models, theme, sizes, height } = frame;
  const x = slotMiddle(frame, place);
  const backdrop = svg("rect", { x: x - sizes.pitch / 2 + 3, y: 0, width: sizes.pitch - 6, height, rx: 10, fill: theme.card });
  const boxes = models.map((_, row) => buildWalkBox(frame, x, row));
  const reads = svg("text", { x, y: height - 36, dy: "0.35em", "text-anchor": "middle" });
  const number = svg("text", { x, y: height - 13, dy: "0.35em", "text-anchor": "middle", "font-size": 15 });
  const element = svg("g", { class: "slot" }, ...boxes.map((box) => box.element), reads, number);
  let at = 0;
  element.onclick = () => jump(at);
  return {
    element,
    backdrop,
    paint(seen, first) {
      const step = first + place;
      at = step;
      const current = step === seen.index;
      const text = fitted(step < 0 ? "" : model.labels[step], sizes.pitch - 6, sizes.text);
      setAttribute(element, "data-at", step);
      setAttribute(backdrop, "visibility", current ? "visible" : "hidden");
      for (const box of boxes) box.paint(step, seen.index);
      setText(reads, text.text);
      setAttribute(reads, "font-size", text.size);
      setText(number, step < 0 ? model.words.gradient_start : step + 1);
      for (const [part, color] of [[reads, theme.text], [number, theme.quiet]]) {
        setAttribute(part, "fill", current ? theme.text : color);
        setAttribute(part, "font-weight", current ? 700 : 400);
      }
    },
  };
}

function buildWalkBox(frame, x, row) {
  const { models, looks, theme, sizes } = frame;
  const { about } = models[row];
  const [width, height] = sizes.box;
  const look = looks[row];
  const y = rowMiddle(frame, row);
  const top = y - height / 2;
  const box = svg("rect", { x: x - width / 2, y: top, width, height, rx: 8, fill: theme.background, stroke: look.fill });
  const level = svg("rect", { x: x - width / 2 + 2, width: width - 4, rx: 6, fill: look.fill, "fill-opacity": 0.3 });
  const text = svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", "font-weight": 700 });
  const arrow = buildBackArrow(frame, about, x, y, look);
  const element = svg("g", {}, arrow.element, box, level, text);
  return {
    element,
    paint(step, index) {
      const reached = step >= index && step <= about.read;
      const size = reached ? shareLeft(about, step) : 0;
      const written = fitted(reached ? about.shares[step + 1] : "", width - 4, sizes.text);
      setAttribute(element, "opacity", reached ? 1 : FUTURE);
      setAttribute(box, "stroke-width", step === index ? 4 : 2);
      setAttribute(level, "y", top + 2 + (1 - size) * (height - 4));
      setAttribute(level, "height", size * (height - 4));
      setText(text, written.text);
      setAttribute(text, "font-size", written.size);
      arrow.paint(step, reached);
    },
  };
}

/** The share of the gradient that is left at a step, from 0 to 1. */
function shareLeft({ left }, step) {
  const log = left[step + 1];
  return log === null ? 0 : Math.min(1, 10 ** log);
}

/** The arrow into a step's box from the step behind it; at the step where the loss is read it comes from the loss, L. */
function buildBackArrow({ theme, sizes }, about, x, y, look) {
  const from = x + sizes.box[0] / 2 + (sizes.pitch - sizes.box[0]);
  const to = x + sizes.box[0] / 2;
  const flow = svg("path", { d: `M${from} ${y}H${to + ARROW.head}` });
  const head = svg("path");
  const loss = centredText("", from + 2, y, { "font-size": 19, "font-style": "italic", "font-weight": 700 });
  const element = svg("g", {}, flow, head, loss);
  return {
    element,
    paint(step, reached) {
      const read = step === about.read;
      setAttribute(element, "visibility", step <= about.read ? "visible" : "hidden");
      setText(loss, read ? "L" : "");
      const size = reached ? shareLeft(about, step) : 0;
      const thick = Math.max(1.5, size * ARROW.width);
      const half = Math.max(5, thick / 2 + 2);
      setAttribute(flow, "stroke", size * ARROW.width < 0.5 ? theme.wire : look.fill);
      setAttribute(flow, "stroke-width", thick.toFixed(2));
      setAttribute(flow, "d", `M${read ? from - 4 : from} ${y}H${to + ARROW.head}`);
      setAttribute(head, "fill", size * ARROW.width < 0.5 ? theme.wire : look.fill);
      setAttribute(head, "d", `M${to + ARROW.head} ${y - half}v${2 * half}L${to} ${y}z`);
    },
  };
}
