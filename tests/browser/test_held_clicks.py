"""What is saved, copied or sent on is what stands on the screen at the click, however late Python hears of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Download, Page, expect

from pages.table import PAGES
from tests.browser.address import has_query
from tests.browser.late_frames import LateFrames, is_report
from tests.browser.stepper import Stepper, open_stepper
from tests.checking.sampling import few

WAITING = "data-waiting"
STEPPED = ["step", "compare", "order", "gradient", "arrange", "train"]


def test_a_file_is_of_what_stood_on_the_screen_at_the_click_while_python_hears_late(page: Page, app: str) -> None:
    frames = LateFrames(page)
    stepper = open_stepper(page, app, "weights=random&units=4")
    page.get_by_text("The numbers", exact=True).click()
    button = page.locator(".st-key-numbers-csv button")
    expect(button).to_be_visible()
    is_drawn_for_what_is_shown(stepper)
    frames.holds = is_report
    files: list[Download] = []
    page.on("download", lambda download: files.append(download))  # noqa: PLW0108 - Playwright marks what it calls
    stepper.press("ArrowDown")
    expect(button).to_have_attribute(WAITING, "")
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    frames.wait_until_held(1)
    stepper.press("ArrowDown")  # on to the next unit, of which Python is told only after the file is there
    stepper.is_at(int(stepper.root.get_attribute("data-step") or 0), 2)
    assert files == []
    with page.expect_download() as download:
        frames.let_go()
    assert download.value.suggested_filename.endswith("-unit-1.csv")
    has_query(page, unit="2")
    is_drawn_for_what_is_shown(stepper)
    expect(button).not_to_have_attribute(WAITING, "")
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename.endswith("-unit-2.csv"), "no click is lost, and none comes twice"


def is_drawn_for_what_is_shown(stepper: Stepper) -> None:
    """Expect the page's buttons to be those of the step and unit that the browser shows."""
    step, unit = (stepper.root.get_attribute(f"data-{name}") for name in ("step", "unit"))
    mark = stepper.page.locator("[data-shown]")
    expect(mark).to_have_attribute("data-shown", re.compile(rf"^\d+-{step}-{unit}(-\d+)?$"))


@pytest.mark.parametrize("address", few(STEPPED, "train"))
def test_every_page_with_a_stepper_comes_to_say_for_what_its_buttons_are(page: Page, app: str, address: str) -> None:
    assert set(STEPPED) <= {kind.address for kind in PAGES}
    stepper = open_stepper(page, app, path="" if address == PAGES[0].address else address)
    is_drawn_for_what_is_shown(stepper)
    stepper.press("Home", "ArrowRight", "ArrowRight", "ArrowDown")
    has_query(page, step="1")
    is_drawn_for_what_is_shown(stepper)
