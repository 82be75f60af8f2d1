"""A deep stack, unit by unit: what is carried past, what is added, and what is left of the gradient on its way back."""

from __future__ import annotations

import streamlit as st

from pages.depth.controls import depth_controls
from pages.depth.depth_stepper import depth_stepper
from pages.depth.gradients import gradients_of
from pages.depth.kind import DEPTH_PAGE
from pages.depth.payload import depth_payload
from pages.depth.results import open_depth, place_of, read_by
from pages.shared.jobs.visitor import watch_tab
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import mark_shown
from pages.shared.words import say
from pages.shared.words.messages import show_problems


def main() -> None:
    """Show the page that the link describes."""
    start_page("depth")
    watch_tab("depth")
    switch_if_requested()
    scene, misread = current()
    scene, _, unusable = open_depth(scene)
    depth_controls(scene)
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Show the stack; this runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, run, _ = open_depth(scene)
    own = DEPTH_PAGE.own_of(scene)
    middle = place_of(own, run)

    def on_position(step: int, unit: int, place: tuple[int, ...]) -> None:
        usual = place_of(DEPTH_PAGE.own(), run)
        choose(step=None if step == -1 else step, unit=unit, place=None if place == usual else place)

    depth_stepper(
        depth_payload(own, run, gradients_of(own, scene.input, read_by(scene)), say),
        step=-1 if scene.step is None else scene.step,
        unit=scene.unit,
        place=middle,
        key="stepper",
        on_position=on_position,
    )
    mark_shown()


main()
