// The feature maps: as they were sent, a signed byte a place, and as small pictures. Each is made once.

import { html, rgb } from "../shared/stepper/frame/elements.js";
import { bytesOf } from "../shared/stepper/frame/model.js";

const LARGEST_LEVEL = 127;
const KEPT = 4000; // pictures of a stack that are kept: those of one channel or row at all units, many times over

/**
 * The maps of a stack. `at(name, unit)` is null or the `channels` of a signal at a unit, each its `levels`, a byte a
 * place, and the `factor` that makes them a share of the unit's largest number, which is `written` with them.
 */
export function readMaps({ about }) {
  const [decoded, made] = [new Map(), new Map()];
  const places = about.places.reduce((count, size) => count * size, 1);
  const channelsOf = (one) => remembered(decoded, one, () => {
    const levels = new Int8Array(bytesOf(atob(one.blob)).buffer);
    return Array.from({ length: one.channels }, (_, channel) => levels.subarray(channel * places, (channel + 1) * places));
  });
  const all = (groups) => {
    const most = groups.reduce((one, other) => (other.largest > one.largest ? other : one));
    const factor = (one) => (most.largest ? one.largest / most.largest / LARGEST_LEVEL : 0);
    return { written: most.written, channels: groups.flatMap((one) => channelsOf(one).map((levels) => ({ levels, factor: factor(one) }))) };
  };
  const groupsAt = (name, unit) => {
    const maps = about.maps[name];
    const row = maps ? unit + maps.leads : -1;
    if (row < 0 || row >= maps.of.length) return null;
    return maps.piled ? maps.of.slice(0, row + 1) : [maps.of[row]];
  };
  return {
    at(name, unit) {
      const groups = groupsAt(name, unit);
      return groups && remembered(made, `${name} ${unit}`, () => all(groups));
    },
    input: () => remembered(made, "input", () => all([about.input])),
  };
}

function remembered(known, key, make) {
  if (!known.has(key)) {
    if (known.size >= KEPT) known.clear();
    known.set(key, make());
  }
  return known.get(key);
}

/** share, from -1 to 1 -> [r, g, b]: a gate's from nothing to its colour, all others between the two signs' colours. */
export function mapShader(name, theme) {
  const [base, gate, positive, negative] = [theme.empty, theme.signals.gate.fill, theme.positive, theme.negative].map(rgb);
  return (share) => {
    const end = name === "gate" ? gate : share < 0 ? negative : positive;
    return base.map((from, i) => from + (end[i] - from) * Math.abs(share));
  };
}

/**
 * How channels lie in one picture, in its pixels: `tile` across and down, `zoom` pixels a place, `gap` between two, and as
 * many `columns`. A sequence's map is one row of pixels.
 */
export function layOutTiles(places, columns) {
  const [down, across] = places.length === 1 ? [1, places[0]] : places;
  const zoom = places.length === 1 ? 1 : Math.ceil(8 / Math.max(down, across));
  const gap = places.length > 1 ? 1 : 0;
  return { tile: [across * zoom, down * zoom], zoom, gap, columns };
}

/** Where a channel's tile begins in the picture, in its pixels. */
export function tileAt({ tile, gap, columns }, channel) {
  return [(channel % columns) * (tile[0] + gap), Math.floor(channel / columns) * (tile[1] + gap)];
}

/** The size of a picture of that many channels, in its pixels. */
export function tiledSize({ tile, gap, columns }, count) {
  const [across, down] = [Math.min(columns, count), Math.ceil(count / columns)];
  return [across * (tile[0] + gap) - gap, down * (tile[1] + gap) - gap];
}

/** Make pictures as data URLs: `url(key, channels, tiles, shade)`; what has the same key is made once. */
export function pictureMaker() {
  const known = new Map();
  return (key, channels, tiles, shade) => remembered(known, key, () => drawTiles(channels, tiles, shade));
}

function drawTiles(channels, tiles, shade) {
  const [width, height] = tiledSize(tiles, channels.length);
  const canvas = html("canvas", { width, height });
  const context = canvas.getContext("2d");
  for (const [channel, one] of channels.entries()) context.putImageData(tileImage(one, tiles, shade), ...tileAt(tiles, channel));
  return canvas.toDataURL();
}

function tileImage({ levels, factor }, { tile: [across, down], zoom }, shade) {
  const image = new ImageData(across, down);
  for (let pixel = 0; pixel < across * down; pixel++) {
    const [row, column] = [Math.floor(pixel / across / zoom), Math.floor((pixel % across) / zoom)];
    image.data.set([...shade(levels[row * (across / zoom) + column] * factor), 255], pixel * 4);
  }
  return image;
}
