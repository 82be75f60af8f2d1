"""The readers of a test find nothing of the test before."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.browser.conftest import USUAL_CONTEXT
from tests.browser.layout import PHONE
from tests.browser.readers import Readers

STORE = "localStorage.setItem('seen', 'yes'); document.cookie = 'seen=yes'"
STORED = "[localStorage.getItem('seen'), sessionStorage.length, document.cookie.includes('seen')]"


def test_what_a_page_has_stored_is_forgotten_and_the_process_lives_on(browser: Browser, app: str) -> None:
    readers = Readers(browser, USUAL_CONTEXT)
    reader = readers.another({})
    page = reader.open()
    page.goto(f"{app}/_stcore/health")
    page.evaluate(STORE)
    readers.forget()
    assert page.is_closed()
    again = readers.another({})
    assert again is reader
    page = again.open()
    page.goto(f"{app}/_stcore/health")
    assert page.evaluate(STORED) == [None, 0, False]
    readers.leave()


def test_two_of_a_test_know_nothing_of_each_other(new_page: Callable[..., Page], app: str) -> None:
    one, other = new_page(), new_page(viewport=PHONE)
    for page in (one, other):
        page.goto(f"{app}/_stcore/health")
    one.evaluate(STORE)
    assert other.evaluate(STORED) == [None, 0, False]
    assert one.context is not other.context
    assert other.viewport_size == PHONE
