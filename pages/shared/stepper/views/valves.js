// The valves of the drawing: a gate's two jaws, and the grip by which a reader takes them.

import { setAttribute, svg } from "../frame/elements.js";

const VALVE = { thick: 14, reach: 15 };
const DRAG_FROM = 4; // px: a shorter way is a click

/** Two jaws that close on the pipe from both sides; between them the gate's share of the pipe stays open. */
export function drawValve(valve, theme, act) {
  const { jaws, set } = valveJaws(valve, { fill: theme.signals[valve.box].fill, class: "jaw" });
  const element = svg("g", { class: "valve", "data-valve": valve.box }, ...jaws);
  if (act) element.append(valveGrip(valve, set, act));
  return { element, paint: ({ number }) => set(number(valve.opening) ?? 1) };
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

/** The area by which a valve is taken: dragging moves the jaws at once, letting go holds the gate there. */
function valveGrip(valve, set, act) {
  const [x, y] = valve.at;
  const size = 2 * (VALVE.reach * 2 + 4);
  const grip = svg("rect", { x: x - size / 2, y: y - size / 2, width: size, height: size, fill: "transparent", class: "grip" });
  let drag = null;
  const openingAt = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(grip.getScreenCTM().inverse());
    const distance = Math.abs(valve.along === "across" ? at.y - y : at.x - x);
    return Math.max(0, Math.min(1, (distance - VALVE.reach / 2) / VALVE.reach));
  };
  grip.onpointerdown = (event) => {
    grip.setPointerCapture(event.pointerId);
    drag = { from: [event.clientX, event.clientY], opening: null };
  };
  grip.onpointermove = (event) => {
    if (!drag || (drag.opening === null && Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) < DRAG_FROM)) return;
    drag.opening = Math.round(openingAt(event) * 100) / 100;
    set(drag.opening);
  };
  grip.onpointerup = () => {
    const { opening } = drag ?? {};
    drag = null;
    if (opening === null) act.open(valve.box);
    else if (opening !== undefined) act.hold(valve.box, valve.opening === valve.box ? opening : 1 - opening);
  };
  grip.onpointercancel = () => {
    drag = null;
  };
  return grip;
}

function place(element, x, y) {
  setAttribute(element, "transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
}
