// The arrange page: the cell unrolled over the whole width, its output in numbers beside the sentence, and the strips.

import { html } from "../shared/stepper/frame/elements.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { go } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { withCaption } from "../shared/stepper/views/pictures.js";
import { COMPACT_BELOW } from "../shared/stepper/views/shapes.js";
import { slotsIn } from "../shared/stepper/views/slots.js";
import { buildReading, buildStrips } from "../shared/stepper/views/strips.js";
import { buildReadSentence, buildSaid } from "./reading.js";
import { buildUnrolled, unrolledSizes } from "./unrolled.js";

function build(stepper, theme, width) {
  const [model] = stepper.models;
  const jump = (step) => go(stepper, step);
  const drawing = buildUnrolled(model, theme, width, jump);
  const readings = model.signals.map((signal) => buildReading(signal, theme));
  const strips = buildStrips(model, theme, jump, readings.map((reading) => reading.element));
  const views = [buildReadSentence(model), buildSaid(model), drawing, strips, ...readings];
  const [sentence, said] = views;
  const playback = buildPlayback(stepper);
  const top = html("div", { class: "top" }, sentence.element, said.element);
  return {
    element: html("div", { class: "stage unrolled" }, top, drawing.element, playback.element, strips.element),
    panes: [{ model, views }],
    shared: [playback],
    fit: () => strips.fit(),
    picture: () => withCaption(drawing.element, [sentence.element.textContent]),
  };
}

function form(width) {
  return `${width < COMPACT_BELOW} ${slotsIn(width, unrolledSizes(width))}`;
}

export default mount({ build, form });
