"""A drawer: controls that open below their row and not over the page, for what they change is to be seen meanwhile."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

OPEN_DRAWERS = "open drawers"


def drawer(label: str, key: str) -> DeltaGenerator | None:
    """Show the button of a drawer in the row of controls. Returns the place of its controls while it is open.

    key: starts the keys of the button and the place, "settings-menu" and "settings-drawer", by which every_page.css
    puts the place below the row.
    """
    is_open = key in st.session_state.get(OPEN_DRAWERS, frozenset())
    st.button(
        label,
        key=f"{key}-menu",
        icon=":material/keyboard_arrow_up:" if is_open else ":material/keyboard_arrow_down:",
        icon_position="right",
        on_click=toggle,
        args=(key,),
    )
    return st.container(key=f"{key}-drawer", horizontal=True, vertical_alignment="top") if is_open else None


def toggle(key: str) -> None:
    """Close a drawer that is open, or open it in the place of another."""
    was_open = key in st.session_state.get(OPEN_DRAWERS, frozenset())
    st.session_state[OPEN_DRAWERS] = frozenset() if was_open else frozenset({key})
