"""The fixtures of the browser tests: one browser, one app and one album of baselines; a fresh context for each page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import launch_chromium
from tests.browser.problems import record_problems
from tests.browser.readers import Readers
from tests.browser.screenshots import Album, check_screenshot, open_album
from tests.browser.server import running_app
from tests.checking.notes import NOTES

# The projector in a classroom, and a person who has chosen nothing.
USUAL_CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1366, "height": 768},
    "device_scale_factor": 1,
    "locale": "en-US",
    "timezone_id": "UTC",
    "color_scheme": "light",
    "reduced_motion": "reduce",
}
# Playwright's own limit, 5 s, is reached where another program takes the processor; nothing waits longer than it must.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that all tests share."""
    with launch_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def app() -> Iterator[str]:
    """The base URL of a warm server that all tests share."""
    with running_app() as base:
        yield base


@pytest.fixture
def page_errors() -> list[str]:
    """The problems so far in this test's pages; a test that provokes an error reads the list and clears it."""
    return []


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Iterator[Readers]:
    """The people who open the pages of all tests, one after another."""
    all_readers = Readers(browser, USUAL_CONTEXT)
    yield all_readers
    all_readers.leave()


@pytest.fixture
def new_page(readers: Readers, page_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page in a browser that nobody else in this test has, as another person would.

    Takes Playwright's new_context options. The test fails when anything has gone wrong in one of its pages: see
    problems.py.
    """

    def open_page(**options: Any) -> Page:
        page = readers.another(options).open()
        record_problems(page, page_errors)
        return page

    yield open_page
    readers.forget()
    assert page_errors == []


@pytest.fixture
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    """A page at 1366 x 768; `@pytest.mark.context(viewport=..., has_touch=True)` gives it other options."""
    marker = request.node.get_closest_marker("context")
    return new_page(**(marker.kwargs if marker else {}))


@pytest.fixture(scope="session")
def album(browser: Browser, pytestconfig: pytest.Config) -> Album:
    """The baselines of this browser."""
    baselines = open_album(browser, retake=pytestconfig.getoption("--retake"), strict=os.environ.get("CI") == "true")
    baselines.notes = pytestconfig.stash[NOTES]
    return baselines


@pytest.fixture(name="check_screenshot")
def checking(album: Album) -> Callable[[Locator, str], None]:
    """Give `check_screenshot(locator, name)`, which compares an element with its baseline."""
    return partial(check_screenshot, album=album)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, with --retake, the tests that take no pictures."""
    if config.getoption("--retake"):
        others = [item for item in items if "check_screenshot" not in getattr(item, "fixturenames", ())]
        items[:] = [item for item in items if item not in others]
        config.hook.pytest_deselected(items=others)
