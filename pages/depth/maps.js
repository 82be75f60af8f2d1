// All channels of the unit that the reader is at, as small pictures in rows; a click chooses a channel and a place.

import { SVG, setAttribute, setText, svg, symbolSvg } from "../shared/stepper/frame/elements.js";
import { fillIn } from "../shared/stepper/frame/numbers.js";
import { FUTURE } from "../shared/stepper/views/slots.js";
import { layOutTiles, mapShader, pictureMaker, tileAt, tiledSize } from "./levels.js";

const ROW = { name: 104, above: 24, apart: 10, all: 212, piled: 150, least: 40 }; // px: what all rows may take together, one that piles up, and one at least
const ZOOMS = [5, 4, 3.5, 3, 2.5, 2, 1.5, 1]; // px a pixel of the pictures
const STRIP = { most: 18, least: 1, place: 30 }; // px: a channel of a sequence, and a step at most
const NAMES = { x: "x", branch: "F(x)", gate: "T", out: "h" };

/** Build the rows; `choose(channel, place)` answers a click. `chosenPlace()` is the place that is chosen now. */
export function buildMaps(model, maps, theme, { width, compact, choose, chosenPlace }) {
  const { about, words } = model;
  const names = ["x", "branch", "gate", "out"].filter((name) => (name === "x" ? model.cell !== "dense" : about.maps[name]));
  const left = compact ? 0 : ROW.name;
  const room = { across: width - left, down: Math.max(ROW.least, ROW.all / names.length - ROW.apart) };
  const url = pictureMaker();
  const frame = { model, maps, theme, url, left, compact, choose, chosenPlace, width };
  let y = 0;
  const rows = names.map((name) => {
    const most = name === "branch" && about.growth ? about.growth : model.units;
    const row = buildRow({ ...frame, name, most, y, tiles: fittingTiles(about.places, most, dense(name, model) ? { ...room, down: ROW.piled } : room) });
    y += row.height + ROW.apart;
    return row;
  });
  const title = svg("title", {}, words.depth_choose);
  const element = svg("svg", {
    class: "maps", viewBox: `-3 -3 ${width + 6} ${Math.max(1, y - ROW.apart) + 6}`, role: "img", xmlns: SVG, "aria-label": words.depth_choose, "font-family": theme.font, fill: theme.text,
  }, title, ...rows.map((row) => row.element));
  return {
    element,
    paint(step) {
      setAttribute(element, "data-place", chosenPlace().join(","));
      for (const row of rows) row.paint(step);
    },
  };
}

/** The one row of a dense stack that may be high: all channels that have piled up. */
function dense(name, { cell }) {
  return cell === "dense" && name === "out";
}

/** The largest tiles of which that many fit, with the px that their pixels take: [across, down]. */
function fittingTiles(places, most, room) {
  if (places.length === 1) {
    const pixel = [Math.min(STRIP.place, room.across / places[0]), Math.max(STRIP.least, Math.min(STRIP.most, Math.floor(room.down / most)))];
    return { ...layOutTiles(places, 1), pixel };
  }
  const tried = ZOOMS.map((zoom) => {
    const { tile: [across, down], gap } = layOutTiles(places, 1);
    const columns = Math.max(1, Math.floor((room.across / zoom + gap) / (across + gap)));
    return { columns, zoom, fits: Math.ceil(most / columns) * (down + gap) * zoom <= room.down };
  });
  const { columns, zoom } = tried.find(({ fits }) => fits) ?? tried.at(-1);
  return { ...layOutTiles(places, columns), pixel: [zoom, zoom] };
}

function buildRow(frame) {
  const { theme, name, tiles, most, left, y, compact } = frame;
  const height = tiledSize(tiles, most)[1] * tiles.pixel[1];
  const top = y + (compact ? ROW.above : 0);
  const symbol = svg("text", { x: 0, y: compact ? y + 15 : y + 15, "font-size": 19, "font-weight": 700, "font-style": "italic", fill: inkOf(name, theme) }, ...symbolSvg(NAMES[name]));
  const largest = svg("text", { x: compact ? 60 : 0, y: compact ? y + 15 : y + 31, "font-size": 13, fill: theme.quiet });
  const count = svg("text", { x: compact ? 190 : 0, y: compact ? y + 15 : y + 46, "font-size": 13, fill: theme.quiet });
  const image = svg("image", { x: left, y: top, preserveAspectRatio: "none", style: "image-rendering: pixelated" });
  const grid = svg("path", { fill: "none", stroke: theme.border, "stroke-width": 1 });
  const fresh = svg("path", { fill: "none", stroke: theme.signals.branch.fill, "stroke-width": 2.5 });
  const [halo, chosen] = [{ stroke: theme.background, "stroke-width": 6 }, { stroke: theme.text, "stroke-width": 3 }].map((look) => svg("rect", { fill: "none", rx: 2, ...look }));
  const spot = svg("rect", { fill: "none", stroke: theme.text, "stroke-width": 1.5 });
  const element = svg("g", { class: "map-row", "data-map": name }, symbol, largest, count, image, grid, fresh, halo, chosen, spot);
  image.onclick = (event) => pick(event, frame, image);
  const drawn = [largest, count, image, grid, fresh, halo, chosen, spot];
  const parts = { element, symbol, drawn, image, grid, fresh, halo, chosen, spot, largest, count };
  return {
    element,
    height: Math.max(height + top - y, compact ? 0 : 50),
    paint(step) {
      frame.index = step.index;
      paintRow(frame, parts, step, [left, top]);
    },
  };
}

function inkOf(name, theme) {
  return (theme.signals[name] ?? theme.signals.out).ink;
}

/** Show a row's channels at a unit; of "x" those that the unit reads, what the unit before it gives. */
function paintRow(frame, parts, { index, unit }, [left, top]) {
  const { model: { about, words }, maps, theme, url, name, tiles } = frame;
  const [sent, at] = name === "x" ? ["out", index - 1] : [name, index];
  const shown = index < 0 && name !== "out" ? null : maps.at(sent, at);
  setAttribute(parts.element, "data-channels", shown ? shown.channels.length : 0);
  setAttribute(parts.symbol, "opacity", shown ? 1 : FUTURE);
  for (const part of parts.drawn) setAttribute(part, "visibility", shown ? "visible" : "hidden");
  if (!shown) return;
  const { channels, written } = shown;
  const [across, down] = tiledSize(tiles, channels.length);
  setAttribute(parts.image, "href", url(`${sent} ${at}`, channels, tiles, mapShader(name, theme)));
  setAttribute(parts.image, "width", across * tiles.pixel[0]);
  setAttribute(parts.image, "height", down * tiles.pixel[1]);
  setText(parts.largest, fillIn(words.depth_largest, { value: written }));
  setText(parts.count, fillIn(channels.length === 1 ? words.depth_channels_one : words.depth_channels, { count: channels.length }));
  const box = (channel) => boxOf(tiles, channel, [left, top]);
  if (tiles.gap) setAttribute(parts.grid, "d", channels.map((_, channel) => outline(box(channel))).join(""));
  const news = about.growth && name === "out" && index >= 0 ? channels.slice(-about.growth) : [];
  setAttribute(parts.fresh, "d", outlineNew(news.length, channels.length, tiles, box));
  paintChosen(frame, parts, channelIn(frame, unit, index), channels.length, box);
}

/** Frames around the new channels, or one around all where no gap lies between them. */
function outlineNew(news, count, { gap }, box) {
  if (!news) return "";
  if (gap) return Array.from({ length: news }, (_, i) => outline(box(count - news + i))).join("");
  const [x, y, width, height] = box(count - news);
  return outline([x, y, width, height * news]);
}

/** A channel's place in a row: of a dense unit's new channels the first is the one behind all that came in. */
function channelIn({ name, model, maps }, unit, index) {
  return name === "branch" && model.about.growth ? unit - maps.at("out", index - 1).channels.length : unit;
}

/** Frame the chosen channel, and in it the chosen place. */
function paintChosen({ chosenPlace, tiles }, { halo, chosen, spot }, channel, count, box) {
  const here = channel >= 0 && channel < count;
  for (const one of [halo, chosen, spot]) setAttribute(one, "visibility", here ? "visible" : "hidden");
  if (!here) return;
  const [x, y, width, height] = box(channel);
  for (const one of [halo, chosen]) place(one, x - 1.5, y - 1.5, width + 3, height + 3);
  const at = chosenPlace();
  const [row, column] = at.length === 1 ? [0, at[0]] : at;
  const [across, down] = tiles.pixel.map((size) => size * tiles.zoom);
  place(spot, x + column * across, y + row * down, across, down);
}

function place(element, x, y, width, height) {
  for (const [name, value] of Object.entries({ x, y, width, height })) setAttribute(element, name, value.toFixed(2));
}

function boxOf(tiles, channel, [left, top]) {
  const [x, y] = tileAt(tiles, channel);
  return [left + x * tiles.pixel[0], top + y * tiles.pixel[1], tiles.tile[0] * tiles.pixel[0], tiles.tile[1] * tiles.pixel[1]];
}

function outline([x, y, width, height]) {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

/** Choose the channel and the place under a click. */
function pick(event, frame, image) {
  const { tiles, left, choose, name, model, maps } = frame;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(image.getScreenCTM().inverse());
  const pixel = [at.x - left, at.y - Number(image.getAttribute("y"))].map((size, axis) => Math.max(0, size / tiles.pixel[axis]));
  const [column, line] = pixel.map((size, axis) => Math.floor(size / (tiles.tile[axis] + tiles.gap)));
  const within = pixel.map((size, axis) => Math.min(tiles.tile[axis] - 1, size % (tiles.tile[axis] + tiles.gap)));
  const [x, y] = within.map((size) => Math.floor(size / tiles.zoom));
  const channel = Math.min(tiles.columns - 1, column) + line * tiles.columns;
  const ahead = name === "branch" && model.about.growth ? maps.at("out", frame.index - 1).channels.length : 0;
  choose(ahead + channel, model.about.places.length === 1 ? [x] : [y, x]);
}
