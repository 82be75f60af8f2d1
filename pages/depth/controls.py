"""The controls of the depth page: what goes in, the kind of unit, how deep, and how it is run."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells.core.messages import InputError
from cells.core.settings import Number
from cells.depth.stack import CHANNELS, DEPTH, GROWTH, KERNEL, START, WIDER
from cells.depth.units import UNITS
from cells.inputs.digits import digits
from cells.training.recipe import Recipe
from pages.depth.kind import (
    BESIDE,
    DEPTH_PAGE,
    DRAW,
    KEEP,
    LEARN,
    MODES,
    PICTURE,
    POINT,
    RATE,
    READS,
    SEQUENCE,
    DepthFields,
)
from pages.depth.weights import recipe_of
from pages.shared.controls.drawer import drawer
from pages.shared.controls.sequence import choose_sequence, choose_typed, sequence_title, set_sequence
from pages.shared.controls.training_actions import offer_actions, start, training_seen
from pages.shared.controls.widgets import choose_language, menu_label, on_widget_change, preset, row, segments, slider
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose
from pages.shared.words import explain, say

RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
PROGRESS_WIDTH = 260  # px


def depth_controls(scene: Scene) -> DeltaGenerator:
    """Show the two rows of controls above the page. Returns the slot in them for the bar of a training's progress."""
    own = DEPTH_PAGE.own_of(scene)
    with row():
        words("stack", {key: say(unit.title) for key, unit in UNITS.items()}, own.stack)
        if place := drawer(menu_label(say("units"), str(own.depth)), "sizes"):
            with place:
                set_sizes(own)
        choose_what_goes_in(scene, own)
        choose_language()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run"):
        choose_norm(own)
        words("mode", {mode: f"training={training}" for mode, training in MODES.items()}, own.mode)
        choose_weights(own)
        return offer_training(own)


def words(name: str, titles: dict[str, str], chosen: str) -> None:
    """Show the few values of one field of the link beside each other."""
    key = f"choose {name}"
    segments(say(name), key, titles, chosen, on_widget_change, (name, key))


def set_sizes(own: DepthFields) -> None:
    """Show the sizes of the stack, and how its weights are drawn."""
    number(DEPTH, "depth", own.depth)
    number(CHANNELS, "channels", own.channels)
    if own.stack == "dense":
        number(GROWTH, "growth", own.growth)
    number(KERNEL, "kernel", own.kernel)
    if own.stack != "dense":
        number(WIDER, "wider", own.channels if own.wider is None else own.wider)
    if own.stack == "highway":
        number(KEEP, "keep", own.keep)
    titles = {key: say(title) for key, title in START.choices.items()}
    segments(
        say(START.title), "choose drawn", titles, own.drawn, on_widget_change, ("drawn", "choose drawn"), labelled=True
    )
    number(DRAW, "draw", own.draw)
    number(LEARN, "learn", own.learn)
    st.select_slider(
        say(RATE.title),
        sorted({*RATES, own.rate}),
        key=preset("set rate", own.rate),
        on_change=on_widget_change,
        args=("rate", "set rate"),
    )


def number(setting: Number, name: str, value: Any) -> None:
    """Show the slider of one number of the link."""
    slider(setting, f"set {name}", value, on_widget_change, (name, f"set {name}"))


def choose_what_goes_in(scene: Scene, own: DepthFields) -> None:
    """Show the menu of what the stack reads: a digit, one point of it, or a sequence of the app."""
    title = sequence_title(scene) if own.reads == SEQUENCE else str(int(digits().digits[own.picture]))
    with st.popover(menu_label(say("input"), title), key="input-menu"):
        choose_reads(own)
        if own.reads == SEQUENCE:
            choose_sequence(scene)
        else:
            number(PICTURE, "picture", own.picture)
            st.toggle(
                say("a second one in the batch"),
                key=preset("set two", own.beside is not None),
                on_change=on_two_change,
                args=(own,),
            )
            if own.beside is not None:
                number(BESIDE, "beside", own.beside)
    if own.reads == SEQUENCE:
        if place := drawer(say("settings"), "settings"):
            with place:
                set_sequence(scene)
        choose_typed(scene)


def choose_reads(own: DepthFields) -> None:
    """Show the choice of what is read; a picture of one point can be read by a kernel of one point alone."""
    titles = {key: say(title) for key, title in READS.items()}
    segments(say("reads"), "choose reads", titles, own.reads, on_reads_change, (own.reads,))


def on_reads_change(before: str) -> None:
    """Take what is read into the link, with a kernel that fits it."""
    reads = st.session_state["choose reads"]
    if reads == POINT:
        choose(reads=reads, kernel=1)
    elif before == POINT:
        choose(reads=reads, kernel=int(KERNEL.default))
    elif reads is not None:
        choose(reads=reads)


def on_two_change(own: DepthFields) -> None:
    """Put another picture beside the first in the batch, or take it away."""
    two = st.session_state["set two"]
    choose(beside=(own.picture + 1) % (int(PICTURE.high) + 1) if two else None)


def choose_weights(own: DepthFields) -> None:
    """Show the choice between the weights at the start and those that have been learnt."""
    titles = {False: say("at the start"), True: say("trained")}
    segments(say("weights"), "choose trained", titles, own.trained is not None, on_trained_change, (own,))


def on_trained_change(own: DepthFields) -> None:
    """Show the weights after all updates, or those at the start."""
    choose(trained=own.learn if st.session_state["choose trained"] else None)


def offer_training(own: DepthFields) -> DeltaGenerator:
    """Offer to train the stack that is shown, as the train page does. Returns the slot of its progress."""
    try:
        learnt = recipe_of(own)
    except InputError as problem:
        icon = ":material/play_arrow:"
        st.button(say("Train"), key="start-training", icon=icon, disabled=True, help=explain(problem))
        return st.empty()
    seen = training_seen(learnt)
    offer_actions(learnt, seen, say("Train"), start_and_show)
    return st.container(width=PROGRESS_WIDTH).empty() if seen else st.empty()


def start_and_show(recipe: Recipe) -> None:
    """Start the training, and show the newest weights from then on."""
    start(recipe)
    choose(trained=recipe.updates)


def choose_norm(own: DepthFields) -> None:
    """Show the switch of batch normalisation."""
    st.toggle(
        say("batch normalisation"),
        key=preset("set norm", own.norm),
        on_change=on_widget_change,
        args=("norm", "set norm"),
    )
