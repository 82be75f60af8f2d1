"""A visit: the name under which it takes part in jobs, the same one after its tab has been loaded anew.

A tab keeps a secret (`tab.js`). The visit that it belongs to is taken over by the session that brings it next, with the
texts that were too long for its links, unless the session that had it is still connected: then a tab has been
duplicated, and the second is a visit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer
from typing import Any
from uuid import uuid4

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shared.jobs import TRAINING_JOBS, studies
from pages.shared.jobs.training_job import GRACE

TAB = "tab"
KEPT: list[str] = []  # names in the session of what a visit keeps beside its links, and has again in a tab loaded anew

watched_tab = st.components.v2.component(
    "gatescope_tab", js=Path(__file__).with_name("tab.js").read_text(encoding="utf-8")
)


@dataclass(eq=False)
class Visit:
    """A visit as one session has it: under which name, in which tab, and what it keeps beside its links."""

    session: str
    name: str = field(default_factory=lambda: uuid4().hex)
    tab: str = ""
    kept: dict[str, Any] = field(default_factory=dict)


class Visits:
    """All visits whose tab is known, by its secret."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_tab: dict[str, Visit] = {}

    def recognise(self, visit: Visit, tab: str) -> bool:
        """Let a visit be that of a tab: the one that this tab has had before, or its own.

        Returns False, and changes nothing, where another session that is still connected has this tab.
        """
        with self._lock:
            before = self._by_tab.get(tab)
            if before is not None and before is not visit:
                if is_connected(before.session):
                    return False
                TRAINING_JOBS.hand_over(visit.name, before.name)  # what was begun before the tab was known
                studies.STUDIES.hand_over(visit.name, before.name)
                visit.name, visit.kept = before.name, before.kept
            visit.tab = tab
            self._by_tab[tab] = visit
            return True

    def end(self, visit: Visit) -> bool:
        """Forget a visit whose session has ended. Returns False where another session has taken it over."""
        with self._lock:
            if visit.tab and self._by_tab.get(visit.tab) is not visit:
                return False
            self._by_tab.pop(visit.tab, None)
            return True


VISITS = Visits()


def is_connected(session: str) -> bool:
    """Tell whether the browser of a session is there."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def on_visit_end(visit: Visit) -> None:
    """Drop a visit whose browser has gone, after a while in which a tab that is loaded anew may bring it back."""
    if visit.tab:
        timer = Timer(GRACE, end_visit, [visit])
        timer.daemon = True
        timer.start()
    else:
        end_visit(visit)


def end_visit(visit: Visit) -> None:
    """Drop a visit unless its tab has come back: nobody waits any more for what it has started."""
    if VISITS.end(visit):
        TRAINING_JOBS.leave(visit.name)
        studies.STUDIES.leave(visit.name)


@st.cache_resource(scope="session", show_spinner=False, max_entries=1, on_release=on_visit_end)
def visit_of_session() -> Visit:
    """Return this session's visit; what it has started is cancelled once the browser has gone."""
    context = get_script_run_ctx()
    return Visit(context.session_id if context else "")


def visit() -> str:
    """Return the name of this visit, as soon as its tab is known that which it had before."""
    mine, tab = visit_of_session(), reported_tab()
    if tab and tab["id"] != mine.tab and VISITS.recognise(mine, tab["id"]):
        for name, value in mine.kept.items():
            st.session_state.setdefault(name, value)
    return mine.name


def reported_tab() -> dict[str, Any] | None:
    """Return what the browser has said of its tab: `id`, and how many `tries` it has made; None before it has."""
    tab: dict[str, Any] | None = st.session_state.get(TAB, {}).get("tab")
    return tab


def watch_tab(page: str) -> None:
    """Ask the browser for its tab, on a page, by its address, that shows what a visit has started."""
    visit()
    mine, tab = visit_of_session(), reported_tab()
    mine.kept = {kept: st.session_state[kept] for kept in KEPT if kept in st.session_state}
    refused = tab if tab and tab["id"] != mine.tab else None
    data = {"refused": refused["id"], "tries": refused["tries"]} if refused else {"refused": None, "tries": 0}
    watched_tab(key=TAB, data={"page": page, **data}, default={"tab": None}, on_tab_change=lambda: None)
