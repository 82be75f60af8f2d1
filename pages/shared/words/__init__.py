"""The words that a page shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cells.core.messages import InputError
from pages.shared.words.catalogue import LANGUAGES, nearest, own_name, translate

__all__ = ["LANGUAGES", "Say", "browser_language", "explain", "language", "own_name", "say"]


Say = Callable[..., str]


def language() -> str:
    """Return the link's language, or the one nearest to the browser's locale."""
    chosen = st.query_params.get("lang")
    return chosen if chosen in LANGUAGES else browser_language()


def browser_language() -> str:
    """Return the language nearest to the browser's locale."""
    return nearest(st.context.locale)


def say(text: str, **values: object) -> str:
    """Translate `text`, an English key of the catalogue, into the reader's language, its `{name}` fields filled in."""
    return translate(language(), text, **values)


def explain(error: InputError) -> str:
    """Say an error in the reader's language."""
    return say(error.template, **error.values)
