// What every page needs around what it shows: on a narrow screen, on paper, and in the browser's history.

import { watchList } from "./narrow_screen.js";
import { keepOneEntry } from "./one_entry.js";
import { fitToPaper } from "./paper.js";

/** Mounted on every page; a listener that is there already is not added a second time. */
export default function suitPage() {
  watchList();
  fitToPaper();
  keepOneEntry();
}
