"""Pages on paper: A4 and Letter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import open_app
from tests.checking.sampling import rare

SHEETS = ("A4", "Letter")
WITHIN = 703  # px of an A4 sheet between its margins, 12 mm each
WIDE = {"width": 1920, "height": 1080}
FURNITURE = ", ".join(
    (
        "[data-testid=stTopNav]",
        "[data-testid=stMainMenu]",
        ".modebar",
        ".st-key-lang-ko",
        ".copy",
        ".playback button",
        ".playback .scrubber",
    )
)


def sheets(page: Page, size: str) -> int:
    """Return how many sheets the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size)))


@pytest.mark.parametrize("path", ["compare", *(rare(path) for path in ("order", "arrange", "train"))])
@pytest.mark.parametrize("theme", ["light", rare("dark")])
def test_a_stepper_takes_one_sheet(page: Page, app: str, path: str, theme: str) -> None:
    open_app(page, app, f"embed_options={theme}_theme", path=path)
    assert [sheets(page, size) for size in SHEETS] == [1, 1]
    zooms = "all => all.map(element => element.style.zoom).join('')"
    assert page.locator(".stBidiComponent").evaluate_all(zooms) == "", "the screen is as before"


@pytest.mark.context(viewport=WIDE)
@pytest.mark.parametrize("path", ["data", rare("units"), rare("study")])
def test_figures_made_for_a_wide_screen_are_whole_on_paper_and_nothing_is_there_to_press(
    page: Page, app: str, path: str
) -> None:
    open_app(page, app, path=path, stepper=False)
    figure = page.locator(".stPlotlyChart").first
    expect(figure.locator(".main-svg").first).to_be_attached(timeout=60_000)
    drawn = figure.locator(".main-svg").first.evaluate("element => element.clientWidth")
    assert drawn > WITHIN
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert drawn * float(figure.evaluate("element => getComputedStyle(element).zoom")) <= WITHIN
    assert page.locator(FURNITURE).filter(visible=True).count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert figure.evaluate("element => getComputedStyle(element).zoom") == "1"
