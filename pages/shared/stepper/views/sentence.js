// What happens at this step, in words. Python has said what is true of each step; here numbers are put into its words.

import { html, setAttribute } from "../frame/elements.js";
import { stepInWords } from "../frame/model.js";
import { fillIn, formatNumber, formatPercent, formatSigned } from "../frame/numbers.js";

/** How each field of a phrase is written. */
const FIELDS = {
  percent: formatPercent,
  value: (value) => formatSigned(value),
  number: (value) => formatNumber(value),
  step: (origin) => origin + 1,
  label: (origin, { labels }) => labels[origin],
};

/** The sentence as pieces: plain strings, and {text, signal} for a phrase in its signal's colour. */
function sentencePieces(model, step) {
  const where = stepInWords(model, step.index);
  if (step.index < 0) return [where];
  if (!step.detailed) return [`${where}…`];
  const said = spoken(model, step);
  const ending = said.pop();
  return [where, ...joined(said.filter(({ text }) => text), model.words), ending.text];
}

export function sentenceText(model, step) {
  return sentencePieces(model, step).map((piece) => piece.text ?? piece).join("");
}

/** What each phrase says: its place among the phrase's texts is a digit of one number, the first phrase's the lowest. */
function spoken(model, step) {
  let code = step.number("said");
  return model.phrases.map(({ signal, says }) => {
    const { text, of } = says[code % says.length];
    code = Math.floor(code / says.length);
    const values = Object.entries(of).map(([field, name]) => [field, FIELDS[field](step.number(name), model)]);
    return { text: fillIn(text, Object.fromEntries(values)), signal };
  });
}

function joined(phrases, words) {
  return phrases.flatMap((phrase, i) => {
    const last = i === phrases.length - 1;
    return i === 0 ? [phrase] : [last ? words.and : words.comma, phrase];
  });
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
