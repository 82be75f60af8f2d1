// The button that copies a page's address, for pages without a stepper; with it such a page fits on paper.

import { copyButton } from "../stepper/frame/copy_button.js";
import { fitToPaper } from "../stepper/frame/paper.js";

const shown = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  const { button, leavePaper } = shown.get(host) ?? { leavePaper: fitToPaper() };
  const anew = copyButton(component.data.words, () => window.location.href);
  if (button) button.replaceWith(anew);
  else host.append(anew); // beside the style sheet, which stands there too
  shown.set(host, { button: anew, leavePaper });
  return () => {
    leavePaper();
    shown.delete(host);
  };
}
