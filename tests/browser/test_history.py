"""The browser's Back and Forward between all pages: each opens without a message, as the reader has left it."""

from __future__ import annotations

import re
from itertools import permutations

import pytest
from playwright.sync_api import Page, expect

from pages.table import PAGES
from tests.browser.address import has_query, query_of
from tests.browser.visit import NOTE_ASKED, open_app, wait_until_quiet
from tests.checking.sampling import few

PAIRS = list(permutations([kind.address for kind in PAGES], 2))
# Train and Model first and second, and pages of every make: one cell and several, without a stepper, without a cell.
USUAL = [("train", "model"), ("train", "step"), ("units", "train"), ("compare", "train"), ("model", "gradient")]
# A link to each page that says something, so that none can be taken for another page's.
LINKS = {
    "step": "input=text&text=abcdef&weights=random&step=3",
    "compare": "cells=rnn,gru&input=sine",
    "order": "order=reverse&cell=gru",
    "gradient": "input=numbers&numbers=1,2,3,4&step=2",
    "arrange": "input=text&text=hello",
    "units": "input=poem&unit=3",
    "train": "training=parity,length:9&cell=gru",
    "study": "study=latch&lags=8,12",
    "data": "first=3",
    "model": "lang=en",
}


def turn_to(page: Page, address: str) -> None:
    """Go to a page through the header."""
    page.locator(f"[data-testid=stTopNavLink][href$='/{'' if address == 'step' else address}']").first.click()
    stands_at(page, address)


def stands_at(page: Page, address: str) -> None:
    """Wait until a page is there, and expect it to say nothing of its link."""
    link = page.locator("[data-testid=stTopNavLink][aria-current=page]")  # once Python has turned to the page
    expect(link).to_have_attribute("href", re.compile(rf"/{'' if address == 'step' else address}$"))
    wait_until_quiet(page)
    expect(page.get_by_role("alert").filter(has_text=re.compile("in the link|link shows"))).to_have_count(0)


@pytest.mark.parametrize(("first", "second"), few(PAIRS, *USUAL))
def test_back_and_forward_open_a_page_as_it_was_left(page: Page, app: str, first: str, second: str) -> None:
    page.add_init_script(NOTE_ASKED)
    open_app(page, app, LINKS[first], path="" if first == "step" else first, stepper=False)
    left = query_of(page)
    turn_to(page, second)
    opened = query_of(page)
    go(page, "back", first, left)
    go(page, "forward", second, opened)
    go(page, "back", first, left)


def go(page: Page, way: str, address: str, link: dict[str, str]) -> None:
    """Go back or forward by one, and expect a page there, without a message, and its link."""
    (page.go_back if way == "back" else page.go_forward)()
    stands_at(page, address)
    has_query(page, **link)
