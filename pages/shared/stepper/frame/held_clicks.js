// The page's buttons that give away what the stepper shows, as a file or on another page. Python draws them a moment after the
// reader has moved: until they are those of what stands on the screen they wait, and a click on one of them is held till then.

import { paint } from "./page.js";
import { rest, stop, tell } from "./position.js";

const GIVING = "[data-testid=stDownloadButton] button, [class*=st-key-on-to-] button";
const WAITING = "data-waiting";
const STYLE = `[${WAITING}] { opacity: 0.55; cursor: progress !important; }`;
const PATIENCE = 60_000; // ms after which a held click is dropped: Python has gone

/** Begin to watch the page's buttons for a stepper. Returns what ends it. */
export function holdClicks(stepper) {
  const style = document.head.appendChild(Object.assign(document.createElement("style"), { textContent: STYLE }));
  const onClick = (event) => onGivingClick(stepper, event);
  let asked = 0;
  const look = () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => showWaiting(stepper));
  };
  const observer = new MutationObserver(look);
  window.addEventListener("click", onClick, true);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    window.removeEventListener("click", onClick, true);
    observer.disconnect();
    cancelAnimationFrame(asked);
    style.remove();
    for (const button of document.querySelectorAll(GIVING)) showAsWaiting(button, false);
  };
}

/** Show which buttons wait; let a held click go where they have come to be those that it means, and what waits for an answer. */
export function showWaiting(stepper) {
  const waiting = !isDrawn(stepper, nameOfShown(stepper));
  for (const button of document.querySelectorAll(GIVING)) showAsWaiting(button, waiting);
  if (isAnswered(stepper)) {
    const { answered } = stepper;
    stepper.answered = null;
    answered?.();
  }
  const { held } = stepper;
  if (held && isDrawn(stepper, held.shown) && isStill()) release(stepper, held);
}

/** What is opened anew answers the what-if that was asked for: a click that waits for it means this. Any other click is let fall. */
export function takeAnswer(stepper) {
  stepper.held = stepper.asking && stepper.held ? { ...stepper.held, shown: nameOfShown(stepper) } : null;
  stepper.asking = null;
}

/** Do something at once or, where Python still has to answer a what-if, once it has. */
export function whenAnswered(stepper, act) {
  if (isAnswered(stepper)) act();
  else stepper.answered = act;
}

function showAsWaiting(button, waiting) {
  if (button.hasAttribute(WAITING) === waiting) return;
  button.toggleAttribute(WAITING, waiting);
  if (waiting) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

/** What is shown, as Python names it in its mark: the opening, step and unit, and what moves beside them on this page. */
function nameOfShown(stepper) {
  return [stepper.opening, stepper.step, stepper.unit, ...(stepper.kind.shown?.(stepper) ?? [])].join("-");
}

/** Whether the page's buttons are those of what has this name; always so on a page, or in a file, that has no mark. */
function isDrawn(stepper, name) {
  const mark = document.querySelector("[data-shown]");
  return !mark || (mark.dataset.shown === name && isAnswered(stepper));
}

/** Whether the buttons stay those of what is shown, until the reader moves. */
function isStill() {
  return document.querySelector("[data-shown]")?.dataset.moving !== "True";
}

function isAnswered({ asking }) {
  const mark = document.querySelector("[data-shown]");
  return !mark || !asking || mark.dataset.asked === asking;
}

/** A click that comes too early is held, whatever moves is stopped where it stands, and Python is told at once. */
function onGivingClick(stepper, event) {
  const button = event.target.closest?.(GIVING);
  const shown = nameOfShown(stepper);
  if (!button || stepper.releasing || (isDrawn(stepper, shown) && isStill())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  stop(stepper);
  stepper.kind.leave?.(stepper);
  paint(stepper);
  if (!stepper.held) stepper.kind.pin?.(stepper);
  tell(stepper);
  stepper.held = { shown, place: placeOf(button), since: performance.now() };
}

/** Where a button stands, also when it has been drawn anew: by the name of its key. */
function placeOf(button) {
  const keyed = button.closest("[class*=st-key-]");
  return `.${[...keyed.classList].find((name) => name.startsWith("st-key-"))} button`;
}

function release(stepper, { place, since }) {
  stepper.held = null;
  stepper.releasing = true;
  if (performance.now() - since < PATIENCE) document.querySelector(place)?.click();
  stepper.releasing = false;
  stepper.kind.unpin?.(stepper);
  rest(stepper); // the reader may have moved on since
}
