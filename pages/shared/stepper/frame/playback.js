// The playback bar: step, play, scrub, speed, unit, and what can be taken away.

import { copyButton } from "./copy_button.js";
import { html, setAttribute, setText, svg } from "./elements.js";
import { whenAnswered } from "./held_clicks.js";
import { fillIn } from "./numbers.js";
import { chooseUnit, go, setSpeed, togglePlaying } from "./position.js";
import { linkTo, savePng, saveSvg } from "./takeaway.js";

const ICONS = {
  first: "M4 4h2v12H4zM16 4v12L7 10z",
  back: "M14 4v12L5 10z",
  play: "M6 3v14l11-7z",
  pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
  forward: "M6 4v12l9-6z",
  last: "M14 4h2v12h-2zM4 4v12l9-6z",
};
const SPEEDS = [1, 2, 5, 10, 30];

function icon(name) {
  return svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name], fill: "currentColor" }));
}

export function iconButton(name, title, onclick) {
  return html("button", { type: "button", class: name, "aria-label": title, title, onclick }, icon(name));
}

/** Build the bar. `ending()`: how the name of a picture ends; `whatIf` opens the what-if panel, where there is one. */
export function buildPlayback(stepper, { ending = () => "", whatIf = null } = {}) {
  const { run } = stepper;
  const { words } = run;
  const play = iconButton("play", words.play, () => togglePlaying(stepper));
  const scrubber = html("input", {
    type: "range", class: "scrubber", min: -1, max: run.steps - 1, step: 1, "aria-label": words.step,
    oninput: () => go(stepper, Number(scrubber.value)),
  });
  const counter = html("output", { class: "counter" });
  const units = unitSelect(stepper);
  const element = html(
    "div",
    { class: "playback", role: "toolbar", "aria-label": words.playback },
    iconButton("first", words.first, () => go(stepper, -1)),
    iconButton("back", words.back, () => go(stepper, stepper.step - 1)),
    play,
    iconButton("forward", words.forward, () => go(stepper, stepper.step + 1)),
    iconButton("last", words.last, () => go(stepper, run.steps - 1)),
    speedSelect(stepper),
    scrubber,
    counter,
    units,
    ...(whatIf ? [html("button", { type: "button", class: "word what-if", title: words.what_if_title, onclick: whatIf }, words.what_if)] : []),
    takeaways(stepper, ending),
  );
  return {
    element,
    paint(step) {
      paintPlay(play, step.playing, words);
      scrubber.value = step.index;
      setAttribute(scrubber, "aria-valuetext", step.told.replace(/:\s*$/, ""));
      scrubber.style.setProperty("--share", `${((step.index + 1) / run.steps) * 100}%`);
      setText(counter, `${step.index + 1} / ${run.steps}`);
      units.querySelector("select").value = step.unit;
    },
  };
}

export function paintPlay(play, playing, words) {
  const name = playing ? "pause" : "play";
  if (play.dataset.icon === name) return;
  play.dataset.icon = name;
  play.replaceChildren(icon(name));
  setAttribute(play, "aria-label", words[name]);
  setAttribute(play, "title", words[name]);
}

function speedSelect(stepper) {
  const { words } = stepper.run;
  const options = SPEEDS.map((speed) => html("option", { value: speed, selected: speed === stepper.speed }, fillIn(words.speed_of, { speed })));
  const select = html("select", { class: "speed", "aria-label": words.speed, title: words.speed }, ...options);
  select.onchange = () => setSpeed(stepper, Number(select.value));
  return select;
}

function unitSelect(stepper) {
  const { units, words } = stepper.run;
  const options = Array.from({ length: units }, (_, unit) => html("option", { value: unit }, String(unit)));
  const select = html("select", { "aria-label": words.unit, disabled: units === 1 }, ...options);
  select.onchange = () => chooseUnit(stepper, Number(select.value));
  return html("label", { class: "unit" }, words.unit, select);
}

/** The buttons for the link, where there is one, and for the picture. */
function takeaways(stepper, ending) {
  const { words } = stepper.run;
  const name = () => `gatescope-${stepper.run.cell}-step-${stepper.step + 1}-unit-${stepper.unit}${ending()}`; // as on the screen
  const picture = (kind, title, take) => html("button", {
    type: "button", class: `word ${kind}`, title, "aria-label": title, onclick: () => take(stepper.page.picture(), stepper.theme, name()),
  }, kind.toUpperCase());
  return html("span", { class: "takeaways" },
    ...(stepper.data.offline ? [] : [linkButton(stepper)]), picture("svg", words.save_svg, saveSvg), picture("png", words.save_png, savePng));
}

/** The button for the link; of a page that has been built anew meanwhile, the new one tells what came of it. */
function linkButton(stepper) {
  return copyButton(stepper.run.words, () => linkTo(stepper.run, stepper, stepper.kind.linked?.(stepper)), {
    when: (act) => whenAnswered(stepper, act),
    shown: () => stepper.root.querySelector("button.copy"),
  });
}
