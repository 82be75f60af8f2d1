"""What every page needs on a narrow screen, beside what Streamlit does by itself."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
NARROW_SCREEN = st.components.v2.component(
    "gatescope_narrow_screen",
    js=(HERE / "narrow_screen.js").read_text(encoding="utf-8"),
    css=(HERE / "narrow_screen.css").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def suit_narrow_screens() -> None:
    """Close the list of pages once one has been chosen, and leave out figures' keys where they would cover them."""
    NARROW_SCREEN(key="narrow-screen")
