"""The controls of the compare page: several cells, what runs, and what the cells are equal in."""

from __future__ import annotations

import streamlit as st

from pages.compare.kind import COMPARE, MATCHES
from pages.shared.controls.cells import choose_several_cells
from pages.shared.controls.what_runs import choose_what_runs
from pages.shared.controls.widgets import choose_language, on_widget_change, preset, row
from pages.shared.scene.scene import Scene
from pages.shared.words import say


def compare_controls(scene: Scene) -> None:
    """Show the row of controls above the page."""
    with row():
        choose_several_cells(scene)
        choose_what_runs(scene)
        choose_match(scene)
        choose_language()


def choose_match(scene: Scene) -> None:
    """Show the choice of what the cells are equal in; hand-wired ones are as large as their wiring."""
    st.segmented_control(
        say("as large in"),
        list(MATCHES),
        format_func=lambda key: say(MATCHES[key]),
        key=preset("choose match", COMPARE.own_of(scene).match),
        required=True,
        disabled="units" not in scene.settings,
        label_visibility="collapsed",
        on_change=on_widget_change,
        args=("match", "choose match"),
    )
