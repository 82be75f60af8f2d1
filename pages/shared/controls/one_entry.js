// A turn to another page is one entry in the browser's history. Streamlit writes the path and the parameters one after the
// other, an entry each, and Back would go from the one to the other and seem to do nothing.

const HANDS = ["pointerdown", "keydown", "change", "drop", "popstate"]; // what begins an entry of its own
const pushState = history.pushState;
let touched = false;

/** Let what is written into the address take the place of what was written before, unless the reader has done something since. */
export function keepOneEntry() {
  history.pushState = push;
  for (const hand of HANDS) window.addEventListener(hand, onHand, true);
}

function onHand() {
  touched = true;
}

function push(...entry) {
  if (touched) pushState.apply(history, entry);
  else history.replaceState(...entry);
  touched = false;
}
