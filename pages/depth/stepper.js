// The depth page: a stack of units beside each other, what is carried past them and what each adds, and its numbers.

import { html } from "../shared/stepper/frame/elements.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { chooseUnit } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildEquations } from "../shared/stepper/views/equations.js";

function build(stepper, theme) {
  const [model] = stepper.models;
  const equations = buildEquations(model, theme, (channel) => chooseUnit(stepper, channel));
  const playback = buildPlayback(stepper);
  return {
    element: html("div", { class: "stage depth" }, playback.element, equations.element),
    panes: [{ model, views: [equations] }],
    shared: [playback],
    fit() {},
    picture: () => null,
  };
}

export default mount({
  build,
  form: () => "",
  open(stepper, anew) {
    if (anew) stepper.place = stepper.data.place;
  },
  reported: ({ place }) => ({ place }),
  shown: ({ place }) => [place.join(".")],
  linked: ({ place }) => ({ place: place.join(",") }),
});
