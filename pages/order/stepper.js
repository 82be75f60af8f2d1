// The order page: a cell with memory and a net without, side by side, reading the same steps in another order. Below, how
// the steps have moved, and over them what each of the two has come to, in this order and as it was.

import { html, setText } from "../shared/stepper/frame/elements.js";
import { positionSentence } from "../shared/stepper/frame/model.js";
import { buildPlayback } from "../shared/stepper/frame/playback.js";
import { go } from "../shared/stepper/frame/position.js";
import { mount } from "../shared/stepper/frame/stepper.js";
import { buildPane, columnsIn, panesForm, panesPage } from "../shared/stepper/views/panes.js";
import { looksOf } from "../shared/stepper/views/plot.js";
import { buildOrders } from "./orders.js";

function build(stepper, theme, width) {
  const { models, run } = stepper;
  const looks = looksOf(models, theme, []);
  const jump = (step) => go(stepper, step);
  const { paneWidth } = columnsIn(width, models.length);
  const panes = models.map((model, i) => withEnding(buildPane(model, theme, looks[i], paneWidth, jump)));
  const orders = buildOrders(models, run, looks, theme, jump);
  const caption = () => [positionSentence(stepper), models[0].about.told[0]];
  return panesPage({ panes, figure: orders, playback: buildPlayback(stepper), theme, width, caption, name: "order" });
}

export default mount({ build, form: panesForm });

/** The pane with a sentence under its title: how the chosen unit ends, in this order and as it was. */
function withEnding(pane) {
  const ending = html("p", { class: "ending" });
  const view = { element: ending, paint: (step) => setText(ending, pane.model.about.endings[step.unit]) };
  pane.element.querySelector("header").append(ending);
  const { about, filled, words } = pane.model;
  const corner = about.moved && !filled.length; // where steps are filled the corner says so
  if (corner) pane.element.querySelector(".strips").append(html("span", { class: "pale" }, words.order_pale));
  return { ...pane, views: [...pane.views, view] };
}
