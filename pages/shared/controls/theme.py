"""The reader's theme."""

from __future__ import annotations

import streamlit as st

from pages.shared.figures.palette import Theme


def theme() -> Theme:
    """Return the theme in which the reader's browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"
