// What a unit does with the number of the chosen channel at the chosen place, in words.

import { stepInWords } from "../shared/stepper/frame/model.js";
import { fillIn, formatNumber } from "../shared/stepper/frame/numbers.js";

/** The sentence; `number(name)` gives the numbers at the unit, null where the channel has none. */
export function unitSentence(model, { index, unit, number }) {
  const { words, about, steps } = model;
  const said = index < 0 ? startSentence(model) : stepInWords(model, index) + saidOfUnit(model, { index, unit, number });
  return about.unequal && index === steps - 1 ? `${said} ${fillIn(words.depth_stopped, { step: steps + 1 })}` : said;
}

/** What has come before the first unit; or that nothing has, where the run stops there. */
function startSentence({ words, about, steps }) {
  return about.stopped && steps === 0 && !about.unequal ? words.depth_nothing : words.start;
}

function saidOfUnit(model, { index, unit, number }) {
  const values = Object.fromEntries(["x", "branch", "shortcut", "gate", "written", "kept", "out"].map((name) => [name, formatNumber(number(name))]));
  return fillIn(...SAID[model.cell](model, { index, unit, number, values }));
}

/** The text of each kind of unit, and what fills its fields. */
const SAID = {
  plain({ words, about }, { number, values }) {
    const sum = formatNumber(number(about.norms.length ? "norm" : "conv"));
    return number("out") === 0 ? [words.said_plain_shut, { sum }] : [words.said_plain, values];
  },
  residual({ words, about }, { index, values }) {
    return [changesAt(about, index) ? words.said_residual_channels : words.said_residual, values];
  },
  highway: ({ words, about }, { index, values }) => [changesAt(about, index) ? words.said_highway_channels : words.said_highway, values],
  dense(model, { index, unit, values }) {
    const { words } = model;
    const made = madeBy(model, unit);
    const since = made < 0 ? words.said_since_first : fillIn(words.said_since_unit, { step: made + 1 });
    const text = made > index ? words.said_dense_later : made === index ? words.said_dense_new : words.said_dense_kept;
    return [text, { unit, since, out: values.out }];
  },
};

/** The unit of a dense stack that has added a channel, -1 for those of the first convolution. */
function madeBy({ about: { growth, maps } }, channel) {
  const first = maps.out.of[0].channels;
  return channel < first ? -1 : Math.floor((channel - first) / growth);
}

/** Tell whether a 1 × 1 convolution stands on the way past a unit, at which the channels change. */
export function changesAt({ shortcut, widens_at }, unit) {
  return shortcut && unit === widens_at;
}
