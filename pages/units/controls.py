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

UNIT_KEY, LAYER_KEY, STEP_KEY = "choose unit", "choose layer", "choose step"


def unit_controls(scene: Scene) -> None:
    """Show the row of controls above the page."""
    with row():
        choose_cell(scene)
        choose_what_runs(scene)
        choose_variant(scene)
        offer_link()
        choose_language()


def choose_unit(scene: Scene, units: int, layers: Sequence[str], step: int | None, steps: int) -> None:
    """Show the choice of a unit and, where there are several `layers`, named in words, of a layer.

    step: from 0, the one of so many `steps` whose prediction is looked at; None where there is no prediction.
    """
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
        if step is not None:
            st.number_input(say("step"), 1, steps, key=preset(STEP_KEY, step + 1), width=160, on_change=on_step_change)


def on_step_change() -> None:
    """Take the step whose prediction is looked at into the link, where steps are counted from 0."""
    value = st.session_state[STEP_KEY]
    if value is not None:
        choose(step=int(value) - 1)


def on_unit_click(key: str) -> None:
    """Take the unit whose dot was clicked in the figure `key` into the link."""
    points = st.session_state[key].selection.points
    if points and "customdata" in points[0]:
        choose(unit=int(points[0]["customdata"][0]))
