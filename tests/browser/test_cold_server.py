"""The very first visit to a server that has just started is a deep link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import running_app
from tests.browser.stepper import open_stepper
from tests.checking.sampling import rare

DEEP_LINK = "cell=gru&input=text&text=abcdef&weights=random&units=4&step=4&unit=2"


@pytest.mark.parametrize("cold", [True, rare(False)], ids=["cold", "warm"])
def test_the_first_visit_opens_the_links_own_scene(page: Page, cold: bool) -> None:
    with running_app(cold=cold) as base:
        stepper = open_stepper(page, base, DEEP_LINK)
        expect(stepper.root).to_have_attribute("data-cell", "gru")
        stepper.is_at(4, unit=2)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_text("Page not found")).to_have_count(0)
        page.close()  # before the server goes, which it would take for a lost connection
