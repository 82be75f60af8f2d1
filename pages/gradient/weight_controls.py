"""The lists from which one weight is chosen: its cell, its gate, its unit, and what it comes from."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cells import CELLS
from pages.gradient.results import Gradients
from pages.gradient.walk import GradientWalk
from pages.gradient.weight_and_biases import WeightChoice
from pages.gradient.weight_shares import keeping_gate_of, weight_sources
from pages.shared.controls.widgets import on_widget_change, preset
from pages.shared.scene.session import choose
from pages.shared.words import say

UNIT_KEY = "weight unit"


def choose_weight(gradients: Gradients, walk: GradientWalk, weight: WeightChoice, unit: int) -> None:
    """Show a menu for each of the weight's cell, gate, unit and source; walk: that of its cell."""
    titles = {signal.name: signal.title for signal in CELLS[walk.cell].shown}
    cells = [other.cell for other in gradients.walks]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="weight-row"):
        choose_part("cell", say("cell"), cells, lambda key: say(CELLS[key].title), weight)
        choose_part("gate", say("into"), list(walk.gates), lambda gate: say(titles[gate]), weight)
        st.selectbox(
            say("unit"),
            range(walk.units),
            key=preset(UNIT_KEY, min(unit, walk.units - 1)),
            width=110,
            on_change=on_widget_change,
            args=("unit", UNIT_KEY),
        )
        choose_part("source", say("from"), weight_sources(walk), lambda source: source_title(walk, source), weight)


def choose_part(
    part: str, title: str, options: list[str], title_of: Callable[[str], str], weight: WeightChoice
) -> None:
    """Show the menu for one part of the weight."""
    key, titles = f"weight {part}", {option: title_of(option) for option in options}
    st.selectbox(
        title,
        options,
        format_func=titles.__getitem__,
        key=preset(key, getattr(weight, part)),
        width=250,
        on_change=on_weight_change,
        args=(part, key, weight),
    )


def on_weight_change(part: str, key: str, weight: WeightChoice) -> None:
    """Take another weight into the link; of another cell the one that decides what is kept."""
    value = st.session_state[key]
    if value is None:
        return
    if part == "cell":
        choose(weight=WeightChoice(value, keeping_gate_of(value), "h0"))
    else:
        choose(weight=WeightChoice(**{**vars(weight), part: value}))


def source_title(walk: GradientWalk, source: str) -> str:
    """Return in words what a weight comes from."""
    if source == "b":
        return say("the bias")
    if source[0] == "h":
        return say("hidden unit {unit}, one step before", unit=source[1:])
    channel = walk.run.sequence.channels[int(source[1:])]
    return say("input {channel}", channel=say(channel))
