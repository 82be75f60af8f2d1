"""The controls of the compare page: those of the step page, but for several cells, and in what these are equal."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from pages.shared.controls.widgets import choose_language, choose_what_runs, chosen, heard, option, row, titled
from pages.shared.scene.scene import FEWEST_CELLS, MATCHES, MOST_CELLS, Scene
from pages.shared.words import say

LONGEST_NAMES = 24  # letters: with more the row of controls would not fit a projector, and the panes bear the names


def compare_controls(scene: Scene) -> None:
    """The row of controls above the page."""
    with row():
        titles = ", ".join(say(CELLS[key].title) for key in scene.cells)
        named = titles if len(titles) <= LONGEST_NAMES else str(len(scene.cells))
        with st.popover(titled(say("cells"), named), key="cells-menu"):
            choose_cells(scene)
        choose_what_runs(scene)
        choose_match(scene)
        choose_language()


def choose_cells(scene: Scene) -> None:
    """Every cell; a choice adds it at the end, or takes it out."""
    with st.container(gap="xsmall"):
        for key, cell in CELLS.items():
            selected = key in scene.cells
            others = tuple(other for other in scene.cells if other != key)
            reason = ""
            if selected and len(scene.cells) == FEWEST_CELLS:
                reason = say("At least {fewest} cells.", fewest=FEWEST_CELLS)
            if not selected and len(scene.cells) == MOST_CELLS:
                reason = say("At most {most} cells.", most=MOST_CELLS)
            option(
                say(cell.title),
                "cells",
                key,
                selected=selected,
                reason=reason,
                choice=others if selected else (*others, key),
            )


def choose_match(scene: Scene) -> None:
    """In what the cells are as large as each other; hand-wired ones are as large as their wiring."""
    st.segmented_control(
        say("as large in"),
        list(MATCHES),
        format_func=lambda key: say(MATCHES[key]),
        key=chosen("choose match", scene.match),
        required=True,
        disabled="units" not in scene.settings,
        label_visibility="collapsed",
        on_change=heard,
        args=("match", "choose match"),
    )
