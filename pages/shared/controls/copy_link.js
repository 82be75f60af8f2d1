// The button that copies a page's address, for pages without a stepper.

import { copyButton } from "../stepper/frame/copy_button.js";

const buttons = new WeakMap();

export default function showCopyButton(component) {
  const host = component.parentElement;
  const button = copyButton(component.data.words, () => window.location.href);
  if (buttons.has(host)) buttons.get(host).replaceWith(button);
  else host.append(button); // beside the style sheet, which stands there too
  buttons.set(host, button);
  return () => buttons.delete(host);
}
