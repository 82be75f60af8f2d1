"""What every page needs around what it shows: on a narrow screen, on paper, and in the browser's history."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.shared.stepper.javascript import one_module, one_sheet

ENTRY = Path(__file__).with_suffix(".js")
EVERY_PAGE = st.components.v2.component(
    "gatescope_every_page", js=one_module(ENTRY), css=one_sheet(ENTRY), isolate_styles=False
)


def suit_every_page() -> None:
    """Bring in the styles, and watch over the list of pages, what is printed, and the entries of the history."""
    EVERY_PAGE(key="every-page")
