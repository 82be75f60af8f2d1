// The order page: a cell with memory and a net without, side by side, reading the same steps in another order. Below, how
// the steps have moved, and over them what each of the two has come to, in this order and as it was.

const ORDER = { most: 60, from: 24, to: 51, rows: [12, 63], plot: 82, height: 100, bottom: 22, captions: 96 };
const LARGE_TEXT = COMPACT_BELOW - 1; // px: the drawings are kept so low that only large text can be read in them
const WAS = "7 5"; // the dashes of every line that shows what was

function buildOrderPage(stepper, theme, width) {
  const { models, run } = stepper;
  const { columns, paneWidth } = compareColumns(width, models.length);
  const jump = (step) => go(stepper, step);
  const looks = models.map((_, i) => ({ ...theme.lines[i], dash: "" }));
  const panes = models.map((model, i) => withEnding(buildPane(model, theme, looks[i], Math.min(paneWidth, LARGE_TEXT), jump)));
  const orders = buildOrders(models, run, looks, theme, jump);
  const playback = buildPlayback(run, actions(stepper));
  const narrow = paneWidth < NARROW_BELOW && columns > 1;
  const attributes = { class: "compare order", "data-narrow": String(narrow), style: `--columns: ${columns}; --panes: ${models.length}` };
  return {
    element: html("div", attributes, ...panes.map((pane) => pane.element), playback.element, orders.element),
    panes,
    shared: [playback, orders],
    fit() {
      for (const pane of panes) pane.fit();
      orders.fit();
    },
    picture: () => comparePicture(panes, orders.plot(), theme),
  };
}

/** The pane with a sentence under its title: how the chosen unit ends, in this order and as it was. */
function withEnding(pane) {
  const ending = html("p", { class: "ending" });
  const view = { element: ending, paint: (step) => setText(ending, pane.model.about.endings[step.unit]) };
  pane.element.querySelector("header").append(ending);
  const { about, filled, words } = pane.model;
  const corner = about.moved && !filled.length; // where steps are filled the corner says so
  if (corner) pane.element.querySelector(".strips").append(html("span", { class: "pale" }, words.order_pale));
  return { ...pane, views: [...pane.views, view] };
}

/** Words, the numbers of both lines at this step, and the plot. */
function buildOrders(models, run, looks, theme, jump) {
  const { words } = run;
  const lines = models.map((model, i) => ({ ...looks[i], model, title: model.about.name }));
  const rows = lines.map((line) => buildOrderRow(line, words));
  const { told, places, former } = models[0].about;
  const plot = svg("svg", { class: "plot", role: "img", "aria-label": words.order_plot });
  const order = { places, labels: run.labels, former };
  let position = { index: -1, unit: 0 };
  let drawn = null;
  const draw = () => (drawn = { unit: position.unit, ...drawOrders(plot, lines, order, position.unit, words, theme) });
  plot.onclick = (event) => drawn && jump(drawn.stepAt(event.offsetX));
  return {
    element: html("section", { class: "orders", "aria-label": words.order_plot },
      html("div", { class: "told" },
        ...told.map((text) => html("p", {}, text)),
        html("div", { class: "endings" },
          html("span", { class: "head" }, words.order_now), html("span", { class: "head" }, words.order_was),
          ...rows.map((row) => row.element)),
      ),
      plot,
    ),
    plot: () => plot,
    fit() {
      draw();
      drawn.paint(position.index);
    },
    paint(now) {
      const other = now.unit !== position.unit;
      position = now;
      for (const row of rows) row.paint(now);
      if (drawn && other) draw();
      drawn?.paint(now.index);
    },
  };
}

/** The number of a line at one step, or null where there is none: "now" in this order, "was" in the former one. */
function lineAt({ model }, which, step, unit) {
  const { values, cols } = model.lines[which];
  const value = step < 0 ? NaN : values[step * cols + unit];
  return Number.isFinite(value) ? value : null;
}

/** A line's name, its number at this step, and that of the former order at this step. */
function buildOrderRow(line, words) {
  const [now, was] = [html("span", { class: "value" }), html("span", { class: "value was" })];
  const element = html("div", { class: "row", "data-line": line.model.cell, style: `--ink: ${line.ink}` },
    swatch(line), html("span", { class: "name" }, line.model.about.line), now, was);
  return {
    element,
    paint({ index, unit }) {
      for (const [which, cell, name] of [["now", now, "data-value"], ["was", was, "data-was"]]) {
        const number = lineAt(line, which, index, unit);
        setAttribute(element, name, number ?? "");
        setText(cell, number === null ? NO_NUMBER : formatSigned(number));
      }
    },
  };
}

/** Draw how the steps have moved, and below it the lines of one unit, at the plot's present width. */
function drawOrders(plot, lines, order, unit, words, theme) {
  const steps = order.places.length;
  const width = Math.max(PLOT.left + PLOT.most, plot.clientWidth);
  const names = Math.max(ORDER.captions, ...lines.map(({ title }) => labelWidth(title)));
  const [right, bottom] = [width - Math.min(names + 14, PLOT.most, width / 3), ORDER.plot + ORDER.height];
  const x = (step) => PLOT.left + 10 + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left - 20);
  const curves = lines.flatMap((line) => ["was", "now"].map((which) => curveOf(line, which, steps, unit)));
  const y = scaleOf(curves, bottom);
  const moves = (steps <= ORDER.most ? moveLines : moveBands)(order, x, right, theme);
  const cursor = svg("path", { stroke: theme.text, "stroke-width": 1.5 });
  const dots = curves.map(({ line, which }) => svg("circle", {
    r: 5, fill: which === "was" ? theme.background : line.fill, stroke: which === "was" ? line.fill : theme.background, "stroke-width": which === "was" ? 2 : 1.5,
  }));
  plot.setAttribute("viewBox", `0 0 ${width} ${bottom + ORDER.bottom}`);
  plot.replaceChildren(
    ...[...new Set([y.low, 0, y.high])].flatMap((value) => orderTick(value, y(value), right, theme)),
    ...stepTicks(steps, x, bottom, theme),
    ...moves.elements,
    ...[words.order_was, words.order_now].map((text, i) => plotText(text, right + 8, ORDER.rows[i], { fill: theme.quiet })),
    ...curves.map(({ line, which, values }) => svg("path", {
      d: linePath(values, x, y), fill: "none", stroke: line.fill, "stroke-linejoin": "round",
      "stroke-width": which === "was" ? 2 : PLOT.line + 0.5, "stroke-dasharray": which === "was" ? WAS : null,
    })),
    ...orderNames(curves.filter(({ which }) => which === "now"), right + 8, y, bottom),
    cursor, ...dots, ...moves.above,
  );
  return {
    stepAt: (at) => Math.max(0, Math.min(steps - 1, Math.round(((at - x(0)) / (x(steps - 1) - x(0) || 1)) * (steps - 1)))),
    paint(step) {
      setAttribute(cursor, "d", step < 0 ? "" : `M${x(step)} ${ORDER.plot - 6}V${bottom}`);
      moves.paint(step);
      dots.forEach((dot, i) => {
        const value = step < 0 ? null : curves[i].values[step];
        setAttribute(dot, "visibility", value === null ? "hidden" : "visible");
        if (value !== null) [setAttribute(dot, "cx", x(step)), setAttribute(dot, "cy", y(value))];
      });
    },
  };
}

function orderTick(value, y, right, theme) {
  const rule = svg("path", { d: `M${PLOT.left} ${y}H${right}`, stroke: theme.channel, "stroke-width": 1 });
  const digits = Number.isInteger(value) ? 0 : 1;
  return [rule, plotText(formatNumber(value, digits), PLOT.left - 8, y, { "text-anchor": "end", fill: theme.quiet })];
}

function curveOf(line, which, steps, unit) {
  return { line, which, values: Array.from({ length: steps }, (_, step) => lineAt(line, which, step, unit)) };
}

/** From −1 to 1, or as far as the values go; `low` and `high` are its ends. */
function scaleOf(curves, bottom) {
  const values = curves.flatMap((curve) => curve.values.filter((value) => value !== null));
  const [low, high] = [Math.min(-1, ...values), Math.max(1, ...values)];
  const y = (value) => bottom - ((value - low) / (high - low)) * ORDER.height;
  return Object.assign(y, { low, high });
}

/** Each line's name where it ends, moved apart where they would lie on each other. */
function orderNames(curves, left, y, bottom) {
  const ends = curves
    .map(({ line, values }) => ({ line, at: y(values.findLast((value) => value !== null) ?? 0) }))
    .sort((one, other) => one.at - other.at);
  ends.forEach((end, i) => (end.at = Math.max(end.at, i ? ends[i - 1].at + LABEL_APART : ORDER.plot)));
  for (let i = ends.length - 1; i >= 0; i--) ends[i].at = Math.min(ends[i].at, bottom - (ends.length - 1 - i) * LABEL_APART);
  return ends.map(({ line, at }) => plotText(line.title, left, at, { fill: line.ink, "font-weight": 700, "font-size": 15 }));
}

/** Both orders as rows of labels, and a line from each step's old place to its new one. */
function moveLines({ places, labels, former }, x, right, theme) {
  const threads = places.map((place, step) => thread(x(place), x(step), { stroke: theme.wire, "stroke-width": 1.2 }));
  const room = places.length > 1 ? x(1) - x(0) : Infinity;
  const texts = [former, labels].flatMap((row, i) => fittingLabels(row, room).map(([step, text]) =>
    plotText(text, x(step), ORDER.rows[i], { "text-anchor": "middle", fill: theme.quiet })));
  return { elements: [...threads, ...texts], ...currentMove(places, labels, x, right, theme) };
}

/** Of many steps: two bands, shaded by where each step stood at first, and one line, that of the current step. */
function moveBands({ places, labels }, x, right, theme) {
  const share = (place) => place / (places.length - 1);
  const bands = [places.map((_, step) => share(step)), places.map(share)].map((shares, i) => band(shares, x, ORDER.rows[i], theme));
  return { elements: bands, ...currentMove(places, labels, x, right, theme) };
}

/** The current step in both orders, and the line between its two places; it lies above everything else. */
function currentMove(places, labels, x, right, theme) {
  const line = thread(0, 0, { stroke: theme.text, "stroke-width": 3 });
  const marks = ORDER.rows.map((middle) => currentLabel(middle, right, theme));
  return {
    above: [line, ...marks.map((mark) => mark.element)],
    paint(step) {
      line.setAttribute("d", step < 0 ? "" : threadPath(x(places[step]), x(step)));
      marks.forEach((mark, i) => mark.paint(step < 0 ? null : labels[step], step < 0 ? 0 : x(i ? step : places[step])));
    },
  };
}

function band(shares, x, middle, theme) {
  const [from, to] = [rgb(theme.channel), rgb(theme.quiet)];
  const canvas = heatmap({ steps: shares.length, units: 1 }, "", (step) => from.map((part, i) => part + (to[i] - part) * shares[step]).concat(255));
  const half = (x(1) - x(0)) / 2;
  return svg("image", {
    href: canvas.toDataURL(), x: x(0) - half, y: middle - 9, width: x(shares.length - 1) - x(0) + 2 * half, height: 18,
    preserveAspectRatio: "none", style: "image-rendering: pixelated",
  });
}

function thread(from, to, attributes) {
  return svg("path", { d: threadPath(from, to), fill: "none", ...attributes });
}

function threadPath(from, to) {
  return `M${from.toFixed(1)} ${ORDER.from}L${to.toFixed(1)} ${ORDER.to}`;
}

/** [step, label] of as many labels as fit beside each other; what is read seldom says most, and comes first. */
function fittingLabels(labels, room) {
  const count = (label) => labels.filter((other) => other === label).length;
  const wanted = labels.map((label, step) => ({ label, step, half: labelWidth(label) / 2, count: count(label) }));
  const fitting = [];
  for (const one of wanted.sort((a, b) => a.count - b.count || a.step - b.step)) {
    if (fitting.every((other) => Math.abs(other.step - one.step) * room >= other.half + one.half)) fitting.push(one);
  }
  return fitting.map(({ step, label }) => [step, label]);
}

/** The label of the current step, on a card that covers its neighbours. */
function currentLabel(middle, right, theme) {
  const card = svg("rect", { y: middle - 11, height: 22, rx: 5, fill: theme.background, stroke: theme.text, "stroke-width": 1.5 });
  const text = plotText("", 0, middle, { "text-anchor": "middle", "font-weight": 700 });
  const element = svg("g", {}, card, text);
  return {
    element,
    paint(label, x) {
      setAttribute(element, "visibility", label === null ? "hidden" : "visible");
      if (label === null) return;
      const width = Math.max(22, labelWidth(label) + 4);
      const at = Math.min(x, right + 4 - width / 2);
      for (const [name, value] of Object.entries({ x: at - width / 2, width })) setAttribute(card, name, value);
      setAttribute(text, "x", at);
      setText(text, label);
    },
  };
}
