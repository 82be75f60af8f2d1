"""The studies of this visit: they end with it, but for what is taken along."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import streamlit as st

from pages.runs import studies
from pages.runs.studies import Seen


def gone(visit: str) -> None:
    """The browser has gone: nobody waits for its study any more."""
    studies.STUDIES.leave(visit)


@st.cache_resource(scope="session", show_spinner=False, max_entries=1, on_release=gone)
def studying_visit() -> str:
    """The name by which the studies know this visit; what it studies goes with it."""
    return uuid4().hex


def as_csv(seen: Seen) -> bytes:
    """A line a training: what it was, what came of it, and after how many updates."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(["task", "cell", "lag", "seed", "units", "updates", "success", "trouble"])
    for run, result in seen.results.items():
        recipe = seen.study.recipes[run]
        trouble = str(result.trouble) if result.trouble else ""
        lines.writerow([recipe.task, *run, recipe.units, result.update, result.success, trouble])
    return written.getvalue().encode()
