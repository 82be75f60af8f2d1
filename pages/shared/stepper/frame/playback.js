// The playback bar: step, play, scrub, speed, unit, and what can be taken away.

import { html, setAttribute, setText, svg } from "./elements.js";
import { fill } from "./numbers.js";

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

/** Build the bar. `act` holds what its controls do, as the frame's `actions` gives it; whatIf and copyLink may be null. */
export function buildPlayback(run, act) {
  const { words } = run;
  const play = iconButton("play", words.play, act.toggle);
  const scrubber = html("input", {
    type: "range", class: "scrubber", min: -1, max: run.steps - 1, step: 1, "aria-label": words.step,
    oninput: () => act.go(Number(scrubber.value)),
  });
  const counter = html("output", { class: "counter" });
  const units = unitSelect(run, act);
  const element = html(
    "div",
    { class: "playback", role: "toolbar", "aria-label": words.playback },
    iconButton("first", words.first, () => act.go(-1)),
    iconButton("back", words.back, () => act.move(-1)),
    play,
    iconButton("forward", words.forward, () => act.move(1)),
    iconButton("last", words.last, () => act.go(run.steps - 1)),
    speedSelect(words, act),
    scrubber,
    counter,
    units,
    ...(act.whatIf ? [html("button", { type: "button", class: "word what-if", title: words.what_if_title, onclick: act.whatIf }, words.what_if)] : []),
    ...takeaways(words, act),
  );
  return {
    element,
    paint(step) {
      paintPlay(play, step.playing, words);
      scrubber.value = step.index;
      setAttribute(scrubber, "aria-valuetext", step.told);
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

function speedSelect(words, act) {
  const options = SPEEDS.map((speed) => html("option", { value: speed, selected: speed === act.speed() }, fill(words.speed_of, { speed })));
  const select = html("select", { class: "speed", "aria-label": words.speed, title: words.speed }, ...options);
  select.onchange = () => act.setSpeed(Number(select.value));
  return select;
}

function unitSelect(run, act) {
  const options = Array.from({ length: run.units }, (_, unit) => html("option", { value: unit }, String(unit)));
  const select = html("select", { "aria-label": run.words.unit, disabled: run.units === 1 }, ...options);
  select.onchange = () => act.chooseUnit(Number(select.value));
  return html("label", { class: "unit" }, run.words.unit, select);
}

function takeaways(words, act) {
  const svgButton = html("button", { type: "button", class: "word svg", title: words.save_svg, "aria-label": words.save_svg, onclick: act.saveSvg }, "SVG");
  const pngButton = html("button", { type: "button", class: "word png", title: words.save_png, "aria-label": words.save_png, onclick: act.savePng }, "PNG");
  return [html("span", { class: "takeaways" }, ...(act.copyLink ? [copyButton(words, act)] : []), svgButton, pngButton)];
}

function copyButton(words, act) {
  const copy = html("button", { type: "button", class: "word copy", title: words.copy_title }, words.copy);
  copy.onclick = async () => {
    setText(copy, (await act.copyLink()) ? words.copied : words.not_copied);
    setTimeout(() => setText(copy, words.copy), 2000);
  };
  return copy;
}
