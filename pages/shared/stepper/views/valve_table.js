// The table of what each valve would do at the step at rest. It is a component of its own: so Python can send it after
// every rest, and not the run again. It lies in the page, where the stepper looks for it, and its event
// says that it has come: a valve may be in the reader's hand by then.

export default function layOut({ parentElement, data }) {
  parentElement.dataset.valveTable = "";
  parentElement.valveTable = data.table;
  document.dispatchEvent(new Event("gatescope-valve-table"));
}
