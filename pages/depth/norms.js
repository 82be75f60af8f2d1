// The two pairs of numbers of each batch normalisation, that which is used marked, and what the unit gives in both modes.

import { html, setAttribute, setText } from "../shared/stepper/frame/elements.js";
import { fillIn, formatNumber } from "../shared/stepper/frame/numbers.js";

const PAIRS = { batch: "depth_by_batch", running: "depth_by_running" };
const DIGITS = 3;

/** The table; null where a unit has no batch normalisation. */
export function buildNorms(model) {
  const { about, words } = model;
  if (!about.norms.length) return null;
  const rows = about.norms.flatMap((norm, i) => ["mean", "variance"].map((which) => buildNormRow(model, norm, which, about.norms.length > 1 ? i + 1 : 0)));
  const outputs = ["out", "out.other"].map((name) => buildOutput(model, name));
  const titles = Object.entries(PAIRS).map(([pair, title]) => pairTitle(model, pair, words[title]));
  return {
    element: html("section", { class: "norms", "aria-label": words.depth_norms },
      html("table", {},
        html("thead", {}, html("tr", {}, html("th", { scope: "col" }, words.depth_norms), ...titles)),
        html("tbody", {}, ...rows.map((row) => row.element))),
      html("p", { class: "modes" }, ...outputs.map((one) => one.element))),
    paint(step) {
      for (const one of [...rows, ...outputs]) one.paint(step);
    },
  };
}

function pairTitle({ about, words }, pair, title) {
  const used = pair === usedPair(about);
  const mark = html("span", { class: "used" }, words.depth_used);
  return html("th", { scope: "col", "data-used": String(used) }, ...(used ? [mark] : []), title);
}

function usedPair({ mode }) {
  return mode === "training" ? "batch" : "running";
}

function buildNormRow({ about, words }, norm, which, place) {
  const cells = Object.keys(PAIRS).map((pair) => {
    const element = html("td", { "data-norm": norm, "data-pair": pair, "data-of": which, "data-used": String(pair === usedPair(about)) });
    return { element, paint: ({ number }) => writeNumber(element, number(`${norm}.${pair}_${which}`)) };
  });
  const title = words[`depth_${which}`];
  return {
    element: html("tr", {}, html("th", { scope: "row" }, title, ...(place ? [html("sub", {}, place)] : [])), ...cells.map((cell) => cell.element)),
    paint(step) {
      for (const cell of cells) cell.paint(step);
    },
  };
}

function writeNumber(element, value) {
  setAttribute(element, "data-value", value ?? "");
  setText(element, formatNumber(value, DIGITS));
}

/** What the unit gives, in this mode or in the other one. */
function buildOutput({ about, words }, name) {
  const here = name === "out";
  const training = (about.mode === "training") === here ? "True" : "False";
  const element = html("span", { "data-gives": here ? "here" : "other" });
  return {
    element,
    paint({ number }) {
      const value = number(name);
      setAttribute(element, "data-value", value ?? "");
      setText(element, fillIn(words.depth_mode_gives, { training, value: formatNumber(value, DIGITS) }));
    },
  };
}
