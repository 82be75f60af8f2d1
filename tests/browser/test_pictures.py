"""The stepper's looks, kept as pictures; and the pictures that a reader takes away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.files import SVG, take_away
from tests.browser.layout import PHONE, PROJECTOR
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import rare

CheckScreenshot = Callable[[Locator, str], None]

SCENES = {
    "lstm": "cell=lstm",
    "gru": "cell=gru",
    "rnn": "cell=rnn&input=text&weights=random&units=16&step=6&unit=2",
}
NO_PLOT: tuple[list[str], list[str]] = ([], [])
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.mark.each_value
@pytest.mark.context(viewport=PROJECTOR)
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("cell", SCENES)
def test_each_cell(page: Page, app: str, check_screenshot: CheckScreenshot, cell: str, theme: str, lang: str) -> None:
    stepper = open_stepper(page, app, f"{SCENES[cell]}&lang={lang}&embed_options={theme}_theme")
    check_screenshot(stepper.root, f"{cell}-{theme}-{lang}")


@pytest.mark.context(viewport=PHONE)
def test_a_phone(page: Page, app: str, check_screenshot: CheckScreenshot) -> None:
    stepper = open_stepper(page, app, SCENES["lstm"])
    # What lies outside the screen is painted again for each picture, and comes out up to one grey level different.
    page.set_viewport_size({"width": PHONE["width"], "height": 2 * PHONE["height"]})
    check_screenshot(stepper.root, "lstm-phone")


@pytest.mark.context(viewport=PROJECTOR)
def test_before_the_first_step_and_the_png_is_a_picture_large_enough_for_a_slide(
    page: Page, app: str, check_screenshot: CheckScreenshot, tmp_path: Path
) -> None:
    stepper = open_stepper(page, app, f"{SCENES['lstm']}&step=-1")
    check_screenshot(stepper.root, "lstm-start")
    with Image.open(take_away(stepper, "Download the picture as PNG", tmp_path / "it.png")) as picture:
        assert picture.format == "PNG"
        assert picture.width >= 2 * PROJECTOR["width"] * 0.5
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height) or []) > 10


def the_svg_holds_this_step_and_needs_nothing_else(stepper: Stepper, file: Path) -> None:
    picture = ElementTree.parse(file).getroot()
    assert picture.tag == f"{SVG}svg"
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    for signal in ("forget", "input", "candidate", "output", "cell", "hidden"):
        assert two_places(stepper.value(signal)) in texts
    assert MARKUP[3] in texts  # what is read at this step
    for element in picture.iter():
        links = [value for name, value in element.attrib.items() if name.endswith("href") or "url(" in value]
        assert all(link.startswith(("#", "data:", "url(#")) for link in links)
        assert "url(" not in (element.text or "").replace('url("data:', "")


@pytest.mark.parametrize(
    ("path", "query", "caption", "plot"),
    [
        ("compare", "step=3", "The drawings show step 4 of 100, unit 0.",
         (["How much of step 1 is still in the state", "Step"], ["RNN", "LSTM", "GRU"])),
        rare("order", "step=3&cell=gru", "The drawings show step 4 of 24, unit 0.",
             (["Hidden state, or mean of the outputs so far", "Step"],
              ["GRU, hidden state", "feed-forward net, mean so far", "in this order", "original"])),
        rare("gradient", "step=94", "After 5 steps back, at step 95",
             (["What is left of the gradient’s norm", "Step"], ["RNN: halves", "LSTM: halves", "GRU: halves", "L"])),
        rare("arrange", "input=text&step=3", "Step 4 of 11 reads “l”: no output is read here.", NO_PLOT),
        rare("train", "step=3", "The cell stands at this point of its training: update 0", NO_PLOT),
        rare("", "step=-1", "Before the first step: the state is all zero, and nothing has been read yet.", NO_PLOT),
        rare("", "clamp=forget:0:5&step=6", "forget gate = 0", NO_PLOT),
    ],
)  # fmt: skip
def test_a_picture_says_what_it_shows(
    page: Page, app: str, tmp_path: Path, path: str, query: str, caption: str, plot: tuple[list[str], list[str]]
) -> None:
    axes, legend = plot
    stepper = open_stepper(page, app, query, path=path)
    picture = ElementTree.parse(take_away(stepper, "Download the picture as SVG", tmp_path / "it.svg")).getroot()
    told = " ".join(words for words in texts(picture, "text[@class='caption']")).replace("\u00a0", " ")
    assert caption in told
    assert told.endswith(".")
    assert axes == texts(picture, "svg[@class='labelled']/{ns}text")
    entries = texts(picture, "g[@class='legend']")
    assert [entry.startswith(name) for entry, name in zip(entries, legend, strict=True)] == [True] * len(legend)


def texts(picture: ElementTree.Element, path: str) -> list[str]:
    """Return the text of each element of an SVG at a path, "{ns}" standing for the name space below the first part."""
    found = picture.iterfind(f".//{SVG}{path.format(ns=SVG)}")
    return ["".join(element.itertext()) for element in found]


def two_places(value: float) -> str:
    """Write a number as the drawing does; two zeros have no sign."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def test_typed_markup_is_text_everywhere_and_the_svg_holds_this_step_and_needs_nothing_else(
    page: Page, app: str, tmp_path: Path
) -> None:
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    stepper = open_stepper(page, app, f"input=text&text={quote(MARKUP)}&weights=random&units=4&step=0&unit=1")
    stepper.press(*["ArrowRight"] * 3)
    stepper.is_at(3, unit=1)
    expect(page.locator('img[src="x"], [onerror]')).to_have_count(0)
    saved = take_away(stepper, "Download the picture as SVG", tmp_path / "it.svg")
    assert "<img" not in saved.read_text(encoding="utf-8")
    the_svg_holds_this_step_and_needs_nothing_else(stepper, saved)
    assert dialogs == []
