// A figure with one line a cell: a legend with each cell's number at the current step, and the plot beside it.

import { html, setAttribute, setText } from "../shared/stepper/frame/elements.js";
import { NO_NUMBER } from "../shared/stepper/frame/numbers.js";
import { swatch } from "../shared/stepper/views/plot.js";

/** One line a cell, in its looks: `values(about)` are its numbers, one a step. */
export function linesOf(models, looks, values) {
  return models.map(({ about, cell }, i) => ({ ...looks[i], cell, title: about.title, values: values(about) ?? [] }));
}

/** A cell's number at the current step, in the attribute `name` too; `format` writes it, `beside` stands behind it. */
export function buildShare(line, name, format, ...beside) {
  const value = html("span", { class: "value" });
  const element = html("div", { class: "share", [name]: line.cell, style: `--ink: ${line.ink}` },
    swatch(line), html("span", { class: "name" }, line.title), value, ...beside);
  return {
    element,
    paint({ index }) {
      const number = index < 0 ? null : (line.values[index] ?? null);
      setAttribute(element, "data-value", number ?? "");
      setText(value, number === null ? NO_NUMBER : format(number));
    },
  };
}

/** The figure of rows and plot; `how` says below the rows what the numbers are, `meaning` below a picture of it. */
export function sharesFigure({ title, how, meaning, lines, rows, plot, words }) {
  return {
    element: html("section", { class: "remains", "aria-label": title },
      html("div", { class: "shares" }, html("h2", {}, title), ...rows.map((row) => row.element), html("p", { class: "how" }, how)),
      plot.element,
    ),
    meaning,
    plotAt: plot.at,
    labels: { up: title, across: words.step, lines: lines.map((line) => ({ text: line.title, fill: line.fill, dash: line.dash })) },
    fit: plot.fit,
    paint(position) {
      for (const row of rows) row.paint(position);
      plot.paint(position.index);
    },
  };
}

/** How a trained cell's success is measured, where one of them has any. */
export function measureOf(models) {
  return models.map(({ about }) => about.success?.how).find(Boolean);
}
