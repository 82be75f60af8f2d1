// How much of the first step is still in each cell's state: one line a cell over the whole sequence.

const PLOT = { height: 150, left: 34, top: 12, bottom: 24, text: 13, line: 2.5, letter: 8.2, most: 220, apart: 36 };
const HIGHEST = 2; // what grows beyond this runs along the upper edge, and its peak is told in numbers
const LABEL_APART = 16; // px between two labels at the lines' ends

/** Build legend and plot; `jump(step)` answers a click. Its element is drawn by `fit`, once its width is known. */
function buildRemains(models, run, looks, theme, jump) {
  const { words } = run;
  const lines = models.map(({ about, cell }, i) => ({ ...looks[i], cell, title: about.title, values: about.remains ?? [] }));
  const rows = lines.map((line) => buildShare(line, words));
  const plot = svg("svg", { class: "plot", role: "img", "aria-label": words.remains });
  const known = lines.some((line) => line.values.length);
  let position = { index: -1 };
  let drawn = null;
  plot.onclick = (event) => drawn && jump(drawn.stepAt(event.offsetX));
  return {
    element: html("section", { class: "remains", "aria-label": words.remains },
      html("div", { class: "shares" },
        html("h2", {}, words.remains),
        ...rows.map((row) => row.element),
        html("p", { class: "how" }, known ? words.remains_how : words.remains_none),
      ),
      plot,
    ),
    plot: () => plot,
    fit() {
      drawn = drawPlot(plot, lines, run.steps, theme);
      drawn.paint(position.index);
    },
    paint(now) {
      position = now;
      for (const row of rows) row.paint(now);
      drawn?.paint(now.index);
    },
  };
}

/** A cell's share at the current step, and how far it has grown where that is beyond the picture. */
function buildShare(line, words) {
  const value = html("span", { class: "value" });
  const peak = peakOf(line);
  const beyond = peak > HIGHEST ? [html("span", { class: "peak" }, fill(words.remains_peak, { value: `▲ ${formatNumber(peak, 1)}` }))] : [];
  const element = html("div", { class: "share", "data-remains": line.cell, style: `--ink: ${line.ink}` },
    swatch(line), html("span", { class: "name" }, line.title), value, ...beyond);
  return {
    element,
    paint({ index }) {
      const number = index < 0 ? null : (line.values[index] ?? null);
      setAttribute(element, "data-value", number ?? "");
      setText(value, formatNumber(number));
    },
  };
}

function peakOf({ values }) {
  return values.reduce((most, value) => Math.max(most, value ?? 0), 0);
}

/** Draw axes, lines and labels into `plot` at its present width. Returns `stepAt(x)` and `paint(step)`. */
function drawPlot(plot, lines, steps, theme) {
  const width = Math.max(PLOT.left + PLOT.most, plot.clientWidth);
  const names = Math.max(...lines.map(({ title }) => title.length)) * PLOT.letter;
  const top = Math.max(1, Math.min(HIGHEST, Math.ceil(Math.max(...lines.map(peakOf)) * 10 - 0.01) / 10));
  const [right, bottom] = [width - Math.min(names + 12, PLOT.most, width / 2), PLOT.height - PLOT.bottom];
  const x = (step) => PLOT.left + (steps > 1 ? step / (steps - 1) : 0.5) * (right - PLOT.left);
  const y = (share) => bottom - (Math.min(share, top) / top) * (bottom - PLOT.top);
  const cursor = svg("path", { stroke: theme.text, "stroke-width": 1.5 });
  const dots = lines.map(({ fill }) => svg("circle", { r: 5, fill, stroke: theme.background, "stroke-width": 1.5 }));
  plot.setAttribute("viewBox", `0 0 ${width} ${PLOT.height}`);
  plot.replaceChildren(
    ...[0, 0.5, 1, ...(top > 1.5 ? [top] : [])].flatMap((share) => shareTick(share, y(share), right, theme)),
    ...stepTicks(steps, x, bottom, theme),
    ...lines.map((line) => svg("path", {
      d: linePath(line.values, x, y), fill: "none", stroke: line.fill, "stroke-width": PLOT.line,
      "stroke-dasharray": line.dash || null, "stroke-linejoin": "round",
    })),
    ...lines.filter((line) => peakOf(line) > HIGHEST).map((line) => peakMark(line, x, PLOT.top)),
    ...endLabels(lines, right + 8, y),
    cursor, ...dots,
  );
  return {
    stepAt: (at) => Math.max(0, Math.min(steps - 1, Math.round(((at - PLOT.left) / (right - PLOT.left)) * (steps - 1)))),
    paint(step) {
      setAttribute(cursor, "d", step < 0 ? "" : `M${x(step)} ${PLOT.top - 6}V${bottom}`);
      dots.forEach((dot, i) => {
        const share = step < 0 ? null : lines[i].values[step] ?? null;
        setAttribute(dot, "visibility", share === null ? "hidden" : "visible");
        if (share !== null) [setAttribute(dot, "cx", x(step)), setAttribute(dot, "cy", y(share))];
      });
    },
  };
}

function plotText(text, x, y, attributes) {
  return svg("text", { x, y, dy: "0.35em", "font-size": PLOT.text, ...attributes }, text);
}

function shareTick(share, y, right, theme) {
  const rule = svg("path", { d: `M${PLOT.left} ${y}H${right}`, stroke: theme.channel, "stroke-width": 1 });
  return [rule, plotText(Number(share.toFixed(1)), PLOT.left - 8, y, { "text-anchor": "end", fill: theme.quiet })];
}

/** The steps as a reader counts them: the first, the last, and round ones between. */
function stepTicks(steps, x, bottom, theme) {
  const every = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find((size) => x(size) - x(0) >= PLOT.apart) ?? 1000;
  const round = Array.from({ length: Math.floor(steps / every) }, (_, i) => (i + 1) * every);
  return [...new Set([1, ...round.filter((step) => step - 1 > every / 2)])].map((step) =>
    plotText(step, x(step - 1), bottom + 13, { "text-anchor": "middle", fill: theme.quiet }));
}

/** Through all that is a number; a gap where there is none. */
function linePath(values, x, y) {
  const gap = (value) => value === null || value === undefined;
  return values.map((value, step) => (gap(value) ? "" : `${gap(values[step - 1]) ? "M" : "L"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
}

/** An arrow at the upper edge, where a line is at its highest beyond it. */
function peakMark(line, x, top) {
  const at = x(line.values.indexOf(peakOf(line)));
  return svg("path", { d: `M${at} ${top - 9}l6 9h-12z`, fill: line.fill });
}

/** Each line's name where it ends, moved apart where they would lie on each other. */
function endLabels(lines, left, y) {
  const ends = lines
    .filter((line) => line.values.length)
    .map((line) => ({ line, at: y(line.values.findLast((value) => value !== null) ?? 0) }))
    .sort((one, other) => one.at - other.at);
  const lowest = PLOT.height - PLOT.bottom;
  ends.forEach((end, i) => (end.at = Math.max(end.at, i ? ends[i - 1].at + LABEL_APART : PLOT.top)));
  for (let i = ends.length - 1; i >= 0; i--) ends[i].at = Math.min(ends[i].at, lowest - (ends.length - 1 - i) * LABEL_APART);
  return ends.map(({ line, at }) => plotText(line.title, left, at, { fill: line.ink, "font-weight": 700, "font-size": 15 }));
}
