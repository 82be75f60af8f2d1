// The stepper without a server: what a reader asks Python for in the app is answered here, as far as it is in the file.

import { setText } from "../stepper/frame/elements.js";
import { bytesOf } from "../stepper/frame/model.js";

const at = JSON.parse(document.getElementById("run").textContent); // the run, and where the reader is in it
const framed = window !== window.parent; // inside a notebook, whose keys are not to be taken from it
const component = { parentElement: document.getElementById("stepper"), setStateValue: answer };
let showPage; // the page's own, as Streamlit takes it

export default function begin(page) {
  showPage = page;
  if (!window.DecompressionStream) return; // then the document says that the browser is too old
  at.opening = 0;
  document.getElementById("too-old").remove();
  window.matchMedia("(prefers-color-scheme: dark)").onchange = showLayer;
  fitFrame();
  showLayer();
}

/** A layer's payload as Python has packed it; each is opened when it is first looked at, and kept. */
async function opened(layer) {
  layer.pane ??= await unpacked(layer.packed);
  return layer.pane;
}

async function unpacked(base64) {
  const stream = new Blob([bytesOf(atob(base64))]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

async function showLayer() {
  const { place, step, unit, opening, difference, layers, words, palette } = at;
  const pane = await opened(layers[place]);
  if (place !== at.place) return; // another one has been picked meanwhile
  const data = { panes: [pane], words, palette, opening, step, unit, difference, asks: false, offline: true, unfocused: framed };
  showPage({ ...component, data });
  const note = document.getElementById("note");
  note.hidden = !layers[place].note;
  setText(note, layers[place].note);
}

/** In the app these are heard by Python. */
function answer(name, value) {
  if (name === "position") Object.assign(at, { step: value.step, unit: value.unit });
  if (name === "asked") {
    at.difference = value.difference;
    showLayer();
  }
  if (name === "pick") {
    const turned = at.layers[at.place].reverse !== at.layers[value.layer].reverse && value.step >= 0;
    const step = turned ? at.layers[at.place].pane.steps - 1 - value.step : value.step; // where it reads the same element
    Object.assign(at, { place: value.layer, step, unit: value.unit, opening: at.opening + 1 });
    showLayer();
  }
}

/** A notebook's frame is as high as what stands in it. */
function fitFrame() {
  const frame = window.frameElement;
  if (!frame) return; // not inside one, or not allowed to see it
  const fit = () => {
    frame.style.height = `${document.querySelector("main").getBoundingClientRect().height}px`;
  };
  new ResizeObserver(fit).observe(document.querySelector("main"));
}
