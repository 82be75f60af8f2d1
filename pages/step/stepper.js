// The step page: one pane, large, with its sentence and its equations.

import { html } from "../shared/stepper/frame/elements.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { chooseUnit, go, pickLayer } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildDrawing, drawingForm } from "../shared/stepper/views/drawing.js";
import { buildEquations } from "../shared/stepper/views/equations.js";
import { keyInHand } from "../shared/stepper/views/hand.js";
import { buildPrediction } from "../shared/stepper/views/prediction.js";
import { buildSentence } from "../shared/stepper/views/sentence.js";
import { buildStack } from "../shared/stepper/views/stack.js";
import { buildStrips } from "../shared/stepper/views/strips.js";
import { standingPanel, whatIfRequests } from "../shared/stepper/views/what_if_requests.js";
import { buildWhatIf, captioned } from "../shared/stepper/views/whatif.js";

function build(stepper, theme, width) {
  const [model] = stepper.models;
  const act = whatIfRequests(stepper);
  const hands = stepper.data.asks ? act : null; // where nothing can be asked for, nothing can be taken hold of
  stepper.panel = standingPanel(stepper.panel, model);
  const views = {
    sentence: buildSentence(model, theme),
    whatif: buildWhatIf(model, theme, stepper.panel, act, hands !== null),
    drawing: buildDrawing(model, theme, width, hands),
    equations: buildEquations(model, theme, (unit) => chooseUnit(stepper, unit)),
    strips: buildStrips(model, theme, (step) => go(stepper, step)),
  };
  const prediction = buildPrediction(model);
  if (prediction) views.prediction = prediction;
  const stack = buildStack(model, theme, (place) => pickLayer(stepper, place));
  if (stack) views.stack = stack;
  const playback = buildPlayback(stepper, { whatIf: hands?.toggle ?? null });
  const { sentence, whatif, drawing, equations, strips } = views;
  const top = { element: html("div", { class: "top" }, sentence.element, ...(prediction ? [prediction.element] : []), whatif.element) };
  const parts = [top, ...(stack ? [stack] : []), drawing, equations, playback, strips];
  return {
    element: html("div", { class: "stage" }, ...parts.map((view) => view.element)),
    panes: [{ model, views: Object.values(views) }],
    shared: [playback],
    fit: () => strips.fit(),
    picture: () => captioned(drawing.element, sentence.element.textContent, model, stepper.unit),
  };
}

export default mount({ build, form: drawingForm, onKey: keyInHand });
