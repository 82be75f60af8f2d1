// The channels of a dense stack as they pile up: a lane a channel, those that a unit adds below all that came in.

import { setAttribute, svg } from "../shared/stepper/frame/elements.js";
import { numberAt, relative } from "../shared/stepper/frame/model.js";

const PILE = { above: 8, most: 64, lane: 4, chosen: 4, apart: 3 }; // px: from the line up, all lanes, one at most, the chosen at least

/** The pile through one slot. `starts`: it begins there, with the channels of the first convolution. */
export function buildPile({ model, maps, theme, sizes, rows }, x, { starts = false }) {
  const { steps, about } = model;
  const [left, right, rise] = [x - sizes.pitch / 2, x + sizes.pitch / 2, x + sizes.rise];
  const top = rows.line - PILE.above;
  const lane = Math.min(PILE.lane, PILE.most / maps.at("out", steps - 1).channels.length);
  const first = maps.at("out", -1).channels.length;
  const came = svg("rect", { y: top, fill: theme.channel });
  const bounds = svg("path", { fill: "none", stroke: theme.background, "stroke-width": 1 });
  const fresh = svg("rect", { x: rise, width: right - rise, height: about.growth * lane, fill: theme.signals.branch.fill, "fill-opacity": 0.55 });
  const up = svg("path", { fill: "none", stroke: theme.signals.branch.fill, "stroke-width": 2.5, "stroke-linejoin": "round" });
  const chosen = svg("path", { class: "flow" });
  const height = (unit) => (first + (unit + 1) * about.growth) * lane;
  return {
    element: svg("g", { "data-pile": "" }, came, fresh, bounds, up, chosen),
    /** Show the pile at a unit, and in it the chosen channel from where it begins. */
    paint(unit, channel) {
      const [before, after] = [height(unit - 1), height(unit)];
      const from = starts ? rise : left;
      setAttribute(came, "x", from);
      setAttribute(came, "width", right - from);
      setAttribute(came, "height", starts ? after : before);
      setAttribute(fresh, "y", top + before);
      setAttribute(fresh, "visibility", starts ? "hidden" : "inherit");
      setAttribute(up, "visibility", starts ? "hidden" : "inherit");
      setAttribute(up, "d", `M${x + sizes.box[1]} ${rows.middle}H${rise + 1}V${top + before + (about.growth * lane) / 2}`);
      const edges = Array.from({ length: unit + 1 }, (_, one) => top + height(one - 1));
      setAttribute(bounds, "d", about.growth * lane < PILE.apart ? "" : edges.map((y) => `M${from} ${y}H${right}`).join(""));
      paintChosen(chosen, { model, theme, unit, channel, y: top + (channel + 0.5) * lane, ends: [from, rise, right], count: after / lane, lane });
    },
  };
}

function paintChosen(element, { model, theme, unit, channel, y, ends: [from, rise, right], count, lane }) {
  const here = channel < Math.round(count);
  setAttribute(element, "visibility", here ? "inherit" : "hidden");
  if (!here) return;
  const value = numberAt(model, "out", unit, channel);
  const size = Math.abs(relative(model, "out", value));
  const start = Number.isNaN(numberAt(model, "out", unit - 1, channel) ?? NaN) ? rise : from;
  setAttribute(element, "d", `M${start} ${y}H${right}`);
  setAttribute(element, "stroke", size < 0.04 ? theme.wire : value > 0 ? theme.positive : theme.negative);
  setAttribute(element, "stroke-width", Math.max(PILE.chosen, lane));
}
