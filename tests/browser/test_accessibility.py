"""The page for people who listen, who have no mouse, who need contrast, and on every size of screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_findings
from tests.browser.layout import PHONE, PROJECTOR, extent
from tests.browser.stepper import Stepper, open_stepper
from tests.browser.visit import wait_until_settled
from tests.checking.sampling import rare

CELLS = ["lstm", rare("gru"), rare("rnn")]  # the LSTM is the largest
WIDE = "input=text&weights=random&units=16"
ANYTHING = re.compile(r"\S")
NAME_OF_FOCUSED = """root => {
  const focused = root.getRootNode().activeElement;
  return focused?.getAttribute("aria-label") ?? focused?.textContent;
}"""


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE)
def test_axe_finds_nothing_serious_on_a_phone(page: Page, app: str) -> None:
    open_stepper(page, app, "step=-1&cell=gru")
    assert serious_findings(page) == []


def test_everything_has_a_name_tab_goes_through_it_as_it_is_read_and_who_chooses_by_the_keyboard_keeps_his_place(
    page: Page, app: str
) -> None:
    stepper = open_stepper(page, app, WIDE)
    expect(stepper.root).to_have_attribute(
        "aria-label", "Stepper: arrow keys step, Home and End jump, Space plays, up and down choose the unit"
    )
    for role in ("button", "combobox", "slider", "img"):
        parts = stepper.root.get_by_role(role)
        expect(parts.first).to_be_visible()
        for part in parts.all():
            expect(part).to_have_accessible_name(ANYTHING)
    stepper.root.focus()
    visited = []
    for _ in range(12):
        page.keyboard.press("Tab")
        visited.append(stepper.root.evaluate(NAME_OF_FOCUSED))
    assert visited == [
        "To the start",
        "One step back",
        "Play",
        "One step forward",
        "To the last step",
        "Speed",
        "Step",
        "unit",
        "What if",
        "Copy link",
        "Download the picture as SVG",
        "Download the picture as PNG",
    ]
    who_chooses_by_the_keyboard_keeps_his_place(stepper)


def who_chooses_by_the_keyboard_keeps_his_place(stepper: Stepper) -> None:
    cell = stepper.page.get_by_role("radio", name="GRU", exact=True)
    cell.focus()
    stepper.page.keyboard.press("Space")
    expect(stepper.root).to_have_attribute("data-cell", "gru")
    wait_until_settled(stepper.page)
    expect(cell).to_be_focused()


@pytest.mark.parametrize(("units", "lang"), [rare(16, "en"), rare(1, "en"), (16, "ko")])
@pytest.mark.parametrize("theme", [rare("light"), "dark"])  # test_whatif.py has axe look at a light one
@pytest.mark.parametrize("cell", CELLS)
def test_it_fits_a_projector_and_a_phone_and_axe_finds_nothing_serious(
    page: Page, app: str, cell: str, theme: str, units: int, lang: str
) -> None:
    query = f"cell={cell}&input=text&weights=random&units={units}&lang={lang}&step=3&embed_options={theme}_theme"
    stepper = open_stepper(page, app, query)
    for part in (".drawing", ".equations", ".playback", ".strips"):
        top, bottom = extent(stepper.root.locator(part), "y", "height")
        assert top >= 0, part
        assert bottom <= PROJECTOR["height"], part
    for row in stepper.root.locator(".equation").all():
        _, end = extent(row.locator(".numbers"), "x", "width")
        start, _ = extent(row.locator(".value"), "x", "width")
        assert end <= start
    assert serious_findings(page) == []

    page.set_viewport_size(PHONE)
    expect(stepper.root.locator(".names .short").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in (".sentence", ".drawing", ".playback", ".strips", ".equations"):
        left, right = extent(stepper.root.locator(part), "x", "width")
        assert left >= 0, part
        assert right <= PHONE["width"], part
    stepper.go(-1)
    assert serious_findings(page) == []
