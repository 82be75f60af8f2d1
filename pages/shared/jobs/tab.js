// The tab by which a visit is known again after it has been loaded anew: a secret in the tab's own storage. It goes to Python
// alone, and into no link. A tab that has been duplicated brings the other one's: Python refuses it, and it takes one of its own.

const NAME = "gatescope tab";
const TRIES = 3; // the tab that was loaded anew may still be taken for open
const AGAIN = 1000; // ms until the next try
const told = new WeakMap(); // by the component's element: what Python has been told

export default function tellTab({ parentElement, data, setStateValue }) {
  const { page, refused, tries } = data;
  const before = told.get(parentElement);
  if (refused && refused === before?.id && tries < TRIES) {
    setTimeout(() => tell({ id: refused, tries: tries + 1 }), AGAIN);
    return;
  }
  const kept = storedTab();
  const id = kept && kept !== refused ? kept : newTab();
  if (id !== before?.id) tell({ id, tries: 0 });

  function tell(tab) {
    if (!location.pathname.endsWith(`/${page}`)) return; // from a page that Back has left it would lead the reader there again
    told.set(parentElement, tab);
    setStateValue("tab", tab);
  }
}

/** The tab's secret, or null; a frame of another site may have no storage. */
function storedTab() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

/** A secret of 128 random bits; also on plain http, where there is no randomUUID. */
function newTab() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    sessionStorage.setItem(NAME, id);
  } catch {
    // it is then known until it is loaded anew
  }
  return id;
}
