"""Opening the app in a browser and waiting until it has settled."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

# A page that is run for the first time on a busy machine; none should take a tenth of this.
MILLISECONDS = 60_000
# When the browser last asked Python for a run. A page that has just been painted says so; a reader who has gone on
# by then is taken back to it by Streamlit.
NOTE_ASKED = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (frame) { window.asked = performance.now(); return send.call(this, frame); };
"""
IS_QUIET = "performance.now() - window.asked > 600"  # ms; a stepper reports 300 ms after it has come to rest
BETWEEN_LOOKS = 100  # ms; Playwright's own way is to look at each frame, for which the browser must paint one


def open_app(
    page: Page, base: str, query: str | Mapping[str, object] = "", *, path: str = "", stepper: bool = True
) -> None:
    """Open `base`/`path`?`query` and wait until it has settled.

    `query` is what stands behind the question mark, or the parameters: {"cell": "gru", "step": 3}. `stepper` says
    whether this page has one to wait for; below that of the step page there is a figure too.
    """
    text = query if isinstance(query, str) else urlencode({name: str(value) for name, value in query.items()})
    page.goto(f"{base}/{path}?{text}" if text else f"{base}/{path}")
    wait_until_settled(page, stepper=stepper, figure=stepper and path in ("", "step"))


def wait_until_settled(page: Page, *, stepper: bool = True, figure: bool = True) -> None:
    """Wait until the page is connected, its script has ended, and what it shows has been painted in its own fonts."""
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=MILLISECONDS)
    if stepper:
        ready = page.locator("[data-testid=stepper]")
        expect(ready).to_have_attribute("data-ready", "true", timeout=MILLISECONDS)
    if figure:
        # The figure below is asked for once the stepper stands; meanwhile Streamlit may fade what is on the page.
        expect(page.locator(".st-key-overview .main-svg").first).to_be_attached(timeout=MILLISECONDS)
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=MILLISECONDS)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=MILLISECONDS)
    page.evaluate("document.fonts.ready.then(() => true)")


def wait_until_quiet(page: Page) -> None:
    """Wait until a page stands and has told Python all that it tells by itself. NOTE_ASKED is its script."""
    wait_until_settled(page, stepper=False, figure=False)
    page.evaluate("window.asked = performance.now()")
    page.wait_for_function(IS_QUIET, polling=BETWEEN_LOOKS)
    wait_until_settled(page, stepper=False, figure=False)


def choose_cell(page: Page, title: str) -> None:
    """Choose a cell by its title."""
    page.get_by_role("radio", name=title, exact=True).click()
