// How numbers and symbols are written, everywhere in the stepper.

const MINUS = "−";
const NO_NUMBER = "–";

/** 0.5 -> "0.50", -0.5 -> "−0.50"; never "−0.00". */
function formatNumber(value, digits = 2) {
  if (value === null || Number.isNaN(value)) return NO_NUMBER;
  const size = Math.abs(value);
  const text = !Number.isFinite(value) ? "∞" : size >= 1e4 ? size.toExponential(1) : size.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** 0.5 -> "+0.50": for a change, where the sign is the point. */
function formatSigned(value, digits = 2) {
  const text = formatNumber(value, digits);
  return text.startsWith(MINUS) ? text : "+" + text;
}

/** 0.983 -> "98 %". */
function formatPercent(value) {
  return `${Math.round(value * 100)} %`;
}

/** Put words into a template: fill("step {n}", {n: 3}) -> "step 3". */
function fill(template, values) {
  return template.replace(/\{([^{}]+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Put numbers into an equation, signs merged: "{a} + {b}" with -1 for b -> "1.00 − 1.00". */
function fillNumbers(template, number) {
  const filled = template.replace(/\{([^{}]+)\}/g, (_, name) => formatNumber(number(name)));
  return filled.replaceAll(`+ ${MINUS}`, `${MINUS} `).replace(/· (−[\d.∞e+]+)/g, "· ($1)");
}

/** "W_f x^{t−1}" -> [["W", ""], ["f", "sub"], [" x", ""], ["t−1", "sup"]]: text, and whether it stands low or high. */
function typeset(text) {
  const pieces = [];
  for (const [, sign, one, long, plain] of text.matchAll(/([_^])(?:([^{\s])|\{([^}]*)\})|([^_^]+)/g)) {
    pieces.push(plain === undefined ? [one ?? long, sign === "_" ? "sub" : "sup"] : [plain, ""]);
  }
  return pieces;
}
