"""The problems of a browser page that nobody sees on it."""

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

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBED.search(message.location.get("url", "")):
            problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_error(error: Error) -> None:
        problems.append(f"uncaught: {error}")

    def on_response(response: Response) -> None:
        if response.status >= 400 and not PROBED.search(response.url):
            problems.append(f"response {response.status}: {response.url}")

    def on_request(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in WITHOUT_NETWORK and url.hostname not in HERE:
            problems.append(f"request to elsewhere: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    page.on("response", on_response)
    page.on("request", on_request)
