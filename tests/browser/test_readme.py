from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.readme import run_example


def test_the_example_of_the_page_contract_runs(page: Page, app: str) -> None:
    example = run_example("data-testid")["test_the_latch_forgets_while_it_is_written"]
    example(page, app)
    expect(page.get_by_test_id("stepper")).to_have_attribute("data-step", "4")
