"""The name under which a visit takes part in jobs."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from pages.shared.jobs import TRAINING_JOBS, studies


def on_visit_end(visit: str) -> None:
    """Drop a visit whose browser has gone: nobody waits any more for what it has started."""
    TRAINING_JOBS.leave(visit)
    studies.STUDIES.leave(visit)


@st.cache_resource(scope="session", show_spinner=False, max_entries=1, on_release=on_visit_end)
def visit() -> str:
    """Return the name of this visit; what it has started is cancelled once the browser has gone."""
    return uuid4().hex
