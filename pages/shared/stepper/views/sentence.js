// What happens at this step, in words. The words come from the cell's phrases, translated by Python.

import { html, setAttribute } from "../frame/elements.js";
import { stepInWords } from "../frame/model.js";
import { fillIn, formatPercent, formatSigned } from "../frame/numbers.js";

const NOWHERE = -2; // no single step wrote most of the memory

/** The sentence as pieces: plain strings, and {text, signal} for a phrase in its signal's colour. */
function sentencePieces(model, step) {
  const where = stepInWords(model, step.index);
  if (step.index < 0) return [where];
  if (!step.detailed) return [`${where}…`];
  const phrases = model.phrases.map((phrase) => ({ text: speak(phrase, step), signal: phrase.signal }));
  return [where, ...joined(phrases, model.words), ...whence(model, step)];
}

export function sentenceText(model, step) {
  return sentencePieces(model, step).map((piece) => piece.text ?? piece).join("");
}

function speak(phrase, step) {
  const value = step.number(phrase.of);
  const size = Math.abs(value);
  const [, text] = phrase.bands.find(([bound]) => bound === null || size <= bound);
  return fillIn(text, { percent: formatPercent(value), value: formatSigned(value) });
}

function joined(phrases, words) {
  return phrases.flatMap((phrase, i) => {
    const last = i === phrases.length - 1;
    return i === 0 ? [phrase] : [last ? words.and : words.comma, phrase];
  });
}

/** Name the step that wrote most of what the memory holds, where one did. */
function whence(model, step) {
  const origin = step.number("origin") ?? NOWHERE;
  if (origin === NOWHERE || origin === step.index) return [model.words.full_stop];
  if (origin < 0) return [model.words.from_start];
  return [fillIn(model.words.from_step, { step: origin + 1, label: model.labels[origin] })];
}

export function buildSentence(model, theme) {
  return spokenSentence((element, step) => {
    element.replaceChildren(...sentencePieces(model, step).map((piece) => (typeof piece === "string" ? piece : strong(piece, theme))));
  });
}

/** A sentence that is read aloud at every step but while playing; `write(element, step)` puts the words in. */
export function spokenSentence(write) {
  const element = html("p", { class: "sentence", "aria-live": "polite" });
  return {
    element,
    paint(step) {
      setAttribute(element, "aria-live", step.playing ? "off" : "polite");
      write(element, step);
    },
  };
}

function strong({ text, signal }, theme) {
  return html("strong", { style: `color: ${theme.signals[signal].ink}` }, text);
}
