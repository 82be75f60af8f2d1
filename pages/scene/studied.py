"""The studies of this visit: they end with it."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from pages.runs import studies


def gone(visit: str) -> None:
    """The browser has gone: nobody waits for its study any more."""
    studies.STUDIES.leave(visit)


@st.cache_resource(scope="session", show_spinner=False, max_entries=1, on_release=gone)
def studying_visit() -> str:
    """The name by which the studies know this visit; what it studies goes with it."""
    return uuid4().hex
