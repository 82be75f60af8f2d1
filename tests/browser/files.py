"""Dropping files onto a page, and saving those that it gives."""

from __future__ import annotations

from pathlib import Path

from tests.browser.stepper import Stepper

SVG = "{http://www.w3.org/2000/svg}"
# What a browser does when a person drops a file, given by its name and its bytes in base64.
DROP = """(zone, [name, data]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const dragged = new DataTransfer();
  dragged.items.add(new File([bytes], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: dragged, bubbles: true, cancelable: true }));
  }
}"""


def take_away(stepper: Stepper, button: str, path: Path) -> Path:
    """Press a button that saves a file, which is called by what the reader sees, and save it at `path`."""
    with stepper.page.expect_download() as download:
        stepper.button(button).click()
    cell, step, unit = (stepper.root.get_attribute(f"data-{name}") or "" for name in ("cell", "step", "unit"))
    shown = stepper.root.locator(".counter").inner_text().split(" / ")[0]
    assert int(shown) == int(step) + 1
    assert download.value.suggested_filename.startswith(f"gatescope-{cell}-step-{shown}-unit-{unit}")
    assert download.value.suggested_filename.endswith(path.suffix)
    download.value.save_as(path)
    return path
