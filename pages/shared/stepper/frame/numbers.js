// How numbers and symbols are written, everywhere in the stepper.

export const MINUS = "−";
export const NO_NUMBER = "–";

/** 0.5 -> "0.50", -0.5 -> "−0.50"; never "−0.00". */
export function formatNumber(value, digits = 2) {
  if (value === null || Number.isNaN(value)) return NO_NUMBER;
  const size = Math.abs(value);
  const text = !Number.isFinite(value) ? "∞" : size >= 1e4 ? size.toExponential(1) : size.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** A number as it stands, with a true minus: -0.5 -> "−0.5". */
export function withMinus(value) {
  return String(value).replace("-", MINUS);
}

/** 0.5 -> "+0.50": for a change, where the sign is the point. */
export function formatSigned(value, digits = 2) {
  const text = formatNumber(value, digits);
  return text.startsWith(MINUS) ? text : `+${text}`;
}

/** 0.983 -> "98 %". */
export function formatPercent(value) {
  return `${Math.round(value * 100)} %`;
}

/** Put words into a template: fillIn("step {n}", {n: 3}) -> "step 3". */
export function fillIn(template, values) {
  return template.replace(/\{([^{}]+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Put numbers into an equation, signs merged: "{a} + {b}" with -1 for b -> "1.00 − 1.00". */
export function fillNumbers(template, number) {
  const filled = template.replace(/\{([^{}]+)\}/g, (_, name) => formatNumber(number(name)));
  return filled.replaceAll(`+ ${MINUS}`, `${MINUS} `).replace(/· (−[\d.∞e+]+)/g, "· ($1)");
}

/** "W_{hh}" -> "Whh": the letters alone. */
export function plainText(text) {
  return typeset(text).map(([piece]) => piece).join("");
}

/** "W_f x^{t−1}" -> [["W", ""], ["f", "sub"], [" x", ""], ["t−1", "sup"]]: text, and whether it stands low or high. */
export function typeset(text) {
  const pieces = [];
  for (const [, sign, one, long, plain] of text.matchAll(/([_^])(?:([^{\s])|\{([^}]*)\})|([^_^]+)/g)) {
    pieces.push(plain === undefined ? [one ?? long, sign === "_" ? "sub" : "sup"] : [plain, ""]);
  }
  return pieces;
}
