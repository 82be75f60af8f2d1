// The cell's picture, drawn from what the cell declares: pipes, valves, wires, nodes, boxes, ports.

import { path, SVG, setAttribute, setText, svg } from "../frame/elements.js";
import { BEFORE, INPUT, relative } from "../frame/model.js";
import { formatNumber, plainText } from "../frame/numbers.js";
import { formatWas, pipeGhost, valveGhost } from "./ghost.js";
import { sentenceText } from "./sentence.js";
import { COMPACT_BELOW, centredText } from "./shapes.js";
import { drawValve } from "./valves.js";

const PIPE = { wide: 28, thin: 10 };
const BOX = { width: 128, height: 64 };
const LETTERS_BESIDE = 11; // a longer label of the input is drawn smaller, to fit beside the picture

/**
 * Build the picture; returns its element and `paint(step)`, which sets it to one step. `act`, where signals can be held,
 * answers a click on one (`open`), and a valve that is dragged (`move`), let go (`hold`) or lost (`drop`).
 */
export function buildDrawing(model, theme, width, act = null) {
  const sizes = textSizes(width < COMPACT_BELOW);
  const { drawing } = model;
  const parts = [
    ...drawing.wires.map((wire) => drawWire(wire, theme)),
    ...drawing.pipes.map((pipe) => drawPipe(pipe, model, theme)),
    ...(model.original ? drawing.pipes.map((pipe) => pipeGhost(pipe, model, theme, fullWidth(pipe))) : []),
    ...(model.original ? drawing.valves.map((valve) => valveGhost(valve, theme)) : []),
    ...drawing.valves.map((valve) => drawValve(valve, theme, act)),
    ...drawing.nodes.map((node) => drawNode(node, theme, sizes)),
    ...drawing.boxes.map((box) => drawBox(box, model, theme, sizes, act)),
    ...drawing.ports.map((port) => drawPort(port, sizes, act)),
    drawInputPort(model, theme, sizes, act),
  ];
  const channels = drawing.pipes.map((pipe) => channel(pipe, theme));
  const title = svg("title");
  const element = svg(
    "svg",
    {
      viewBox: `0 0 ${drawing.size.join(" ")}`,
      class: "drawing",
      role: "img",
      xmlns: SVG,
      "font-family": theme.font,
      fill: theme.text,
    },
    title,
    ...channels,
    ...parts.map((part) => part.element),
  );
  return {
    element,
    paint(step) {
      setText(title, sentenceText(model, step));
      for (const part of parts) part.paint?.(step);
    },
  };
}

/** The drawing on a phone is another one. */
export function drawingForm(width) {
  return width < COMPACT_BELOW ? "compact" : "wide";
}

function textSizes(compact) {
  return compact
    ? { compact, port: 24, number: 24, name: 30, value: 28, node: 22, was: 24, inset: 7 }
    : { compact, port: 19, number: 17, name: 15, value: 21, node: 15, was: 14, inset: 10 };
}

/** The empty channel in which a pipe's content flows. */
function channel(pipe, theme) {
  const width = pipe.wide ? PIPE.wide : PIPE.thin;
  return svg("path", { d: path(pipe.points), fill: "none", stroke: theme.channel, "stroke-width": width });
}

/** The width of a pipe's content at its largest. */
function fullWidth(pipe) {
  return (pipe.wide ? PIPE.wide : PIPE.thin) - 2;
}

/** The content of a pipe: its width shows the size of the number, its colour the sign. */
function drawPipe(pipe, model, theme) {
  const full = fullWidth(pipe);
  const element = svg("path", { d: path(pipe.points), fill: "none", class: "flow" });
  const neutral = pipe.carries === INPUT;
  return {
    element,
    paint({ number, index }) {
      const value = neutral ? (index < 0 ? null : 0) : number(pipe.carries);
      const size = value === null ? 0 : Math.abs(relative(model, pipe.carries, value));
      const empty = size * full < 0.5;
      setAttribute(element, "stroke", empty ? theme.wire : value > 0 ? theme.positive : theme.negative);
      setAttribute(element, "stroke-width", value === null ? 0 : empty ? 1.5 : Math.max(2.5, size * full).toFixed(2));
    },
  };
}

function drawWire(wire, theme) {
  return {
    element: svg("path", {
      d: path(wire.points),
      fill: "none",
      stroke: theme.signals[wire.signal].fill,
      "stroke-width": 2,
      "stroke-dasharray": "4 4",
    }),
  };
}

function drawNode(node, theme, sizes) {
  const width = Math.max(26, plainText(node.text).length * sizes.node * 0.6 + 14);
  const height = Math.max(26, sizes.node * 1.5);
  const [x, y] = node.at;
  const frame = { x: x - width / 2, y: y - height / 2, width, height, rx: height / 2 };
  return {
    element: svg(
      "g",
      {},
      svg("rect", { ...frame, fill: theme.background, stroke: theme.text, "stroke-width": 1.5 }),
      centredText(node.text, x, y, { "font-size": sizes.node, "text-anchor": "middle" }),
    ),
  };
}

/** A signal's card: name, symbol, number, and a bar from 0 to 1 or, for what is signed, from the middle. */
function drawBox(box, model, theme, sizes, act) {
  const signal = model.signals.find(({ name }) => name === box.signal);
  const colors = theme.signals[signal.name];
  const [left, top] = [box.at[0] - BOX.width / 2, box.at[1] - BOX.height / 2];
  const number = svg("text", {
    x: left + BOX.width - sizes.inset, y: top + 40, dy: "0.35em",
    "text-anchor": "end", "font-size": sizes.value, "font-weight": 700,
  });
  const frame = svg("rect", {
    x: left, y: top, width: BOX.width, height: BOX.height, rx: 8, fill: theme.background, stroke: colors.fill,
  });
  const bar = svg("rect", { y: top + BOX.height - 8, height: 4, rx: 2, fill: colors.fill });
  const words = sizes.compact
    ? [centredText(signal.symbol, left + sizes.inset, top + 38, { "font-size": sizes.name, "font-style": "italic", fill: colors.ink })]
    : [
        centredText(signal.title, left + 10, top + 16, { "font-size": sizes.name, "font-weight": 700, fill: colors.ink }),
        centredText(`${signal.symbol} =`, left + 10, top + 40, { "font-size": sizes.name, "font-style": "italic" }),
      ];
  const track = svg("rect", {
    x: left + 10, y: top + BOX.height - 8, width: BOX.width - 20, height: 4, rx: 2, fill: theme.channel,
  });
  const was = svg("text", {
    x: left + BOX.width - 10, y: top - sizes.was * 0.65, dy: "0.35em", "text-anchor": "end", "font-size": sizes.was, "text-decoration": "line-through", fill: theme.quiet,
  });
  const element = svg("g", { "data-box": signal.name, ...opens(signal.name, act) }, frame, ...words, track, bar, number, was);
  return {
    element,
    paint(step) {
      const value = step.number(signal.name);
      setText(number, formatNumber(value));
      setText(was, formatWas(step, signal.name));
      setAttribute(frame, "stroke-width", step.moved === signal.name ? 5 : 2);
      setAttribute(frame, "stroke-dasharray", step.held(signal.name) ? "7 4" : "none");
      fillBar(bar, left + 10, BOX.width - 20, signal.kind === "gate", relative(model, signal.name, value ?? 0));
    },
  };
}

function fillBar(bar, left, width, fromZero, share) {
  const start = fromZero ? left : left + width / 2 + Math.min(0, share) * (width / 2);
  setAttribute(bar, "x", start.toFixed(2));
  setAttribute(bar, "width", ((fromZero ? share : Math.abs(share) / 2) * width).toFixed(2));
}

/** Attributes that let an element open the panel on a signal, for the mouse; the keyboard has the playback bar's button. */
function opens(what, act) {
  return act ? { class: "holdable", onclick: () => act.open(what) } : {};
}

function drawPort(port, sizes, act) {
  const [x, y] = port.at;
  const number = numberLine(x, y + sizes.number * 0.62, sizes);
  const symbol = centredText(port.symbol, x, y - sizes.port * 0.55, {
    "font-size": sizes.port, "font-style": "italic", "text-anchor": "middle",
  });
  const held = port.shows.endsWith(BEFORE) ? null : act;
  return {
    element: svg("g", opens(port.shows, held), symbol, number),
    paint: (step) => setText(number, formatNumber(step.number(port.shows))),
  };
}

function numberLine(x, y, sizes) {
  return svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", "font-size": sizes.number, "font-weight": 700 });
}

/** The input's port: its symbol, what is read at this step as a person reads it, and the numbers behind that. */
function drawInputPort({ drawing, input_symbol }, theme, sizes, act) {
  const [x, at] = drawing.input_port;
  const y = at + (sizes.compact && input_symbol.includes("^") ? 8 : 0); // what stands high needs room above it
  const number = numberLine(x, y + sizes.number * 0.62, sizes);
  const symbol = centredText(input_symbol, x, y - sizes.port * 0.55, {
    "font-size": sizes.port, "font-style": "italic", "text-anchor": "middle",
  });
  const values = svg("text", {
    x, y: y + sizes.number * 1.6, dy: "0.35em", "text-anchor": "middle", "font-size": 13, fill: theme.quiet,
  });
  return {
    element: svg("g", opens(INPUT, act), symbol, number, values),
    paint(step) {
      setAttribute(number, "font-size", sizes.number * Math.min(1, LETTERS_BESIDE / step.read.length));
      setText(number, step.read);
      setText(values, sizes.compact ? "" : step.values);
      setAttribute(values, "x", Math.max(x, step.values.length * 3.7)); // a long row begins at the picture's edge
    },
  };
}
