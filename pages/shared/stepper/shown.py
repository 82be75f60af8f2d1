"""The mark that says for which position the page's buttons have been drawn.

The reader moves in the browser, and Python draws the buttons that give away what is shown a moment later. The mark is
drawn after them; until it names what the browser shows, `frame/held_clicks.js` lets these buttons wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st


def note_shown(key: str, opening: int, position: Mapping[str, Any]) -> None:
    """Note what a stepper shows from this run on: the number of its opening, and where in it."""
    st.session_state[f"{key} shown"] = "-".join(str(number) for number in (opening, *position.values()))


def note_asked(key: str, report: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Note that a what-if has been heard, whatever comes of it. Returns the report of it."""
    st.session_state[f"{key} asked"] = str((report or {}).get("ask", ""))
    return report


def mark_shown(key: str = "stepper", *, moving: bool = False) -> None:
    """Draw the mark, after all buttons of a page that give away what its stepper shows.

    moving: whether what is shown goes on by itself, so that the buttons may mean the next thing before a click arrives.
    """
    shown, asked = (st.session_state.get(f"{key} {name}", "") for name in ("shown", "asked"))
    st.html(f'<span data-shown="{escape(shown)}" data-asked="{escape(asked)}" data-moving="{moving}" hidden></span>')
