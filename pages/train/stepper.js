// The train page: the step page with training time below its playback bar.

import { html } from "../shared/stepper/frame/elements.js";
import { fillIn } from "../shared/stepper/frame/numbers.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { chooseUnit, go } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildDrawing, drawingForm } from "../shared/stepper/views/drawing.js";
import { buildEquations } from "../shared/stepper/views/equations.js";
import { withCaption } from "../shared/stepper/views/pictures.js";
import { buildPrediction } from "../shared/stepper/views/prediction.js";
import { buildSentence } from "../shared/stepper/views/sentence.js";
import { buildCourse } from "./course.js";
import { buildSnapshotStrips } from "./snapshot_strips.js";
import {
  chosenSnapshot, describeSnapshot, linkedSnapshot, openTraining, pin, plays, snapshotKey, snapshotReported, stopTraining, takesSnapshots, unpin,
} from "./snapshots.js";

function build(stepper, theme, width) {
  const [model] = stepper.models;
  const views = {
    sentence: buildSentence(model, theme),
    drawing: buildDrawing(model, theme, width),
    equations: buildEquations(model, theme, (unit) => chooseUnit(stepper, unit)),
    strips: buildSnapshotStrips(model, theme, (step) => go(stepper, step)),
  };
  const prediction = buildPrediction(model);
  const ending = () => `-update-${chosenSnapshot(stepper).update}`;
  const playback = buildPlayback(stepper, { ending });
  const course = buildCourse(stepper, theme);
  const { sentence, drawing, equations, strips } = views;
  const top = html("div", { class: "top" }, sentence.element, ...(prediction ? [prediction.element] : []));
  const parts = [drawing, equations, playback, course, strips].map((view) => view.element);
  return {
    element: html("div", { class: "stage training" }, top, ...parts),
    panes: [{ model, views: [...Object.values(views), ...(prediction ? [prediction] : [])] }],
    shared: [playback, course, { paint: () => describeSnapshot(stepper) }],
    fit() {
      strips.fit();
      course.fit();
    },
    picture: () => withCaption(drawing.element, [sentence.element.textContent, fillIn(model.words.picture_moment, chosenSnapshot(stepper))]),
  };
}

export default mount({
  build,
  form: drawingForm,
  update: takesSnapshots,
  open: openTraining,
  leave: stopTraining,
  reported: snapshotReported,
  shown: (stepper) => [chosenSnapshot(stepper).update],
  linked: linkedSnapshot,
  pin,
  unpin,
  plays,
  onKey: snapshotKey,
});
