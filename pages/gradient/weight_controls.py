"""The lists from which one weight is chosen: its cell, its gate, its unit, and what it comes from."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cells import CELLS
from pages.gradient.results import Gradients
from pages.gradient.walk import GradientWalk
from pages.gradient.weight_and_biases import WeightPlace
from pages.gradient.weight_shares import keeping_gate_of, sources
from pages.shared.controls.widgets import on_widget_change, preset
from pages.shared.scene.session import choose
from pages.shared.words import say

UNIT_KEY = "weight unit"


def choose_weight(gradients: Gradients, one: GradientWalk, weight: WeightPlace, unit: int) -> None:
    """Cell, gate, unit and source of the weight; one: the walk of its cell."""
    titles = {signal.name: signal.title for signal in CELLS[one.cell].shown}
    cells = [other.cell for other in gradients.walks]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="weight-row"):
        pick("cell", say("cell"), cells, lambda key: say(CELLS[key].title), weight)
        pick("gate", say("into"), list(one.rows), lambda gate: say(titles[gate]), weight)
        st.selectbox(
            say("unit"),
            range(one.units),
            key=preset(UNIT_KEY, min(unit, one.units - 1)),
            width=110,
            on_change=on_widget_change,
            args=("unit", UNIT_KEY),
        )
        pick("source", say("from"), sources(one), lambda source: in_words(one, source), weight)


def pick(part: str, title: str, options: list[str], words: Callable[[str], str], weight: WeightPlace) -> None:
    """A list for one part of the weight."""
    key, named = f"weight {part}", {option: words(option) for option in options}
    st.selectbox(
        title,
        options,
        format_func=named.__getitem__,
        key=preset(key, getattr(weight, part)),
        width=250,
        on_change=heard_weight,
        args=(part, key, weight),
    )


def heard_weight(part: str, key: str, weight: WeightPlace) -> None:
    """Take another weight into the link; of another cell the one that decides what is kept."""
    value = st.session_state[key]
    if value is None:
        return
    if part == "cell":
        choose(weight=WeightPlace(value, keeping_gate_of(value), "h0"))
    else:
        choose(weight=WeightPlace(**{**vars(weight), part: value}))


def in_words(one: GradientWalk, source: str) -> str:
    """What the weight comes from."""
    if source == "b":
        return say("the bias")
    if source[0] == "h":
        return say("hidden unit {unit}, one step before", unit=source[1:])
    channel = one.run.sequence.channels[int(source[1:])]
    return say("input {channel}", channel=say(channel))
