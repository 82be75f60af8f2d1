// One figure with three ways side by side: the cell state of the LSTM, the residual unit, the highway unit. A line, what
// may shut it, and the sum with what is new.

import { html, SVG, svg } from "../shared/stepper/frame/elements.js";
import { centredText } from "../shared/stepper/views/shapes.js";
import { fitted } from "../shared/stepper/views/slots.js";

const PANEL = { width: 250, height: 196, apart: 22, line: 66, box: 128, fork: 34, keep: 92, sum: 168, end: 236 };
const CIRCLE = 15;

// What passes along the line `from` left `to` right; the gate that `keep`s it, and the one that lets what is `made` be
// `write`n: each its symbol and its signal. The formula in pieces, each with the signal in whose colour it stands.
const WAYS = [
  {
    key: "cell", from: "c_{t−1}", to: "c_t", keep: ["f", "forget"], write: ["i", "input"], made: ["g", "candidate"],
    formula: [["c_t = "], ["f", "forget"], [" c_{t−1} + "], ["i", "input"], [" "], ["g", "candidate"]],
  },
  { key: "residual", from: "x", to: "h", made: ["F(x)", "branch"], formula: [["h = x + "], ["F(x)", "branch"]] },
  {
    key: "highway", from: "x", to: "h", keep: ["1 − T", "gate"], write: ["T", "gate"], made: ["F(x)", "branch"],
    formula: [["h = "], ["T", "gate"], [" "], ["F(x)", "branch"], [" + "], ["(1 − T)", "gate"], [" x"]],
  },
];

/** Build the figure; on a phone the three stand below each other. */
export function buildWays(model, theme, compact) {
  const { words } = model;
  const ways = WAYS.map((way) => Object.assign({ title: words[`depth_way_${way.key}`] }, way));
  const size = Math.min(...ways.map(({ title }) => fitted(title, PANEL.width - 16, 16).size));
  const step = compact ? [0, PANEL.height + PANEL.apart] : [PANEL.width + PANEL.apart, 0];
  const [width, height] = compact ? [PANEL.width, 3 * PANEL.height + 2 * PANEL.apart] : [3 * PANEL.width + 2 * PANEL.apart, PANEL.height];
  const view = { class: "ways-drawing", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words.depth_ways };
  const element = svg("svg", { ...view, xmlns: SVG, "font-family": theme.font, fill: theme.text },
    ...ways.map((way, i) => panel(way, [i * step[0], i * step[1]], size, theme, way.key === model.cell)));
  return { element: html("section", { class: "ways" }, html("h2", {}, words.depth_ways), element) };
}

/** One way: its line from left to right, what is new coming up from below. */
function panel(way, [x, y], size, theme, current) {
  const { line, fork, keep, sum, end, box } = PANEL;
  const drawn = [
    svg("rect", { x: 0.5, y: 0.5, width: PANEL.width - 1, height: PANEL.height - 1, rx: 10, fill: theme.card, stroke: current ? theme.text : "none", "stroke-width": 2 }),
    centredText(way.title, PANEL.width / 2, 18, { "text-anchor": "middle", "font-size": size, "font-weight": 700 }),
    svg("path", { d: `M${fork - 22} ${line}H${end - 12}`, stroke: theme.positive, "stroke-width": 12 }),
    svg("path", { d: `M${end - 14} ${line - 11}v22L${end + 4} ${line}z`, fill: theme.positive }),
    symbol(way.from, fork - 6, line - 22, 19), symbol(way.to, end - 8, line - 22, 19),
    svg("path", { d: `M${fork} ${line}V${box}H${keep - 36}`, fill: "none", stroke: theme.wire, "stroke-width": 2.5 }),
    svg("path", { d: `M${keep - 36} ${box - 6}v12l9 -6z`, fill: theme.wire }),
    svg("path", { d: `M${keep + 26} ${box}H${sum}V${line + CIRCLE}`, fill: "none", stroke: theme.signals[way.made[1]].fill, "stroke-width": 5 }),
    made(way, [keep, box], theme),
    ...(way.keep ? [circle("×", keep, line, theme, way.keep[1]), symbol(way.keep[0], keep, line - 28, 19, theme.signals[way.keep[1]].ink)] : []),
    ...(way.write ? [circle("×", sum, box - 16, theme, way.write[1]), symbol(way.write[0], sum + 30, box - 16, 19, theme.signals[way.write[1]].ink)] : []),
    circle("+", sum, line, theme),
    formula(way.formula, theme),
  ];
  return svg("g", { transform: `translate(${x} ${y})`, "data-idea": way.key }, ...drawn);
}

function symbol(text, x, y, size, fill = null) {
  return centredText(text, x, y, { "text-anchor": "middle", "font-size": size, "font-weight": 700, "font-style": "italic", fill });
}

function made({ made: [text, signal] }, [x, y], theme) {
  return svg("g", {},
    svg("rect", { x: x - 27, y: y - 20, width: 54, height: 40, rx: 8, fill: theme.background, stroke: theme.signals[signal].fill, "stroke-width": 2.5 }),
    symbol(text, x, y, 19, theme.signals[signal].ink));
}

function circle(sign, x, y, theme, signal = null) {
  const stroke = signal ? theme.signals[signal].fill : theme.text;
  return svg("g", {},
    svg("circle", { cx: x, cy: y, r: CIRCLE, fill: theme.background, stroke, "stroke-width": 2.5 }),
    svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", "font-size": 22, "font-weight": 700 }, sign));
}

/** The formula, its gates and what is new in their colours. */
function formula(pieces, theme) {
  const text = svg("text", { x: PANEL.width / 2, y: PANEL.height - 18, "text-anchor": "middle", "font-size": 19, "font-weight": 700, "font-style": "italic" });
  for (const [piece, signal] of pieces) {
    const part = centredText(piece, 0, 0, { fill: signal ? theme.signals[signal].ink : theme.text });
    const span = svg("tspan", { fill: signal ? theme.signals[signal].ink : theme.text }, ...part.childNodes);
    text.append(span);
  }
  return text;
}
