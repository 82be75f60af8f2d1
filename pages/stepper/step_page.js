// The step page: one pane, large, with its sentence and its equations.

function buildStepPage(stepper, theme, width) {
  const [model] = stepper.models;
  const act = asking(stepper);
  const hands = stepper.data.asks ? act : null; // where nothing can be asked for, nothing can be taken hold of
  const views = {
    sentence: buildSentence(theme),
    whatif: buildWhatIf(model, theme, (stepper.panel = standingPanel(stepper.panel, model)), act, hands !== null),
    drawing: buildDrawing(model, theme, width, hands),
    equations: buildEquations(model, theme, (unit) => chooseUnit(stepper, unit)),
    strips: buildStrips(model, theme, (step) => go(stepper, step)),
  };
  const prediction = buildPrediction(model);
  if (prediction) views.prediction = prediction;
  const stack = buildStack(model, theme, (place) => pickLayer(stepper, place));
  if (stack) views.stack = stack;
  const playback = buildPlayback(stepper.run, actions(stepper));
  const { sentence, whatif, drawing, equations, strips } = views;
  const top = { element: html("div", { class: "top" }, sentence.element, ...(prediction ? [prediction.element] : []), whatif.element) };
  const parts = [top, ...(stack ? [stack] : []), drawing, equations, playback, strips];
  return {
    element: html("div", { class: "stage" }, ...parts.map((view) => view.element)),
    panes: [{ model, views: Object.values(views) }],
    shared: [playback],
    fit: () => strips.fit(),
    picture: () => captioned(drawing.element, model, stepper.unit),
  };
}

/** The drawing on a phone is another one. */
function stepPageForm(width) {
  return width < COMPACT_BELOW ? "compact" : "wide";
}
