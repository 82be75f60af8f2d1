// The stepper: one or more traces of one sequence, each in a pane, a position that all panes share, and what these look
// like. Everything here happens in the browser; Python hears of the position once it has come to rest.

import { html } from "./elements.js";
import { holdClicks, showWaiting, takeAnswer } from "./held_clicks.js";
import { readModels, sharedRun, takeInHand } from "./model.js";
import { build, resize } from "./page.js";
import { suitPaper } from "./paper.js";
import { chooseUnit, go, positionKey, stop, togglePlaying } from "./position.js";

const DEFAULT_SPEED = 2;
const steppers = new WeakMap();

/**
 * What Streamlit takes of a kind of page: the function that shows it in a component's element, and returns what ends it.
 *
 * `kind` is what the page hands to the frame:
 * - `build(stepper, theme, width)` returns the page's `element`; its `panes`, one for each model, each a model and the
 *   views painted with that model's numbers; the views that all panes are `shared` by; `fit()`, called once the element
 *   stands in the page; and `picture()`, the SVG element that can be taken away.
 * - `form(width, panes)` names the arrangement at a width: another name builds the page anew.
 * - `back(stepper)`, where playing goes back in time: the step at which it starts.
 *
 * And of a page in which more moves than the position:
 * - `update(stepper, data)` takes in new data where it stands, and returns whether it could.
 * - `open(stepper, anew)` takes in data of which the page is about to be built; `anew`: at the position named there.
 * - `leave(stepper)` ends what runs.
 * - `reported(stepper)` is what Python hears beside step and unit; `shown(stepper)` lists what of it is to be seen, as Python's
 *   mark names it; `pin(stepper)` keeps it from going on by itself until `unpin(stepper)`; `linked(stepper)` gives the link's parameters for it, null for what is as usual.
 * - `plays(stepper)` tells whether something moves by itself beside the steps.
 * - `onKey(event, stepper)` is asked first what a key without Ctrl, Alt or Meta does to the stepper, and returns it as a function
 *   of it; null for what the key does on every page.
 */
export function mount(kind) {
  return (component) => {
    const host = component.parentElement;
    let stepper = steppers.get(host);
    if (!stepper) {
      stepper = createStepper(host, kind);
      steppers.set(host, stepper);
    }
    const tell = (name, value) => tellFrom(stepper, () => component.setStateValue(name, value));
    stepper.report = (position) => tell("position", position);
    stepper.tellPick = (pick) => tell("pick", pick);
    stepper.sayPainted = () => tell("painted", true);
    stepper.sayAsked = (asked) => {
      stepper.asking = String(performance.timeOrigin + performance.now());
      tell("asked", { ask: stepper.asking, ...asked });
      stepper.showWaiting();
    };
    show(stepper, component.data);
    return () => {
      leave(stepper);
      steppers.delete(host);
    };
  };
}

function createStepper(host, kind) {
  const root = html("section", { class: "stepper", "data-testid": "stepper", tabindex: 0 });
  const stepper = { kind, host, root, pathname: location.pathname, left: false, speed: DEFAULT_SPEED, playing: false, step: 0, unit: 0, opening: null, panel: null };
  root.onkeydown = (event) => onKey(stepper, event);
  stepper.observer = new ResizeObserver(() => resize(stepper));
  stepper.showWaiting = () => showWaiting(stepper);
  stepper.endHolding = holdClicks(stepper);
  stepper.endPrinting = suitPaper(stepper);
  stepper.onHistory = () => (stepper.left = location.pathname !== stepper.pathname);
  addEventListener("popstate", stepper.onHistory);
  host.append(root);
  return stepper;
}

/** Once the browser's Back has left the page, a word from it would make Streamlit take the reader there again. */
function tellFrom(stepper, say) {
  if (stepper.left) return;
  stepper.pathname = location.pathname;
  say();
}

function leave(stepper) {
  stop(stepper);
  stepper.kind.leave?.(stepper);
  takeInHand(stepper, null);
  clearTimeout(stepper.resting);
  stepper.observer.disconnect();
  stepper.endHolding();
  stepper.endPrinting();
  removeEventListener("popstate", stepper.onHistory);
}

/** Take in Python's data: what it opens anew starts at its position, everything else keeps the reader's. */
function show(stepper, data) {
  const { kind } = stepper;
  if (kind.update?.(stepper, data)) return;
  const anew = data.opening !== stepper.opening;
  stepper.data = data;
  stepper.models = readModels(data);
  stepper.run = sharedRun(stepper.models);
  if (anew) {
    stop(stepper);
    Object.assign(stepper, { opening: data.opening, step: data.step, unit: data.unit });
    if (!data.unfocused) requestAnimationFrame(() => takeFocus(stepper));
  }
  kind.open?.(stepper, anew);
  if (anew) {
    stepper.reported = positionKey(stepper);
    takeAnswer(stepper);
  }
  build(stepper);
}

/**
 * The arrow keys work at once: for a reader who has put the focus nowhere, has just entered a text, or has pressed a
 * button or a link with the mouse or a finger. Who moves by the keyboard, or is in a menu, keeps his place.
 */
function takeFocus({ root }) {
  const focused = document.activeElement;
  const entered = focused.matches("input[type=text]:not([role=combobox]), textarea");
  const pressed = focused.matches(":is(a, button, input[type=radio]):not(:focus-visible)") && !focused.closest("[data-testid=stPopoverBody]");
  if (entered || pressed || focused === document.body) root.focus({ preventScroll: true, focusVisible: false });
}

const KEYS = {
  ArrowLeft: (stepper) => go(stepper, stepper.step - 1),
  ArrowRight: (stepper) => go(stepper, stepper.step + 1),
  Home: (stepper) => go(stepper, -1),
  End: (stepper) => go(stepper, stepper.run.steps - 1),
  ArrowUp: (stepper) => chooseUnit(stepper, stepper.unit - 1),
  ArrowDown: (stepper) => chooseUnit(stepper, stepper.unit + 1),
  " ": togglePlaying,
};

/** A focused button keeps its Space, a list its arrows; everything else in the stepper obeys the keys above. */
function onKey(stepper, event) {
  const on = event.target.localName;
  const own = (on === "button" && event.key === " ") || on === "select" || (on === "input" && !event.target.matches(".scrubber"));
  const act = stepper.kind.onKey?.(event, stepper) ?? (own ? null : KEYS[event.key]);
  if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(stepper);
}
