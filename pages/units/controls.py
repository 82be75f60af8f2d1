"""The controls of the units page: what runs, and the unit and layer that are looked at."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.shared.controls.cells import choose_cell, choose_variant
from pages.shared.controls.copy_link import offer_link
from pages.shared.controls.what_runs import choose_what_runs
from pages.shared.controls.widgets import choose_language, on_widget_change, preset, row
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose
from pages.shared.words import say

UNIT_KEY, LAYER_KEY = "choose unit", "choose layer"


def unit_controls(scene: Scene) -> None:
    """Show the row of controls above the page."""
    with row():
        choose_cell(scene)
        choose_what_runs(scene)
        choose_variant(scene)
        offer_link()
        choose_language()


def choose_unit(scene: Scene, units: int, layers: Sequence[str]) -> None:
    """Show the choice of a unit and, where there are several `layers`, named in words, of a layer."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="unit-row"):
        if len(layers) > 1:
            st.selectbox(
                say("layer"),
                range(len(layers)),
                format_func=lambda index: layers[index],
                key=preset(LAYER_KEY, scene.layer),
                width=220,
                on_change=on_widget_change,
                args=("layer", LAYER_KEY),
            )
        st.number_input(
            say("unit"),
            0,
            units - 1,
            key=preset(UNIT_KEY, scene.unit),
            width=160,
            disabled=units == 1,
            on_change=on_widget_change,
            args=("unit", UNIT_KEY),
        )


def on_unit_click(key: str) -> None:
    """Take the unit whose dot was clicked in the figure `key` into the link."""
    points = st.session_state[key].selection.points
    if points and "customdata" in points[0]:
        choose(unit=int(points[0]["customdata"][0]))
