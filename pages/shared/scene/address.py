"""The address that a browser sends along with every run: the link that counts may be another one.

A browser tells its address when it asks for a run, and on a busy machine that may be an earlier one than the link that
has been written since. Its history also holds addresses that nobody has asked for: the path of the page that was left
with the parameters of the one that was opened, or a path with none, for path and parameters change one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

HAD = "links that each page has had in this visit"

Link = dict[str, str]


def link_of_address(page: str, links: Mapping[str, Link], *, turned: bool) -> Link:
    """Return the link that the browser's address means on a page.

    links: the newest one of each page. turned: whether the reader has come to this page from another one.
    """
    address, newest = st.query_params.to_dict(), links.get(page, {})
    if has_had(address, page):
        return address if turned or through_history() else newest  # what comes by itself comes late
    mixed = has_had(address) or (page in links and through_history() and not address)
    return newest if mixed else address


def remember_link(page: str, link: Mapping[str, str]) -> None:
    """Keep in mind that a page has had this link."""
    had: dict[str, set[int]] = st.session_state.setdefault(HAD, {})
    had.setdefault(page, set()).add(fingerprint(link))


def has_had(link: Mapping[str, str], page: str | None = None) -> bool:
    """Tell whether a page, or with None any page, has had this link in this visit."""
    had: dict[str, set[int]] = st.session_state.get(HAD, {})
    return any(fingerprint(link) in links for one, links in had.items() if page in (None, one))


def fingerprint(link: Mapping[str, str]) -> int:
    """Return a number that is the same for equal links; these may be long."""
    return hash(frozenset(link.items()))


def through_history() -> bool:
    """Tell whether this run shows where the browser's Back or Forward has led."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
