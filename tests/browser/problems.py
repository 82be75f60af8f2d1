"""What goes wrong in a browser page without anybody seeing it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

HERE = {"localhost", "127.0.0.1"}
# Opened on a page of its own address, Streamlit asks for these beside that page first and then at the root.
PROBED = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")
WITHOUT_NETWORK = {"data", "blob", "about", "chrome-extension", "file"}


def record_problems(page: Page, problems: list[str]) -> None:
    """Add a line to `problems` for each console error, uncaught exception, failed response and request to elsewhere."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBED.search(message.location.get("url", "")):
            problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def uncaught(error: Error) -> None:
        problems.append(f"uncaught: {error}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not PROBED.search(response.url):
            problems.append(f"response {response.status}: {response.url}")

    def asked(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in WITHOUT_NETWORK and url.hostname not in HERE:
            problems.append(f"request to elsewhere: {request.url}")

    page.on("console", console)
    page.on("pageerror", uncaught)
    page.on("response", answered)
    page.on("request", asked)
