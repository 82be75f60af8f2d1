"""The Chromium that the browser tests and the benchmarks drive, and how it is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # One process for all pages of a reader: see readers.py.
    "--process-per-site",
    # The same glyphs on every screen: no hinting, no coloured edges, one colour space.
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    # No test may depend on the network, nor reach it by mistake.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@contextmanager
def launch_chromium() -> Iterator[Browser]:
    """Start a headless Chromium: the system's, else the one that Playwright has installed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_chromium(), args=flags())
        try:
            yield browser
        finally:
            browser.close()


def system_chromium() -> str | None:
    """Return the path of the system's Chromium; None for a snap, which cannot be driven from outside."""
    found = shutil.which("chromium")
    return None if found is None or found.startswith("/snap/") else found


def flags() -> list[str]:
    """Return the flags of a start; Chromium's sandbox refuses to run as root."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, "--no-sandbox"] if as_root else FLAGS


if __name__ == "__main__":
    with launch_chromium() as found:
        print(found.version)
