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
    """Wait until the address carries these parameters, spelt as a reader types them or as Streamlit writes them."""
    for name, value in values.items():
        spelt = re.escape(quote(value)).replace("%2C", "(%2C|,)").replace("%3A", "(%3A|:)")
        expect(page).to_have_url(re.compile(rf"[?&]{name}={spelt}(&|$)"))
