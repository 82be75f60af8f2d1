// The compare page: a pane for each cell, side by side, and under one playback bar what remains of the first step.

const NARROW_BELOW = 340; // px: in narrower panes a signal is named by its symbol
const PANE_GAP = 22; // px, as in compare.css
const SIDE_BY_SIDE = 900; // px: from here on all panes stand in one row
const DASHES = ["", "9 4", "2 4", "11 4 2 4"]; // a line is known by its dashes too

function buildComparePage(stepper, theme, width) {
  const { models, run } = stepper;
  const { columns, paneWidth } = compareColumns(width, models.length);
  const jump = (step) => go(stepper, step);
  const looks = models.map((_, i) => ({ ...theme.lines[i], dash: DASHES[i] }));
  const panes = models.map((model, i) => buildPane(model, theme, looks[i], paneWidth, jump));
  const remains = buildRemains(models, run, looks, theme, jump);
  const playback = buildPlayback(run, actions(stepper));
  const narrow = paneWidth < NARROW_BELOW && columns > 1;
  const attributes = { class: "compare", "data-narrow": String(narrow), style: `--columns: ${columns}; --panes: ${models.length}` };
  return {
    element: html("div", attributes, ...panes.map((pane) => pane.element), playback.element, remains.element),
    panes,
    shared: [playback, remains],
    fit() {
      for (const pane of panes) pane.fit();
      remains.fit();
    },
    picture: () => comparePicture(panes, remains.plot(), theme),
  };
}

function compareForm(width, panes) {
  const { columns, paneWidth } = compareColumns(width, panes);
  return [columns, paneWidth < COMPACT_BELOW, paneWidth < NARROW_BELOW].join();
}

function compareColumns(width, panes) {
  const columns = width >= SIDE_BY_SIDE ? panes : width >= COMPACT_BELOW ? 2 : 1;
  return { columns, paneWidth: (width - (columns - 1) * PANE_GAP) / columns };
}

/** One cell: what it is, its drawing, and its strips, each with its number at the current step. */
function buildPane(model, theme, look, width, jump) {
  const drawing = buildDrawing(model, theme, width);
  const readings = model.signals.map((signal) => buildReading(signal, theme));
  const strips = buildStrips(model, theme, jump, readings.map((reading) => reading.element));
  const { title, size, note } = model.about;
  const heading = html("header", {},
    html("h2", {}, swatch(look), title),
    html("span", { class: "size" }, size),
    ...(note ? [html("span", { class: "note" }, note)] : []),
  );
  return {
    model,
    drawing: drawing.element,
    views: [drawing, strips, ...readings],
    element: html(
      "section",
      { class: "pane", "data-pane": model.cell, "data-cell": model.cell, "data-units": model.units, "aria-label": title },
      heading, drawing.element, strips.element,
    ),
    fit: strips.fit,
  };
}

/** A signal's name and its number, beside its strip. */
function buildReading(signal, theme) {
  const value = html("span", { class: "value" });
  const name = stripName(signal, theme);
  name.dataset.signal = signal.name;
  name.append(value);
  return {
    element: name,
    paint(step) {
      const number = step.number(signal.name);
      setAttribute(name, "data-value", number === null ? "" : number);
      setText(value, formatNumber(number));
    },
  };
}

/** A short piece of the line by which a cell is known in the plot. */
function swatch({ fill, dash }) {
  const line = svg("path", { d: "M0 5H30", stroke: fill, "stroke-width": 3, "stroke-dasharray": dash || null });
  return svg("svg", { class: "swatch", viewBox: "0 0 30 10", "aria-hidden": "true" }, line);
}

const PICTURE = { gap: 40, title: 64, columns: 2 };

/** All drawings under their titles, two in a row, and the plot below: one picture for a slide. */
function comparePicture(panes, plot, theme) {
  const [, , width, height] = panes[0].drawing.getAttribute("viewBox").split(" ").map(Number);
  const across = PICTURE.columns * width + PICTURE.gap;
  const down = Math.ceil(panes.length / PICTURE.columns) * (height + PICTURE.title + PICTURE.gap);
  const parts = panes.flatMap(({ drawing, model }, i) => {
    const x = (i % PICTURE.columns) * (width + PICTURE.gap);
    const y = Math.floor(i / PICTURE.columns) * (height + PICTURE.title + PICTURE.gap);
    const title = svg("text", { x, y: y + 36, "font-size": 34, "font-weight": 700 }, model.about.title);
    const size = svg("tspan", { dx: 18, "font-size": 24, "font-weight": 400, fill: theme.quiet }, model.about.size);
    title.append(size);
    return [title, nested(drawing, x, y + PICTURE.title, width, height)];
  });
  const [, , plotWidth, plotHeight] = plot.getAttribute("viewBox").split(" ").map(Number);
  const tall = (across * plotHeight) / plotWidth;
  return svg(
    "svg",
    { viewBox: `0 0 ${across} ${down + tall}`, xmlns: SVG, "font-family": theme.font, fill: theme.text },
    ...parts, nested(plot, 0, down, across, tall),
  );
}

function nested(element, x, y, width, height) {
  const copy = element.cloneNode(true);
  for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, value);
  return copy;
}
