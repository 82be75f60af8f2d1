// The step page: one pane, large, with its sentence and its equations.

function buildStepPage(stepper, theme, width) {
  const [model] = stepper.models;
  const views = {
    sentence: buildSentence(model, theme),
    drawing: buildDrawing(model, theme, width),
    equations: buildEquations(model, theme, (unit) => chooseUnit(stepper, unit)),
    strips: buildStrips(model, theme, (step) => go(stepper, step)),
  };
  const playback = buildPlayback(stepper.run, actions(stepper));
  const { sentence, drawing, equations, strips } = views;
  const parts = [sentence, drawing, equations, playback, strips];
  return {
    element: html("div", { class: "stage" }, ...parts.map((view) => view.element)),
    panes: [{ model, views: Object.values(views) }],
    shared: [playback],
    fit: () => strips.fit(),
    picture: () => drawing.element,
  };
}

/** The drawing on a phone is another one. */
function stepPageForm(width) {
  return width < COMPACT_BELOW ? "compact" : "wide";
}
