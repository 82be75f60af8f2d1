"""The menu of a cell's weights, and the choice of the precision in which it runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from cells import CELLS
from cells.core.messages import N_
from cells.core.settings import MOST_CELLS
from cells.weights import TRAINED, WEIGHTS, WeightKind
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.controls.widgets import on_widget_change, option, preset
from pages.shared.scene.registry import kind_of
from pages.shared.scene.run import sequence_of
from pages.shared.scene.scene import PRECISIONS, Scene
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.weights import ALL_WEIGHTS, MODEL
from pages.shared.uploads.files import MODELS
from pages.shared.words import say
from pages.shared.words.messages import plain
from pages.shared.words.numbers import format_size

WEIGHT_GROUPS = {
    N_("wired by hand"): [key for key in WEIGHTS if key not in {"random", *(kind.key for kind in TRAINED)}],
    N_("trained"): [kind.key for kind in TRAINED],
    "": ["random", MODEL],
}


def choose_weights(scene: Scene) -> None:
    """Show all weights by how they are made."""
    with st.container(gap="xsmall"):
        for title, keys in WEIGHT_GROUPS.items():
            if title:
                st.markdown(f":small[**{say(title)}**]", text_alignment="center")
            for key in keys:
                offer_weights(scene, key)
    if scene.weights == MODEL:
        st.page_link(kind_of("model").script, label=say("Choose its layer"), icon=":material/layers:")
        offer_bundle(scene, "model-bundle")


def offer_weights(scene: Scene, key: str) -> None:
    """Show an entry for weights; those that do not fit bring along what they need, and say so.

    The visitor's own model, as long as there is none, is greyed out with the reason.
    """
    kind = ALL_WEIGHTS[key]
    reason = say(kind.needs) if key == MODEL and not MODELS.files() else ""
    along = needed_choices(scene, key)
    title = f"{say(kind.title)} :small[({plain(needed_in_words(along))})]" if along else say(kind.title)
    option(title, "weights", key, selected=key == scene.weights, reason=reason, along=along)


def needed_choices(scene: Scene, weights_key: str) -> dict[str, Any]:
    """Return what has to be chosen together with weights, so that they fit: a sequence, cells, or neither.

    What already fits stays: the sequence, and each of the cells, of which one at least must fit. Where a page has as
    many cells as it can, the last one makes room.
    """
    kind, choices = ALL_WEIGHTS[weights_key], dict[str, Any]()
    if not isinstance(kind, WeightKind):
        return choices
    if kind.inputs is not None and scene.input not in kind.inputs:
        choices["input"] = kind.inputs[0]
    if kind.cells is not None and not set(kind.cells) & set(scene.shown_cells):
        first = kind.cells[0]
        several = (*scene.cells[: MOST_CELLS - 1], first)
        choices |= {"cells": several} if scene.kind.several else {"cell": first}
    return choices


def needed_in_words(along: Mapping[str, Any]) -> str:
    """Say in words what comes along with weights."""
    cell = along.get("cell") or along.get("cells", ("",))[-1]
    named = say(CELLS[cell].title) if cell else ""
    if "input" not in along:
        return say("with {cell}", cell=named)
    sequence = say(INPUTS[along["input"]].title)
    if not cell:
        return say("with “{sequence}”", sequence=sequence)
    return say("with {cell}, “{sequence}”", cell=named, sequence=sequence)


def choose_precision(scene: Scene) -> None:
    """Show the choice of the precision in which everything runs."""
    st.segmented_control(
        say("precision"),
        PRECISIONS,
        key=preset("choose precision", scene.precision),
        required=True,
        on_change=on_widget_change,
        args=("precision", "choose precision"),
    )


def show_rounding(scene: Scene) -> None:
    """Show what the conversion to single precision has changed, where it has."""
    rounding = rounding_in_words(scene)
    if rounding:
        st.markdown(f":small[{plain(rounding)}]")


def rounding_in_words(scene: Scene) -> str:
    """Say how far the conversion to single precision changes a value at most; "" where it changes nothing."""
    sequence = sequence_of(scene)
    if sequence is None or not sequence.rounding or scene.precision != PRECISIONS[0]:
        return ""
    change = format_size(math.log10(sequence.rounding))
    return say("Rounded to float32; the largest change of a value is {change}.", change=change)
