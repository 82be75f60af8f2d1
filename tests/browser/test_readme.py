from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests import ROOT
from tests.browser.contract import EVERYWHERE, promises
from tests.readme import run_example


def test_the_example_of_the_page_contract_runs(page: Page, app: str) -> None:
    example = run_example("data-testid")["test_the_latch_forgets_while_it_is_written"]
    example(page, app)
    expect(page.get_by_test_id("stepper")).to_have_attribute("data-step", "4")


def test_every_promise_of_the_page_contract_is_held_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py"))
    calls = re.findall(r"keeps_its_promises\([^()]*\)", tests)
    held = {place for call in calls for place in re.findall(r'"(.*?)"', call)}
    assert {promise.place for promise in promises()} == {EVERYWHERE, *held}
    attributes = {attribute for promise in promises() for attribute in promise.attributes}
    assert {"data-ready", "data-value", "data-was"} <= attributes, "the table is read"
