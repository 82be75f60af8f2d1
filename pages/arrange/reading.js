// What the arrange page says of a step: what it reads, and what is read of it, in words and in numbers.

import { html, setAttribute, setText } from "../shared/stepper/frame/elements.js";
import { stepInWords } from "../shared/stepper/frame/model.js";
import { fillIn, formatNumber } from "../shared/stepper/frame/numbers.js";
import { spokenSentence } from "../shared/stepper/views/sentence.js";

/** Say what happens at this step: what it reads, and what is read of it. */
export function readSentence(model, { index, label }) {
  const { words, steps, about } = model;
  if (index < 0) return stepInWords(model, index);
  const reads = about.own[index] ? fillIn(words.reads_own, { step: index + 1, steps, label }) : stepInWords(model, index);
  return reads + outputSentence(model, index);
}

function outputSentence({ words, about }, index) {
  if (!about.read_out[index]) return words.no_output;
  const values = { output: about.written[index], next: about.right[index] };
  if (about.stopped && index === about.written.length - 1) return fillIn(words.output_beyond, values);
  if (values.next === null) return fillIn(words.output_is, values);
  if (about.asked) return fillIn(values.output === values.next ? words.answer_right : words.answer_wrong, values);
  if (!about.symbolic) return fillIn(words.output_number, values);
  return fillIn(values.output === values.next ? words.output_right : words.output_wrong, values);
}

export function buildReadSentence(model) {
  return spokenSentence((element, step) => setText(element, readSentence(model, step)));
}

/** The output in numbers: of symbols the largest scores, else the numbers themselves; nothing where none is read. */
export function buildSaid({ about, words }) {
  const element = html("div", { class: "said", role: "group", hidden: !about.symbolic, "data-output": "", "aria-label": words.output });
  return {
    element,
    paint({ index }) {
      const read = index >= 0 && about.read_out[index];
      setAttribute(element, "data-value", read ? about.values[index].join(" ") : "");
      setAttribute(element, "data-label", read ? about.written[index] : "");
      const scores = read ? about.scores[index] : [];
      element.replaceChildren(...scores.map(([label, score]) => scoreBar(label, score)));
    },
  };
}

function scoreBar(label, score) {
  const share = Math.max(0, Math.min(1, score ?? 0));
  return html("span", { class: "score", style: `--share: ${share * 100}%` }, html("b", {}, label), html("span", {}, formatNumber(score)));
}
