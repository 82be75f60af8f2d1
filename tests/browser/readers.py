"""People who open one page after another, and whose browsers need not read the app's scripts anew for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

# Any address of this machine: with --process-per-site all its pages, whatever their port, share a process.
HERE = "http://localhost/"
# All that a page can leave behind, but for the HTTP cache and the compiled scripts.
STORED = "local_storage,indexeddb,cache_storage,service_workers,file_systems,shared_storage"


class Readers:
    """As many as a test asks for; the next test meets the same ones, who have forgotten everything."""

    def __init__(self, browser: Browser, usual: Mapping[str, Any]) -> None:
        self._browser = browser
        self._usual = usual
        self._known: list[tuple[dict[str, Any], Reader]] = []
        self._busy: list[Reader] = []

    def another(self, options: Mapping[str, Any]) -> Reader:
        """One who has no page in this test yet, with these options beside the usual ones."""
        wanted = {**self._usual, **options}
        viewport = wanted.pop("viewport")
        free = (one for known, one in self._known if known == wanted and one not in self._busy)
        reader = next(free, None) or Reader(self._browser, wanted)
        reader.viewport = viewport
        if all(one is not reader for _, one in self._known):
            self._known.append((wanted, reader))
        self._busy.append(reader)
        return reader

    def forget(self) -> None:
        """A test has ended."""
        for reader in self._busy:
            reader.forget()
        self._busy.clear()

    def leave(self) -> None:
        """All tests have ended."""
        for _, reader in self._known:
            reader.context.close()
        self._known.clear()


class Reader:
    """A context in which a blank page stays open, and with it the process that has the app's scripts compiled.

    That more than halves what it takes to open a page.
    """

    def __init__(self, browser: Browser, options: Mapping[str, Any]) -> None:
        self.context = browser.new_context(**options)
        self.viewport: Any = None
        self._blank = self.context.new_page()
        self._blank.route(HERE, blank)
        self._blank.goto(HERE)
        self._protocol = self.context.new_cdp_session(self._blank)

    def open(self) -> Page:
        """A new page."""
        page = self.context.new_page()
        page.set_viewport_size(self.viewport)
        return page

    def forget(self) -> None:
        """Close all pages but the blank one, and clear what their origins have stored."""
        pages = [page for page in self.context.pages if page is not self._blank]
        origins = {origin_of(page.url) for page in pages if page.url.startswith("http")}
        for page in pages:
            page.close()
        for origin in origins:
            self._protocol.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
        self.context.clear_cookies()


def origin_of(url: str) -> str:
    """Whose storage a page uses: "http://localhost:40123"."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def blank(route: Route) -> None:
    """Answer with a page that holds nothing."""
    route.fulfill(content_type="text/html", body="<!doctype html>")
