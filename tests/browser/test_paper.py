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
# Measures in the very layout that is printed: the width of the page, the background of the stepper, the left and right
# ends of each pane, followed by those of all that is in it.
MEASURE_ON_PAPER = """stepper => {
  const ends = element => [element.getBoundingClientRect().left, element.getBoundingClientRect().right];
  const parts = ".drawing, .name > span, .field, .labels, .success, .prediction li";
  const seen = pane => [...pane.querySelectorAll(parts)].filter(part => part.checkVisibility());
  window.paper = matchMedia("print");
  window.paper.onchange = ({ matches }) => {
    if (matches) window.printed = {
      width: document.body.clientWidth,
      background: getComputedStyle(stepper).getPropertyValue("--gs-background"),
      panes: [...stepper.querySelectorAll(".pane")].map(pane => [ends(pane), ...seen(pane).map(ends)]),
    };
  };
}"""


def sheets(page: Page, size: str) -> int:
    """Return how many sheets the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size)))


@pytest.mark.exhaustive  # panes beside each other take one too
@pytest.mark.parametrize("path", ["compare", "order", "arrange", "train"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_stepper_takes_one_sheet(page: Page, app: str, path: str, theme: str) -> None:
    open_app(page, app, f"embed_options={theme}_theme", path=path)
    takes_one_sheet_and_leaves_the_screen_as_before(page)


def takes_one_sheet_and_leaves_the_screen_as_before(page: Page) -> None:
    assert [sheets(page, size) for size in SHEETS] == [1, 1]
    zooms = "all => all.map(element => element.style.zoom).join('')"
    assert page.locator(".stBidiComponent").evaluate_all(zooms) == "", "the screen is as before"


@pytest.mark.parametrize("width", [1366, rare(390), rare(1920)])
@pytest.mark.parametrize("cells", ["rnn,lstm,gru", rare("lstm,gru"), rare("rnn,lstm,gru,mgu")])
def test_panes_stand_beside_each_other_on_paper_and_light(page: Page, app: str, width: int, cells: str) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    open_app(page, app, f"cells={cells}&embed_options=dark_theme", path="compare")
    stepper = page.get_by_test_id("stepper")
    on_screen = stepper.get_attribute("style")
    stepper.evaluate(MEASURE_ON_PAPER)
    assert sheets(page, "A4") == 1
    printed = page.evaluate("printed")
    assert printed["width"] <= WITHIN + 1, "nothing is so wide that the browser makes the page smaller"
    panes = printed["panes"]
    assert len(panes) == len(cells.split(","))
    starts = [pane[0][0] for pane in panes]
    for pane, start, end in zip(panes, starts, [*starts[1:], WITHIN], strict=True):
        assert start < end
        assert [part for part in pane if part[0] < start - 1 or part[1] > end] == []
    assert panes[-1][0][1] > 0.95 * WITHIN, "they fill the sheet"
    assert printed["background"] == "#FFFFFF"
    assert stepper.get_attribute("style") == on_screen, "the screen is as before"
    takes_one_sheet_and_leaves_the_screen_as_before(page)


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
