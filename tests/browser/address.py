"""The parameters in the address of a page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Page, expect


def query_of(page: Page) -> dict[str, str]:
    """Return the address's parameters, without those that tell Streamlit which theme to show."""
    found = parse_qs(urlsplit(page.url).query)
    return {name: values[0] for name, values in found.items() if not name.startswith("embed")}


def has_query(page: Page, **values: str) -> None:
    """Wait until the address carries these parameters."""
    for name, value in values.items():
        expect(page).to_have_url(re.compile(rf"[?&]{name}={re.escape(quote(value))}(&|$)"))
