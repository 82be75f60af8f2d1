"""Phones: the list of pages closes over a chosen page, nothing covers a figure's legend, nothing at the edge is cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.layout import PHONE
from tests.browser.stepper import open_stepper
from tests.browser.visit import wait_until_settled

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)
# What of a drawing's texts stands beyond its edge, in px.
CUT = """drawing => {
  const edge = drawing.getBoundingClientRect();
  return [...drawing.querySelectorAll("text")].filter(one => one.getAttribute("visibility") !== "hidden")
    .map(one => one.getBoundingClientRect())
    .map(box => Math.max(edge.left - box.left, box.right - edge.right));
}"""


def choose_page(page: Page, title: str) -> None:
    """Choose a page in the list that lies over the page, and expect the list to be gone."""
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()
    wait_until_settled(page, figure=False)
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


@pytest.mark.context(viewport=PHONE, has_touch=True)
def test_on_a_narrow_screen_the_list_closes_nothing_covers_a_legend_and_no_dots_are_cut(page: Page, app: str) -> None:
    stepper = open_stepper(page, app, "input=text&text=abcdef")
    overview = page.locator(".st-key-overview")
    overview.locator(".legend").hover()
    expect(overview.locator(".modebar-container")).to_be_hidden()
    assert set(overview.locator(".xaxislayer-above text").all_text_contents()) == set("123456")
    for title in ("Gradient", "Arrange"):
        choose_page(page, title)
        stepper.go(3)
        is_not_cut(stepper.root.locator("svg.drawing"))


def is_not_cut(drawing: Locator) -> None:
    """Expect all texts of a drawing within it, those of the dots where it goes on among them."""
    beyond: list[float] = drawing.evaluate(CUT)
    assert max(beyond) <= 0.5


@pytest.mark.exhaustive
@pytest.mark.context(viewport=PHONE, has_touch=True, is_mobile=True, user_agent=IPHONE)
def test_on_a_phone_that_says_so_streamlit_closes_the_list_and_it_stays_closed(page: Page, app: str) -> None:
    open_stepper(page, app)
    choose_page(page, "Compare")
