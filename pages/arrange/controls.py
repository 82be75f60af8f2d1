"""The controls of the arrange page: cell and what runs, the arrangements, and how many outputs are read."""

from __future__ import annotations

import streamlit as st

from cells.arrangements import AHEAD, ARRANGEMENTS
from pages.arrange.kind import ARRANGE
from pages.shared.controls.cells import choose_cell, choose_variant
from pages.shared.controls.drawer import drawer
from pages.shared.controls.what_runs import choose_what_runs
from pages.shared.controls.widgets import choose_language, menu_label, on_widget_change, preset, row, slider
from pages.shared.scene.scene import Scene
from pages.shared.words import say

DESCRIPTION_WIDTH = 440  # px: what an arrangement is, in two lines beside its button


def arrange_controls(scene: Scene) -> None:
    """Show the two rows of controls above the page."""
    with row():
        choose_cell(scene)
        choose_what_runs(scene)
        choose_variant(scene)
        choose_language()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="arrangement"):
        choose_arrangement(scene)
        kind = ARRANGEMENTS[ARRANGE.own_of(scene).arrangement]
        if kind.feeds:
            choose_ahead(scene)
        description = say("{what} For example: {example}", what=say(kind.says), example=say(kind.example))
        st.markdown(f":small[:gray[{description}]]", width=DESCRIPTION_WIDTH)


def choose_arrangement(scene: Scene) -> None:
    """Show the four arrangements beside each other."""
    st.segmented_control(
        say("arrangement"),
        list(ARRANGEMENTS),
        format_func=lambda key: say(ARRANGEMENTS[key].title),
        key=preset("choose arrangement", ARRANGE.own_of(scene).arrangement),
        required=True,
        label_visibility="collapsed",
        on_change=on_widget_change,
        args=("arrangement", "choose arrangement"),
    )


def choose_ahead(scene: Scene) -> None:
    """Show the choice of how many outputs are read, where each of them is the next input."""
    ahead = ARRANGE.own_of(scene).ahead
    if place := drawer(menu_label(say(AHEAD.title), str(ahead)), "ahead"):
        with place:
            slider(AHEAD, "set ahead", ahead, on_widget_change, ("ahead", "set ahead"))
