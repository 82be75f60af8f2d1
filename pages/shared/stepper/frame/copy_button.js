// The button that copies a link, and says for a while whether it could.

import { html, setText } from "./elements.js";

const TOLD = 2000; // ms

/**
 * A button for the link that `link()` gives when it is pressed, or `when(act)` lets it act. `shown()` is the button that
 * stands in the page by then, where it may have been replaced.
 */
export function copyButton(words, link, { when = (act) => act(), shown = () => null } = {}) {
  const button = html("button", { type: "button", class: "word copy", title: words.copy_title }, words.copy);
  const say = (text) => setText(shown() ?? button, text);
  button.onclick = () => when(async () => {
    say((await copyText(link())) ? words.copied : words.not_copied);
    setTimeout(() => say(words.copy), TOLD);
  });
  return button;
}

/** Resolves to whether the text could be copied. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The way without the clipboard permission, which pages on plain http do not get. */
function copyBySelection(text) {
  const field = html("textarea", { style: "position: fixed; opacity: 0" });
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}
