// The valves of the drawing: a gate's two jaws, and the grip by which a reader takes them.

import { setAttribute, svg } from "../frame/elements.js";

const VALVE = { thick: 14, reach: 15 };
const DRAG_FROM = 4; // px: a shorter way is a click
const MIDDLE = 2; // so near the middle of a valve neither jaw has been taken

/** Two jaws that close on the pipe from both sides; between them the gate's share of the pipe stays open. */
export function drawValve(valve, theme, act) {
  const { jaws, set } = valveJaws(valve, { fill: theme.signals[valve.box].fill, class: "jaw" });
  const element = svg("g", { class: "valve", "data-valve": valve.box }, ...jaws);
  if (act) element.append(valveGrip(valve, act));
  const shown = ({ hand, number }) => (isAlone(hand, valve) ? openingOf(valve, hand.value) : number(valve.opening) ?? 1);
  return { element, paint: (step) => set(shown(step)) };
}

/** Tell whether a valve is moved by a hand that nothing else can follow yet. */
function isAlone(hand, valve) {
  return hand?.signal === valve.box && !hand.number;
}

/** How far a valve stands open at its gate's value, and the reverse: some show what the gate leaves over. */
function openingOf(valve, value) {
  return valve.opening === valve.box ? value : 1 - value;
}

/** A valve's jaws, and what sets them to an opening. */
export function valveJaws(valve, attributes) {
  const across = valve.along === "across";
  const [x, y] = valve.at;
  const [width, height] = across ? [VALVE.thick, VALVE.reach] : [VALVE.reach, VALVE.thick];
  const jaws = [0, 1].map(() => svg("rect", { width, height, rx: 2, ...attributes }));
  const set = (opening) => {
    const shift = Math.max(0, Math.min(1, opening)) * VALVE.reach;
    place(jaws[0], across ? x - width / 2 : x - width - shift, across ? y - height - shift : y - height / 2);
    place(jaws[1], across ? x - width / 2 : x + shift, across ? y + shift : y - height / 2);
  };
  return { jaws, set };
}

/**
 * The area by which a valve is taken: dragging moves the jaw that was taken, and the other with it; letting go holds the
 * gate there. Past the middle the valve is shut, past its end it is open. At the middle the first movement takes a jaw.
 * A drag is over when its valve is no longer in the hand: given up by a key, or the reader has gone to another step.
 */
function valveGrip(valve, act) {
  const [x, y] = valve.at;
  const size = 2 * (VALVE.reach * 2 + 4);
  const grip = svg("rect", { x: x - size / 2, y: y - size / 2, width: size, height: size, fill: "transparent", class: "grip" });
  let drag = null; // while its valve is on its way: share is where it is, null before it has moved
  const offset = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(grip.getScreenCTM().inverse());
    return valve.along === "across" ? at.y - y : at.x - x;
  };
  const isOver = () => drag.share !== null && !act.holds(valve.box);
  grip.onpointerdown = (event) => {
    grip.setPointerCapture(event.pointerId);
    const from = offset(event);
    drag = { at: [event.clientX, event.clientY], from, jaw: Math.abs(from) > MIDDLE ? Math.sign(from) : 0, share: null };
  };
  grip.onpointermove = (event) => {
    if (!drag || (drag.share === null && Math.hypot(event.clientX - drag.at[0], event.clientY - drag.at[1]) < DRAG_FROM)) return;
    if (isOver()) {
      drag = null;
      return;
    }
    const now = offset(event);
    drag.jaw ||= Math.sign(now - drag.from);
    if (!drag.jaw) return;
    const opening = (drag.jaw * now - VALVE.reach / 2) / VALVE.reach;
    drag.share = openingOf(valve, Math.max(0, Math.min(1, opening)));
    act.move(valve.box, drag.share);
  };
  grip.onpointerup = () => {
    if (drag?.share === null) act.open(valve.box);
    else if (drag && !isOver()) act.hold();
    drag = null;
  };
  grip.onpointercancel = () => {
    drag = null;
    if (act.holds(valve.box)) act.drop();
  };
  return grip;
}

function place(element, x, y) {
  setAttribute(element, "transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
}
