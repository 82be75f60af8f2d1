"""People who open one page after another, and whose browsers need not read the app's scripts anew for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Route

# Any address of this machine: with --process-per-site all its pages, whatever their port, share a process.
HERE = "http://localhost/"
FORGET = "localStorage.clear(); sessionStorage.clear()"


class Readers:
    """All readers: as many as a test asks for; the next one meets the same, who have forgotten everything."""

    def __init__(self, browser: Browser, usual: Mapping[str, Any]) -> None:
        self._browser = browser
        self._usual = usual
        self._readers: list[Reader] = []
        self._busy: list[Reader] = []
        self._lent: list[Reader] = []

    def another(self, options: Mapping[str, Any]) -> Reader:
        """Return a reader who has no page in this test yet, with these options beside the usual ones."""
        reader = self._free(options)
        self._busy.append(reader)
        return reader

    @contextmanager
    def lent(self) -> Iterator[Reader]:
        """Lend a reader to several tests."""
        reader = self._free({})
        self._lent.append(reader)
        yield reader
        self._lent.remove(reader)
        reader.forget()

    def forget(self) -> None:
        """Make the readers of a test forget it, at its end."""
        for reader in self._busy:
            reader.forget()
        self._busy.clear()

    def leave(self) -> None:
        """Close the browsers of all readers, after all tests."""
        for reader in self._readers:
            reader.context.close()
        self._readers.clear()

    def _free(self, options: Mapping[str, Any]) -> Reader:
        wanted = {**self._usual, **options}
        viewport = wanted.pop("viewport")
        taken = [*self._busy, *self._lent]
        reader = next((each for each in self._readers if each.options == wanted and each not in taken), None)
        if reader is None:
            reader = Reader(self._browser, wanted)
            self._readers.append(reader)
        reader.viewport = viewport
        return reader


class Reader:
    """A reader: a browser context in which a blank page stays open, and with it the process with the compiled scripts.

    It more than halves what it takes to open a page.
    """

    def __init__(self, browser: Browser, options: Mapping[str, Any]) -> None:
        self.options = options
        self.context = browser.new_context(**options)
        self.viewport: Any = None
        self._blank = self.context.new_page()
        self._blank.route(HERE, blank)
        self._blank.goto(HERE)

    def open(self) -> Page:
        """Open a new page."""
        page = self.context.new_page()
        page.set_viewport_size(self.viewport)
        return page

    def forget(self) -> None:
        """Close all pages but the blank one, and clear what they have stored.

        Clearing it through the browser's protocol would throw the compiled scripts away too.
        """
        for page in self.context.pages:
            if page is not self._blank:
                if page.url.startswith("http"):
                    page.evaluate(FORGET)
                page.close()
        self.context.clear_cookies()


def blank(route: Route) -> None:
    """Answer with a page that holds nothing."""
    route.fulfill(content_type="text/html", body="<!doctype html>")
