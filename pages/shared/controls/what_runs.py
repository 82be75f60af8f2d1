"""The menus of what runs on a page, the sequence and the weights, and the drawer of their settings."""

from __future__ import annotations

import streamlit as st

from cells.core.settings import Setting
from pages.shared.controls.drawer import drawer
from pages.shared.controls.sequence import (
    choose_sequence,
    choose_typed,
    numbers_of_sequence,
    sequence_title,
    set_sequence,
)
from pages.shared.controls.weights import choose_precision, choose_weights, show_rounding
from pages.shared.controls.widgets import menu_label, set_numbers
from pages.shared.scene.scene import Scene
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.words import say


def choose_what_runs(scene: Scene) -> None:
    """Show the menus of the sequence and the weights, and the drawer of their settings."""
    with st.popover(menu_label(say("sequence"), sequence_title(scene)), key="sequence-menu"):
        choose_sequence(scene)
    with st.popover(menu_label(say("weights"), say(ALL_WEIGHTS[scene.weights].title)), key="weights-menu"):
        choose_weights(scene)
    if place := drawer(say("settings"), "settings"):
        with place:
            set_sequence(scene)
            set_numbers(scene, "weights", numbers_of_weights(scene))
            choose_precision(scene)
            show_rounding(scene)
    choose_typed(scene)


def numbers_of_weights(scene: Scene) -> tuple[Setting, ...]:
    """Return the settings of the chosen weights; one that the sequence has too, such as the seed, is set with it."""
    of_sequence = numbers_of_sequence(scene)
    return tuple(setting for setting in ALL_WEIGHTS[scene.weights].settings if setting not in of_sequence)
