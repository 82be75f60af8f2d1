// The moments of a training: checkpoints of one cell over one sequence, which share everything but their numbers. All are
// shown through one model, into which the chosen moment's numbers are put: so nothing has to be built anew.

const MOMENT_SPEED = 3; // moments a second while training time plays

/** Begin with what Python has sent; what it opens anew stands at the moment named there. Other pages have no moments. */
function openTraining(stepper, anew) {
  const { data } = stepper;
  if (!data.moments) {
    Object.assign(stepper, { training: null, update: undefined });
    return;
  }
  anew ||= !stepper.training;
  if (anew) stepper.training = { moment: 0, playing: false, decoded: new Map() };
  takeIn(stepper, anew ? { update: data.update, newest: data.newest } : momentReported(stepper));
}

/**
 * Moments of the training that is shown already are taken in where they stand: whatever plays goes on, and what is held
 * by mouse or focus stays. Returns whether they were; anything else that is new needs the page to be built.
 */
function takesMoments(stepper, data) {
  const { training, opening, theme, root, run } = stepper;
  if (!training || data.opening !== opening || frameOf(data) !== training.frame) return false;
  if (JSON.stringify(readTheme(root, run.palette)) !== JSON.stringify(theme)) return false;
  stepper.data = data;
  takeIn(stepper, momentReported(stepper));
  paint(stepper);
  return true;
}

/** All that the page is built of, and no moment's own. */
function frameOf({ panes, moments, thinned, ...rest }) {
  const [{ arrays, scales, ...pane }] = panes;
  return JSON.stringify({ ...rest, pane });
}

/** A reader who stood at the newest moment stands at the newest; else at the same or, where that is gone, the nearest. */
function takeIn(stepper, { update, newest }) {
  const { training, data, models: [model] } = stepper;
  const [{ arrays, scales }] = data.panes;
  if (JSON.stringify(arrays) !== JSON.stringify(training.layout)) training.decoded.clear();
  Object.assign(training, { moments: data.moments, thinned: data.thinned, layout: arrays, frame: frameOf(data) });
  model.scales = scales;
  const before = training.moment;
  putMoment(stepper, newest ? data.moments.length - 1 : nearestMoment(data.moments, update));
  if (training.moment !== before) training.since = { time: performance.now(), moment: training.moment };
  if (newest && stepper.page && !stepper.playing) rest(stepper); // Python hears that the reader has gone on
}

function nearestMoment(moments, update) {
  const away = moments.map((moment) => Math.abs(moment.update - update));
  return away.indexOf(Math.min(...away));
}

/** Let a moment's numbers be those of the model. */
function putMoment(stepper, place) {
  const { training, models: [model] } = stepper;
  const moment = training.moments[Math.max(0, Math.min(training.moments.length - 1, place))];
  training.moment = training.moments.indexOf(moment);
  stepper.update = moment.update;
  model.about = moment.about;
  model.arrays = decodedNumbers(training, moment, model);
}

/** A moment's numbers, decoded when it is first looked at and kept. */
function decodedNumbers({ decoded, layout }, { update, blob }, { width, steps }) {
  const known = decoded.get(update);
  if (known?.blob === blob) return known.arrays;
  const arrays = unpack({ blob, arrays: layout, width }, steps);
  decoded.set(update, { blob, arrays });
  return arrays;
}

/** One number of a moment, read out of its base64 without decoding the rest: a line over all moments needs one of each. */
function numberOfMoment({ layout }, { blob }, { width, steps }, name, step, unit) {
  const { offset, rows, cols } = layout[name];
  const row = step + rows - steps;
  if (row < 0) return null;
  const start = (offset + row * cols + unit) * width;
  const group = Math.floor(start / 3); // three bytes stand in four letters
  const bytes = bytesOf(atob(blob.slice(group * 4, Math.ceil((start + width) / 3) * 4)));
  return new PRECISIONS[width](bytes.slice(start - group * 3, start - group * 3 + width).buffer)[0];
}

/** Go to a moment by hand, which ends playing the training; the sequence may play on. */
function goToMoment(stepper, place) {
  stopTraining(stepper);
  putMoment(stepper, place);
  paint(stepper);
  if (!stepper.playing) rest(stepper);
}

function toggleTraining(stepper) {
  if (stepper.training.playing) pauseTraining(stepper);
  else playTraining(stepper);
}

/** Play from the chosen moment or, from the newest, all over again. */
function playTraining(stepper) {
  const { training } = stepper;
  if (training.moment === training.moments.length - 1) putMoment(stepper, 0);
  clearTimeout(stepper.resting);
  training.playing = true;
  training.since = { time: performance.now(), moment: training.moment };
  training.requested = requestAnimationFrame((now) => advanceTraining(stepper, now));
  paint(stepper);
}

/** One frame of it: the clock says which moment is due. */
function advanceTraining(stepper, now) {
  const { training } = stepper;
  const { since } = training;
  const due = since.moment + Math.floor(((now - since.time) / 1000) * MOMENT_SPEED);
  if (due > training.moment) {
    putMoment(stepper, due);
    paint(stepper);
  }
  if (training.moment === training.moments.length - 1) pauseTraining(stepper);
  else training.requested = requestAnimationFrame((later) => advanceTraining(stepper, later));
}

function stopTraining({ training }) {
  if (!training) return;
  cancelAnimationFrame(training.requested);
  training.playing = false;
}

function pauseTraining(stepper) {
  stopTraining(stepper);
  paint(stepper);
  if (!stepper.playing) rest(stepper);
}

/** What Python hears of the moment. */
function momentReported({ training, update }) {
  return training ? { update, newest: training.moment === training.moments.length - 1 } : {};
}

function momentInName({ training, update }) {
  return training ? `-update-${update}` : "";
}

function describeMoment({ root, training, update }) {
  if (!training) return;
  setAttribute(root, "data-update", update);
  setAttribute(root, "data-moment", training.moment);
  setAttribute(root, "data-moments", training.moments.length);
  setAttribute(root, "data-training", training.playing ? "playing" : "resting");
}

const earlier = (stepper) => goToMoment(stepper, stepper.training.moment - 1);
const later = (stepper) => goToMoment(stepper, stepper.training.moment + 1);
const MOMENT_KEYS = { PageUp: earlier, PageDown: later, "[": earlier, "]": later };

/** What a key does to training time, or null. Space on its scrubber plays it; a list keeps all its keys. */
function momentKey({ training }, event) {
  if (!training || event.target.localName === "select") return null;
  if (event.key === " " && event.target.matches(".moment-scrubber")) return toggleTraining;
  return MOMENT_KEYS[event.key] ?? null;
}
