// The gradient page: the cells unrolled, one below the other, and the gradient of a loss on its way back through them.
// Below, what is left of each on a logarithmic axis, and how the memory's own way shares it with all others.
// The row of numbers of a step stands at step + 1: the state before the first step, -1, has numbers too.

const WALK = {
  wide: { pitch: 89, left: 96, right: 40, box: [64, 40], text: 17, name: 16, row: 50, most: 12 },
  compact: { pitch: 98, left: 16, right: 28, box: [78, 38], text: 18, name: 14, row: 62, most: 4 },
};
const WALK_TOP = 6;
const WALK_BOTTOM = 48; // px below the rows: what each step reads, and its number
const ARROW = { width: 18, head: 8 };
const LOGS = { height: 176, left: 52, right: 12, top: 12, bottom: 24, ticks: 4 };

function buildGradientPage(stepper, theme, width) {
  const { models, run } = stepper;
  const jump = (step) => go(stepper, step);
  const looks = models.map((_, i) => ({ ...theme.lines[i], dash: DASHES[i] }));
  const walk = buildWalk(models, looks, theme, width, jump);
  const left = buildLeft(models, looks, theme, jump);
  const way = buildWays(models, theme, jump);
  const sentence = buildWalkSentence(models);
  const playback = buildPlayback(run, actions(stepper));
  const figures = [left, ...(way ? [way] : [])];
  return {
    element: html("div", { class: "stage back" }, sentence.element, walk.element, playback.element,
      html("div", { class: "figures", style: `--figures: ${figures.length}` }, ...figures.map((one) => one.element))),
    panes: [],
    shared: [sentence, walk, playback, ...figures],
    fit: () => figures.forEach((one) => one.fit()),
    picture: () => walkPicture(walk.element, left.plot(), theme),
  };
}

function gradientForm(width) {
  return `${width < COMPACT_BELOW} ${slotsIn(width, walkSizes(width))}`;
}

function walkSizes(width) {
  return width < COMPACT_BELOW ? WALK.compact : WALK.wide;
}

/** What of the gradient is left in each cell at a step, in words. */
function walkSentence(models, step) {
  const [{ about, words, labels, steps }] = models;
  const { read } = about;
  const values = { step: step + 1, steps, read: read + 1, count: read - step, label: labels[step] };
  if (step > read) return fill(words.gradient_ahead, values);
  if (step === read) return fill(words.gradient_read, values);
  const shares = models.map((model) => `${model.about.name} ${model.about.shares[step + 1]}`).join(words.comma);
  const told = step < 0 ? words.gradient_first : read - step === 1 ? words.gradient_one : words.gradient_many;
  return fill(told, { ...values, shares });
}

function buildWalkSentence(models) {
  return spokenSentence((element, step) => setText(element, walkSentence(models, step.index)));
}

/** The drawing: a row of boxes a cell, the arrows between them pointing back, as thick as what is left of the gradient. */
function buildWalk(models, looks, theme, width, jump) {
  const sizes = walkSizes(width);
  const [{ steps, words }] = models;
  const count = Math.min(slotsIn(width, sizes), steps + 1);
  const across = sizes.left + slotsIn(width, sizes) * sizes.pitch + sizes.right;
  const left = (across - count * sizes.pitch + sizes.left - sizes.right) / 2;
  const height = WALK_TOP + models.length * sizes.row + WALK_BOTTOM;
  const frame = { model: models[0], models, looks, theme, sizes, left, count, height };
  const slots = Array.from({ length: count }, (_, place) => buildWalkSlot(frame, place));
  slots.forEach((slot) => (slot.element.onclick = () => jump(slot.step)));
  const ends = ["left", "right"].map((side) => buildEnd(frame, side, height - 17, -1));
  const title = svg("title");
  const view = { viewBox: `0 0 ${across} ${height}`, class: "drawing", role: "img", xmlns: SVG, "font-family": theme.font, fill: theme.text };
  const element = svg("svg", view, title, ...slots.map((slot) => slot.backdrop), ...walkNames(frame), ...slots.map((slot) => slot.element), ...ends.map((one) => one.element));
  return {
    element,
    paint(step) {
      const first = Math.max(-1, Math.min(steps - count, step.index - 1));
      setText(title, `${words.gradient_walk}: ${walkSentence(models, step.index)}`);
      for (const part of [...slots, ...ends]) part.paint(step, first);
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
    const lines = compact ? [about.name] : about.name.split(", ");
    return lines.map((line, i) => {
      const name = fitted(line, compact ? 300 : sizes.left - 10, i ? SMALLEST : sizes.name);
      return label(name.text, x, middle + (i - (lines.length - 1) / 2) * 17, { "text-anchor": anchor, "font-size": name.size, "font-weight": 700, fill: looks[row].ink });
    });
  });
}

/** One step in all rows: each cell's box, filled as far as the gradient is left, the arrow into it, and what it reads. */
function buildWalkSlot(frame, place) {
  const { model, models, theme, sizes, height } = frame;
  const x = slotMiddle(frame, place);
  const backdrop = svg("rect", { x: x - sizes.pitch / 2 + 3, y: 0, width: sizes.pitch - 6, height, rx: 10, fill: theme.card });
  const boxes = models.map((_, row) => buildWalkBox(frame, x, row));
  const reads = svg("text", { x, y: height - 36, dy: "0.35em", "text-anchor": "middle" });
  const number = svg("text", { x, y: height - 13, dy: "0.35em", "text-anchor": "middle", "font-size": 15 });
  const element = svg("g", { class: "slot" }, ...boxes.map((box) => box.element), reads, number);
  const slot = {
    element,
    backdrop,
    step: 0,
    paint(seen, first) {
      const step = (slot.step = first + place);
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
  return slot;
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

/** What is left at a step, from 0 to 1. */
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
  const loss = label("", from + 2, y, { "font-size": 19, "font-style": "italic", "font-weight": 700 });
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

/** What is left in each cell: names, numbers and half-lives, and the lines. */
function buildLeft(models, looks, theme, jump) {
  const [{ words }] = models;
  const rows = models.map((model, i) => buildLeftRow(model, looks[i]));
  const lines = models.map((model, i) => ({ ...looks[i], left: model.about.left, beyond: model.about.beyond, width: PLOT.line }));
  const plot = buildLogs(lines, models[0], theme, words.gradient_left, jump);
  return {
    element: html("section", { class: "left", "aria-label": words.gradient_left },
      html("div", { class: "rows" }, html("h2", {}, words.gradient_left), ...rows.map((row) => row.element)),
      plot.element),
    plot: () => plot.element,
    fit: plot.fit,
    paint(step) {
      for (const row of rows) row.paint(step.index);
      plot.paint(step.index);
    },
  };
}

function buildLeftRow({ about, cell, words }, look) {
  const value = html("span", { class: "value" });
  const element = html("div", { class: "row", "data-gradient": cell, style: `--ink: ${look.ink}` },
    swatch(look), html("span", { class: "name" }, about.name), value, html("span", { class: "pace" }, [about.half, about.radius].filter(Boolean).join(words.comma)));
  return {
    element,
    paint(step) {
      const known = step <= about.read;
      setAttribute(element, "data-value", known ? (about.left[step + 1] ?? "") : "");
      setText(value, known ? about.shares[step + 1] : NO_NUMBER);
    },
  };
}

/** The memory's own way beside all others, of the first cell that has gates; nothing where none has. */
function buildWays(models, theme, jump) {
  const model = models.find(({ about }) => about.way);
  if (!model) return null;
  const { about, words, cell } = model;
  const styles = {
    highway: { ...(theme.signals[about.way.keep] ?? theme.signals.forget), dash: "", width: 3.5 },
    rest: { ...theme.signals.candidate, dash: "2 4", width: PLOT.line },
    full: { fill: theme.quiet, ink: theme.quiet, dash: "9 4", width: 1.5 },
  };
  const lines = about.way.lines.map((line) => ({ ...styles[line.key], ...line }));
  const rows = lines.map((line) => buildWayRow(line, about));
  const plot = buildLogs(lines, model, theme, words.gradient_ways, jump);
  return {
    element: html("section", { class: "ways", "data-way-of": cell, "aria-label": words.gradient_ways },
      html("div", { class: "rows" }, html("h2", {}, fill(about.way.since ? words.gradient_ways_since : words.gradient_ways_of, { cell: about.name, step: about.way.since + 1 })), ...rows.map((row) => row.element)),
      plot.element),
    fit: plot.fit,
    paint(step) {
      for (const row of rows) row.paint(step.index);
      plot.paint(step.index);
    },
  };
}

function buildWayRow(line, { read }) {
  const value = html("span", { class: "value" });
  const element = html("div", { class: "row", "data-way": line.key, style: `--ink: ${line.ink}` },
    swatch(line), html("span", { class: "name" }, line.name), value);
  return {
    element,
    paint(step) {
      const known = step >= 0 && step <= read;
      setAttribute(element, "data-value", known ? (line.left[step + 1] ?? "") : "");
      setText(value, known ? line.sizes[step + 1] : NO_NUMBER);
    },
  };
}

/** Lines on a logarithmic axis over all steps; dotted where a norm is beyond its precision. Drawn by `fit`. */
function buildLogs(lines, model, theme, name, jump) {
  const element = svg("svg", { class: "plot", role: "img", "aria-label": name });
  let [drawn, index] = [null, -2];
  element.onclick = (event) => drawn && jump(drawn.stepAt(event.offsetX));
  return {
    element,
    fit() {
      drawn = drawLogs(element, lines, model, theme);
      drawn.paint(index);
    },
    paint(step) {
      index = step;
      drawn?.paint(index);
    },
  };
}

function drawLogs(plot, lines, { steps, about }, theme) {
  const width = Math.max(PLOT.left + PLOT.most, plot.clientWidth);
  const [right, bottom] = [width - LOGS.right, LOGS.height - LOGS.bottom];
  const x = (step) => LOGS.left + 8 + ((step + 1) / Math.max(1, steps)) * (right - LOGS.left - 16);
  const { y, ticks } = logScale(lines, bottom);
  const cursor = svg("path", { stroke: theme.text, "stroke-width": 1.5 });
  const dots = lines.map(({ fill }) => svg("circle", { r: 5, fill, stroke: theme.background, "stroke-width": 1.5 }));
  plot.setAttribute("viewBox", `0 0 ${width} ${LOGS.height}`);
  plot.replaceChildren(
    ...ticks.flatMap((power) => logTick(power, y(power), right, theme)),
    ...stepTicks(steps, x, bottom, theme),
    svg("path", { d: `M${x(about.read)} ${LOGS.top - 6}V${bottom}`, stroke: theme.quiet, "stroke-width": 1, "stroke-dasharray": "3 3" }),
    ...lines.flatMap((line) => logLine(line, x, y, theme)),
    cursor, ...dots,
  );
  return {
    stepAt: (at) => Math.max(-1, Math.min(steps - 1, Math.round(((at - x(-1)) / (x(steps - 1) - x(-1) || 1)) * steps) - 1)),
    paint(step) {
      setAttribute(cursor, "d", step < -1 ? "" : `M${x(step)} ${LOGS.top - 6}V${bottom}`);
      dots.forEach((dot, i) => {
        const value = lines[i].left[step + 1] ?? null;
        setAttribute(dot, "visibility", value === null ? "hidden" : "visible");
        if (value !== null) [setAttribute(dot, "cx", x(step)), setAttribute(dot, "cy", y(value))];
      });
    },
  };
}

/** From the smallest to the largest power of ten, with a few of them named. */
function logScale(lines, bottom) {
  const values = lines.flatMap(({ left }) => left.filter((value) => value !== null));
  const [low, high] = [Math.min(-1, ...values.map(Math.floor)), Math.max(0, ...values.map(Math.ceil))];
  const every = [1, 2, 5, 10, 20, 50, 100, 200].find((size) => (high - low) / size <= LOGS.ticks) ?? 500;
  const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((power) => power % every === 0);
  const y = (log) => bottom - ((log - low) / (high - low)) * (bottom - LOGS.top);
  return { y, ticks: powers };
}

function logTick(power, y, right, theme) {
  const rule = svg("path", { d: `M${LOGS.left} ${y}H${right}`, stroke: theme.channel, "stroke-width": 1 });
  const text = plotText("", LOGS.left - 8, y, { "text-anchor": "end", fill: theme.quiet });
  text.append(...(power ? symbolSvg(`10^{${formatNumber(power, 0)}}`) : ["1"]));
  return [rule, text];
}

/** A line, thin and dotted where the numbers of the run's precision end, and a ring where they do. */
function logLine({ left, beyond, fill: color, dash, width }, x, y, theme) {
  const at = (place) => x(place - 1);
  const path = (values, attributes) => svg("path", { d: linePath(values, at, y), fill: "none", stroke: color, "stroke-linejoin": "round", ...attributes });
  const whole = path(left, { "stroke-width": width, "stroke-dasharray": dash || null });
  if (!beyond?.some(Boolean)) return [whole];
  const within = left.map((value, place) => (beyond[place] ? null : value));
  const rings = left.flatMap((value, place) => (value !== null && beyond[place] && !beyond[place + 1] && left[place + 1] !== undefined
    ? [svg("circle", { class: "beyond", cx: at(place), cy: y(value), r: 5, fill: theme.background, stroke: color, "stroke-width": 2 })] : []));
  return [path(left, { "stroke-width": 1.5, "stroke-dasharray": "1 4" }), path(within, { "stroke-width": width, "stroke-dasharray": dash || null }), ...rings];
}

/** The drawing and below it the lines: one picture for a slide. */
function walkPicture(drawing, plot, theme) {
  const [across, down] = drawing.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const [width, height] = plot.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const tall = (across * height) / width;
  return svg("svg", { viewBox: `0 0 ${across} ${down + tall + 16}`, xmlns: SVG, "font-family": theme.font, fill: theme.text },
    nested(drawing, 0, 0, across, down), nested(plot, 0, down + 16, across, tall));
}
