// The depth page: a stack of units beside each other, what is carried past them and what each adds; all channels of the
// unit as small pictures, the numbers of one channel at one place, and what is left of the gradient.

import { html, setAttribute, setText, viewBoxOf } from "../shared/stepper/frame/elements.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { chooseUnit, go, rest, tell } from "../shared/stepper/frame/position.js";
import { paint } from "../shared/stepper/frame/page.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildEquations } from "../shared/stepper/views/equations.js";
import { nested, slide, withCaption } from "../shared/stepper/views/pictures.js";
import { spokenSentence } from "../shared/stepper/views/sentence.js";
import { COMPACT_BELOW } from "../shared/stepper/views/shapes.js";
import { slotsIn } from "../shared/stepper/views/slots.js";
import { buildConveyor, conveyorSizes } from "./conveyor.js";
import { buildGradients } from "./gradient_figure.js";
import { readMaps } from "./levels.js";
import { buildMaps } from "./maps.js";
import { buildNorms } from "./norms.js";
import { changesAt, unitSentence } from "./sentence.js";
import { buildWays } from "./ways.js";

const ONE_COLUMN = 900; // px: under this the equations stand below the maps
const MAPS_SHARE = 0.54; // of the width beside the equations
const APART = 18; // px

function build(stepper, theme, width) {
  const [model] = stepper.models;
  const compact = width < COMPACT_BELOW;
  const jump = (unit) => go(stepper, unit);
  const maps = readMaps(model);
  const conveyor = buildConveyor(model, maps, theme, width, jump);
  const mapsWidth = Math.floor(width <= ONE_COLUMN ? width : (width - APART) * MAPS_SHARE);
  const rows = buildMaps(model, maps, theme, { width: mapsWidth, compact, choose: (channel, place) => choose(stepper, channel, place), chosenPlace: () => stepper.place });
  const equations = buildUnitEquations(model, theme, (channel) => chooseUnit(stepper, channel));
  const norms = buildNorms(model);
  const gradients = buildGradients(model, theme, jump);
  const ways = buildWays(model, theme, compact);
  const high = model.cell === "dense"; // its channels take room below each other
  const sentence = spokenSentence((element, step) => setText(element, unitSentence(model, step)));
  const playback = buildPlayback(stepper);
  const element = html("div", { class: "stage depth" }, sentence.element, conveyor.element, playback.element,
    html("div", { class: "channels" }, rows.element, ...(norms && !high ? [norms.element] : [])),
    html("div", { class: "numbers-of" }, equations.element, ...(norms && high ? [norms.element] : [])),
    html("div", { class: "figures" }, gradients.element, ways.element));
  const waiting = { paint: () => setAttribute(element, "data-waiting", stepper.place.join() !== model.about.place.join()) };
  const views = [sentence, conveyor, rows, equations, ...(norms ? [norms] : [])].map(withoutGaps);
  return {
    element,
    panes: [{ model, views: [...views, waiting] }],
    shared: [playback, gradients],
    fit: () => gradients.fit(),
    picture: () => withCaption(stackPicture(conveyor.element, rows.element, theme), [sentence.element.textContent]),
  };
}

/** The equations; those of the unit at which the channels change, where a convolution stands on the way past it, are others. */
function buildUnitEquations(model, theme, chooseChannel) {
  const { about } = model;
  const usual = buildEquations(model, theme, chooseChannel);
  if (!about.changed) return usual;
  const changed = buildEquations({ ...model, equations: about.changed }, theme, chooseChannel);
  const element = html("div", { class: "equations-of" }, usual.element);
  return {
    element,
    paint(step) {
      const shown = changesAt(about, step.index) ? changed : usual;
      shown.paint(step);
      if (element.firstChild !== shown.element) element.replaceChildren(shown.element);
    },
  };
}

/** A view that hears of no number where a channel is not there, which is sent as NaN. */
function withoutGaps(view) {
  return {
    ...view,
    paint(step) {
      const number = (name) => (Number.isNaN(step.number(name)) ? null : step.number(name));
      view.paint({ ...step, number });
    },
  };
}

/** Choose a channel and a place, whose numbers Python then sends. */
function choose(stepper, channel, place) {
  stepper.place = place;
  chooseUnit(stepper, channel);
  tell(stepper);
}

/** Shift and the arrow keys move the place. */
function onKey(event, { data }) {
  const by = event.shiftKey && MOVES[event.key];
  if (!by) return null;
  return (stepper) => {
    const { places } = data.panes[0].about;
    const move = by.slice(-places.length);
    stepper.place = stepper.place.map((one, axis) => Math.max(0, Math.min(places[axis] - 1, one + move[axis])));
    paint(stepper);
    rest(stepper);
  };
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The drawing and below it all channels: one picture for a slide. */
function stackPicture(drawing, maps, theme) {
  const [[, , across, down], [, , width, height]] = [drawing, maps].map(viewBoxOf);
  const tall = (height * Math.min(across, width)) / width;
  const below = nested(maps, 0, down + APART, Math.min(across, width), tall);
  return slide([across, down + APART + tall], theme, nested(drawing, 0, 0, across, down), below);
}

function form(width) {
  return `${width < COMPACT_BELOW} ${width <= ONE_COLUMN} ${slotsIn(width, conveyorSizes(width))}`;
}

export default mount({
  build,
  form,
  onKey,
  open(stepper, anew) {
    if (anew) stepper.place = stepper.data.place;
  },
  reported: ({ place }) => ({ place }),
  shown: ({ place }) => [place.join(".")],
  linked: ({ place }) => ({ place: place.join(",") }),
});
