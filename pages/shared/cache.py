"""What is computed once and kept: for everybody, or for one visit alone where it is made of somebody's own file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.caching.cache_utils import CachedFunc

P = ParamSpec("P")
R = TypeVar("R")

KEPT = 8  # traces; the largest that a link can ask for, four layers in both directions, takes some 170 MB
KEPT_OF_A_VISIT = 2
OF_A_VISIT: list[Callable[[], None]] = []


def kept(private: Callable[P, bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function makes for all who ask the same; where `private` says so, for the visit, and gone with it."""

    def decorated(make: Callable[P, R]) -> Callable[P, R]:
        for_all = st.cache_resource(max_entries=KEPT, show_spinner=False)(make)
        for_the_visit = kept_for_the_visit(KEPT_OF_A_VISIT)(make)
        OF_A_VISIT.append(for_the_visit.clear)

        @wraps(make)
        def make_or_recall(*args: P.args, **kwargs: P.kwargs) -> R:
            return (for_the_visit if private(*args, **kwargs) else for_all)(*args, **kwargs)

        return make_or_recall

    return decorated


def kept_for_the_visit(entries: int) -> Callable[[Callable[P, R]], CachedFunc[P, R]]:
    """Keep what a function makes for one visit; its `clear` forgets."""
    return st.cache_resource(max_entries=entries, show_spinner=False, scope="session")


def forget_the_visit() -> None:
    """Forget all that was made of somebody's own file in this visit."""
    for clear in OF_A_VISIT:
        clear()
