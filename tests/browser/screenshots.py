"""Element screenshots and the baselines that they are compared with.

Baselines are kept by platform and by the browser's major version, beside the widths of the letters they were taken
with: another browser, or other fonts, paint other pixels, and no tolerance would make up for that.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator

from tests import ROOT
from tests.browser.compare import compare

HERE = Path(__file__).parent
BASELINES = HERE / "baselines"
FAILURES = HERE / "failures"
FONTS = "fonts.json"
TRIES = 8

# Letters of each generic family, the signs of the equations, and Korean ones: each fallback font has its own widths.
MEASURE_FONTS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const measured = {};
  for (const family of ["sans-serif", "serif", "monospace"]) {
    for (const text of ["Gatescope 0.82", "σ ⊙ − · × ₜ₋₁", "기억을 지운다"]) {
      pen.font = `100px ${family}`;
      const box = pen.measureText(text);
      measured[`${family}: ${text}`] =
        [box.width, box.actualBoundingBoxAscent, box.actualBoundingBoxDescent].map(Math.round);
    }
  }
  return measured;
}"""

Fonts = dict[str, list[int]]


@dataclass
class Album:
    """The baselines of one browser on one platform with its fonts, and notes on the pictures of this run.

    `strict` makes a missing baseline fail instead of being written: in CI nobody sees a new picture.
    """

    kind: str
    fonts: Fonts
    retake: bool = False
    strict: bool = False
    baselines: Path = BASELINES
    failures: Path = FAILURES
    notes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        # As it stands before this run writes anything.
        self._has_baselines = self.folder.is_dir()
        self._skipped = "" if self.retake else self._why_not_comparable()

    @property
    def folder(self) -> Path:
        """The folder of this browser's baselines."""
        return self.baselines / self.kind

    def check(self, picture: Image.Image, name: str) -> None:
        """Compare `picture` with the baseline `name`, or write it, or note why neither is done.

        Raises AssertionError when they differ, or when there is no baseline and the album is strict.
        """
        baseline = self.folder / f"{name}.png"
        if self._skipped:
            self.notes[f"not compared: {self._skipped}"] += 1
        elif baseline.exists() and not self.retake:
            self._compare(baseline, picture, name)
        elif self.strict and self._has_baselines and not self.retake:
            raise AssertionError(f"{name}: there is no baseline for {self.kind}; `make snapshots` takes it")
        else:
            self._write(baseline, picture)

    def _why_not_comparable(self) -> str:
        if self._has_baselines:
            recorded = json.loads((self.folder / FONTS).read_text(encoding="utf-8"))
            changed = sorted(text for text in self.fonts if recorded.get(text) != self.fonts[text])
            return f"the fonts are not those of the baselines ({changed[0]})" if changed else ""
        others = sorted(folder.name for folder in self.baselines.glob("*") if folder.is_dir())
        return f"there are baselines for {', '.join(others)}, none for {self.kind}" if others else ""

    def _compare(self, baseline: Path, picture: Image.Image, name: str) -> None:
        with Image.open(baseline) as expected:
            comparison = compare(expected, picture)
            if not comparison.problem:
                return
            saved = self._save(name, {"expected": expected, "actual": picture, "difference": comparison.diff})
        raise AssertionError("\n".join([f"{name}: {comparison.problem}", *saved]))

    def _save(self, name: str, pictures: Mapping[str, Image.Image | None]) -> list[str]:
        """Save the pictures that a person will want to see. Returns a line that names each."""
        self.failures.mkdir(parents=True, exist_ok=True)
        lines = []
        for part, picture in pictures.items():
            if picture is not None:
                path = self.failures / f"{name}-{part}.png"
                picture.save(path)
                shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
                lines.append(f"  {part}: {shown}")
        return lines

    def _write(self, baseline: Path, picture: Image.Image) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        measured = json.dumps(self.fonts, indent=2, ensure_ascii=False)
        (self.folder / FONTS).write_text(measured + "\n", encoding="utf-8")
        picture.save(baseline, optimize=True)
        self.notes[f"written as new baselines for {self.kind}; look at them before they are kept"] += 1


def open_album(browser: Browser, *, retake: bool, strict: bool) -> Album:
    """Return the album of `browser` on this platform."""
    page = browser.new_page()
    fonts: Fonts = page.evaluate(MEASURE_FONTS)
    page.close()
    major = browser.version.split(".")[0]
    return Album(f"{sys.platform}-chromium{major}", fonts, retake=retake, strict=strict)


def check_screenshot(locator: Locator, name: str, album: Album) -> None:
    """Compare a screenshot of the element with the baseline `name`."""
    album.check(settled_picture(locator), name)


def settled_picture(locator: Locator) -> Image.Image:
    """Take screenshots of an element until two in a row are the same: then nothing is being painted any more."""
    before = screenshot(locator)
    for _ in range(TRIES):
        now = screenshot(locator)
        if now == before:
            return Image.open(BytesIO(now))
        before = now
    raise AssertionError(f"the picture was still changing after {TRIES} screenshots")


def screenshot(locator: Locator) -> bytes:
    """Take one screenshot, as PNG."""
    return locator.screenshot(animations="disabled", caret="hide", scale="css")
