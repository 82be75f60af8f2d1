// The compare page: a pane for each cell, side by side, and under one playback bar how likely each holds the right answer
// or, where they are asked for none, what remains of the first step.

import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { go } from "../shared/stepper/frame/position.js";
import { positionSentence } from "../shared/stepper/frame/model.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildPane, columnsIn, panesForm, panesPage } from "../shared/stepper/views/panes.js";
import { looksOf } from "../shared/stepper/views/plot.js";
import { buildAnswers, sharedAnswer } from "./answers.js";
import { buildRemains } from "./remains.js";

function build(stepper, theme, width) {
  const { models, run } = stepper;
  const looks = looksOf(models, theme);
  const jump = (step) => go(stepper, step);
  const { paneWidth } = columnsIn(width, models.length);
  const panes = models.map((model, i) => buildPane(model, theme, looks[i], paneWidth, jump));
  const answer = sharedAnswer(models);
  const figure = answer ? buildAnswers(models, answer, run, looks, theme, jump) : buildRemains(models, run, looks, theme, jump);
  const caption = () => [positionSentence(stepper), figure.meaning];
  return panesPage({ panes, figure, playback: buildPlayback(stepper), theme, width, caption });
}

export default mount({ build, form: panesForm });
