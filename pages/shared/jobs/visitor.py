"""The visit, as those know it who run something for it elsewhere."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from pages.shared.jobs import RUNS, studies


def gone(visit: str) -> None:
    """The browser has gone: nobody waits any more for what the visit has started."""
    RUNS.leave(visit)
    studies.STUDIES.leave(visit)


@st.cache_resource(scope="session", show_spinner=False, max_entries=1, on_release=gone)
def visit() -> str:
    """The name of this visit; what it has started is cancelled once the browser has gone."""
    return uuid4().hex
