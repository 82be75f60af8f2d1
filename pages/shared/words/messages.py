"""Warnings of what could not be used: never as markup, for they repeat what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterable

import streamlit as st

from cells.core.messages import InputError
from pages.shared.words import explain

WORD_JOINER = "\u2060"  # invisible, without width, and no part of an address
LINKED = re.compile(r"(?=://|@)|(?<=www)(?=\.)", re.IGNORECASE)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def show_problems(problems: Iterable[InputError]) -> None:
    """Show one warning, a line a problem."""
    lines = [plain(explain(problem)) for problem in problems]
    if lines:
        st.warning("  \n".join(lines), icon=":material/error:")


def plain(text: str) -> str:
    """Escape text that Markdown is to show as it is: no markup, and no address made into a link."""
    return PUNCTUATION.sub(r"\\\1", LINKED.sub(WORD_JOINER, text))
