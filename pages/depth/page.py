"""A deep stack, unit by unit: what is carried past, what is added, and what is left of the gradient on its way back.

From top to bottom, and where each part is made:

    the controls                                  controls.py
    the stepper through depth, in the browser     stepper.js; what it is given: payload.py, depth_stepper.py, words.py
    the gradients of all four kinds in numbers    gradient_words.py
    training=True and training=False              modes.py

What is shown is computed in results.py and gradients.py; weights.py says with which weights, kind.py what a link
carries.
"""

from __future__ import annotations

import streamlit as st

from pages.depth.controls import depth_controls
from pages.depth.depth_stepper import depth_stepper
from pages.depth.gradient_words import gradient_table, measured_sentence, problem_sentences
from pages.depth.gradients import KindGradient, gradients_of
from pages.depth.kind import DEPTH_PAGE, DIGIT, DepthFields
from pages.depth.modes import FORGOTTEN, modes_sentences, modes_table
from pages.depth.payload import depth_payload
from pages.depth.results import DepthRun, open_depth, place_of, read_by
from pages.depth.weights import weights_of
from pages.shared.jobs.visitor import watch_tab
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.scene import DOUBLE, Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import mark_shown
from pages.shared.words import say
from pages.shared.words.messages import plain, show_problems


def main() -> None:
    """Show the page that the link describes."""
    start_page("depth")
    watch_tab("depth")
    switch_if_requested()
    scene, misread = current()
    scene, run, unusable = open_depth(scene)
    depth_controls(scene)
    show_problems(misread + refused() + unusable)
    offer_shortcut(run)
    explore()


def offer_shortcut(run: DepthRun) -> None:
    """Offer the 1 × 1 convolution that lets a sum be made of different numbers of channels, where it is missing."""
    plan = run.plan
    if run.trace.stopped is not None and plan.widens_at == len(run.trace.units) and not plan.shortcut:
        st.button(
            say("Put a 1 × 1 convolution on the shortcut"),
            key="put-shortcut",
            icon=":material/add_link:",
            on_click=choose,
            kwargs={"shortcut": True},
        )


@st.fragment
def explore() -> None:
    """Show what follows the reader's position; it runs alone when only that has changed."""
    scene, _ = current()
    scene, run, _ = open_depth(scene)
    own = DEPTH_PAGE.own_of(scene)
    gradients = gradients_of(own, scene.input, read_by(scene))
    if show_stepper(scene, run, gradients):  # what is slow to draw waits until the stepper stands
        show_gradients(own, gradients)
        show_modes(scene, own, run)
    mark_shown()


def show_stepper(scene: Scene, run: DepthRun, gradients: list[KindGradient]) -> bool:
    """Show the stack, the position kept in the link. Returns whether it has been painted."""
    own = DEPTH_PAGE.own_of(scene)
    middle = place_of(DEPTH_PAGE.own(), run)

    def on_position(step: int, unit: int, place: tuple[int, ...]) -> None:
        choose(step=None if step == -1 else step, unit=unit, place=None if place == middle else place)

    return depth_stepper(
        depth_payload(own, run, gradients, say),
        step=-1 if scene.step is None else scene.step,
        unit=scene.unit,
        place=place_of(own, run),
        key="stepper",
        on_position=on_position,
    )


def show_gradients(own: DepthFields, gradients: list[KindGradient]) -> None:
    """Show what is left of the gradient of each kind in numbers, and what was measured."""
    st.subheader(say("The gradient in numbers"))
    st.table(gradient_table(gradients))
    for sentence in [measured_sentence(own, gradients), *problem_sentences(gradients)]:
        st.markdown(f":small[{plain(sentence)}]")


def show_modes(scene: Scene, own: DepthFields, run: DepthRun) -> None:
    """Show what the switch between the modes does, where there is a batch normalisation to be switched."""
    st.subheader(say("training=True and training=False"))
    if own.norm and own.reads == DIGIT and run.trace.stopped is None:
        weights, _ = weights_of(own)
        st.table(modes_table(own, run, weights, double=scene.precision == DOUBLE))
    for sentence in modes_sentences(run) if own.norm else [say("Without batch normalisation both give the same.")]:
        st.markdown(f":small[{plain(sentence)}]")
    st.button(
        say("A scene: somebody forgot to switch"),
        key="forgotten",
        icon=":material/toggle_on:",
        on_click=choose,
        kwargs={**FORGOTTEN, "step": None, "unit": 0},
    )


main()
