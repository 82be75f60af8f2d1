"""The menus of what runs on a page: the sequence and the weights."""

from __future__ import annotations

import streamlit as st

from pages.shared.controls.sequence import choose_sequence, choose_typed, sequence_title
from pages.shared.controls.weights import choose_weights
from pages.shared.controls.widgets import menu_label
from pages.shared.scene.scene import Scene
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.words import say


def choose_what_runs(scene: Scene) -> None:
    """Show the menus of the sequence and the weights, with their settings."""
    with st.popover(menu_label(say("sequence"), sequence_title(scene)), key="sequence-menu"):
        choose_sequence(scene)
    with st.popover(menu_label(say("weights"), say(ALL_WEIGHTS[scene.weights].title)), key="weights-menu"):
        choose_weights(scene)
    choose_typed(scene)
