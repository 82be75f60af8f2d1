"""Caches of what is computed: shared by all, or a visit's alone where it is made of somebody's own file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.caching.cache_utils import CachedFunc

P = ParamSpec("P")
R = TypeVar("R")
HashFuncs = dict[str | type[Any], Callable[[Any], Any]]

MAX_ENTRIES = 8  # traces; the largest that a link can ask for, four layers in both directions, takes some 170 MB
MAX_VISIT_ENTRIES = 2
FORGET_VISIT_CACHES: list[Callable[[], None]] = []


def cached(
    private: Callable[P, bool], hash_funcs: HashFuncs | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Cache a function's results, shared by all who ask the same; where `private` says so, for the visit alone.

    hash_funcs: type of an argument -> what stands for it among the arguments, where that is less than all of it.
    """

    def decorated(make: Callable[P, R]) -> Callable[P, R]:
        for_all = st.cache_resource(max_entries=MAX_ENTRIES, show_spinner=False, hash_funcs=hash_funcs)(make)
        for_visit = cached_for_visit(MAX_VISIT_ENTRIES, hash_funcs)(make)
        FORGET_VISIT_CACHES.append(for_visit.clear)

        @wraps(make)
        def make_or_recall(*args: P.args, **kwargs: P.kwargs) -> R:
            return (for_visit if private(*args, **kwargs) else for_all)(*args, **kwargs)

        return make_or_recall

    return decorated


def cached_for_visit(entries: int, hash_funcs: HashFuncs | None = None) -> Callable[[Callable[P, R]], CachedFunc[P, R]]:
    """Cache a function's results for one visit, at most so many `entries`; its `clear` forgets them."""
    return st.cache_resource(max_entries=entries, show_spinner=False, scope="session", hash_funcs=hash_funcs)


def forget_visit() -> None:
    """Forget all that was made of somebody's own file in this visit."""
    for clear in FORGET_VISIT_CACHES:
        clear()
