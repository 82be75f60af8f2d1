// Panes side by side, one a cell: what a page of several cells is made of.

import { html, svg, viewBoxOf } from "../frame/elements.js";
import { buildDrawing } from "./drawing.js";
import { labelledPlot, lineSample, nested, nestedAcross, slide, withCaption } from "./pictures.js";
import { swatch } from "./plot.js";
import { buildPrediction } from "./prediction.js";
import { COMPACT_BELOW } from "./shapes.js";
import { buildReading, buildStrips } from "./strips.js";

const LARGE_TEXT = COMPACT_BELOW - 1; // px: beside each other drawings stand so low that only large text can be read in them
const NARROW_BELOW = 340; // px: in narrower panes a signal is named by its symbol
const PANE_GAP = 22; // px, as in panes.css
const SIDE_BY_SIDE = 900; // px: from here on all panes stand in one row
const PICTURE = { gap: 40, title: 64, columns: 2, sample: 76, larger: 1.9 };

/**
 * A page of panes, and below the playback bar a figure that goes over all of them; `name` is a class of its own.
 * `caption()`: the sentences that stand below its picture; `figure.plotAt(width)`, `figure.labels`: its plot there.
 */
export function panesPage({ panes, figure, playback, theme, width, caption, name = "" }) {
  const { columns, paneWidth } = columnsIn(width, panes.length);
  const narrow = paneWidth < NARROW_BELOW && columns > 1;
  const attributes = {
    class: `compare ${name}`.trim(), "data-narrow": String(narrow), style: `--columns: ${columns}; --panes: ${panes.length}`,
  };
  return {
    element: html("div", attributes, ...panes.map((pane) => pane.element), playback.element, figure.element),
    panes,
    shared: [playback, figure],
    fit() {
      for (const pane of panes) pane.fit();
      figure.fit();
    },
    picture: () => withCaption(panesPicture(panes, figure, theme), caption()),
  };
}

export function panesForm(width, panes) {
  const { columns, paneWidth } = columnsIn(width, panes);
  return [columns, paneWidth < COMPACT_BELOW, paneWidth < NARROW_BELOW].join();
}

/** Count the panes that stand beside each other at a width; returns their width too. */
export function columnsIn(width, panes) {
  const columns = width >= SIDE_BY_SIDE ? panes : width >= COMPACT_BELOW ? 2 : 1;
  return { columns, paneWidth: (width - (columns - 1) * PANE_GAP) / columns };
}

/** One cell: what it is, its drawing, and its strips, each with its number at the current step. */
export function buildPane(model, theme, look, width, jump) {
  const drawing = buildDrawing(model, theme, Math.min(width, LARGE_TEXT));
  const readings = model.signals.map((signal) => buildReading(signal, theme));
  const strips = buildStrips(model, theme, jump, readings.map((reading) => reading.element));
  const { title, size, note, success } = model.about;
  const prediction = buildPrediction(model);
  const heading = html("header", {},
    html("h2", {}, swatch(look), title),
    ...(success ? [html("strong", { class: "success", title: success.how }, success.text)] : []),
    html("span", { class: "size" }, size),
    ...(note ? [html("span", { class: "note" }, note)] : []),
    ...(prediction ? [prediction.element] : []),
  );
  return {
    model,
    look,
    drawing: drawing.element,
    views: [drawing, strips, ...readings, ...(prediction ? [prediction] : [])],
    element: html(
      "section",
      {
        class: "pane", "data-pane": model.cell, "data-cell": model.cell, "data-units": model.units, "aria-label": title,
        "data-success": success?.value ?? null,
      },
      heading, drawing.element, strips.element,
    ),
    fit: strips.fit,
  };
}

/** All drawings under their titles, two in a row, and the plot below: one picture for a slide. */
function panesPicture(panes, { plotAt, labels }, theme) {
  const [, , width, height] = viewBoxOf(panes[0].drawing);
  const across = PICTURE.columns * width + PICTURE.gap;
  const down = Math.ceil(panes.length / PICTURE.columns) * (height + PICTURE.title + PICTURE.gap);
  const parts = panes.flatMap(({ drawing, model, look }, i) => {
    const x = (i % PICTURE.columns) * (width + PICTURE.gap);
    const y = Math.floor(i / PICTURE.columns) * (height + PICTURE.title + PICTURE.gap);
    const title = svg("text", { x: x + PICTURE.sample, y: y + 36, "font-size": 34, "font-weight": 700 }, model.about.title);
    const details = [model.about.success?.text, model.about.size].filter(Boolean).join(" · ");
    const size = svg("tspan", { dx: 18, "font-size": 24, "font-weight": 400, fill: theme.quiet }, details);
    title.append(size);
    return [lineSample(look, x, y + 25, 2), title, nested(drawing, x, y + PICTURE.title, width, height)];
  });
  const below = nestedAcross(labelledPlot(plotAt(across / PICTURE.larger), labels, theme), down, across);
  return slide([across, down + below.tall + PICTURE.gap / 2], theme, ...parts, below.element);
}
