"""The stepper through depth: the frame of all steppers, a unit of the stack being a step, and a channel a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.depth.words import depth_words
from pages.shared.stepper import component_of, is_next_report, opening_of
from pages.shared.stepper.payload import common_payload
from pages.shared.stepper.shown import note_shown
from pages.shared.words import say

PAGE = "depth"
Place = tuple[int, ...]


def depth_stepper(
    pane: dict[str, Any],
    *,
    step: int,
    unit: int,
    place: Place,
    key: str,
    on_position: Callable[[int, int, Place], None],
) -> bool:
    """Show a stack's run, opened at the unit `step` (−1: its input), the channel `unit` and a place.

    on_position: called with unit, channel and place once the reader has come to rest. Returns whether the stepper has
    been painted.
    """
    position = {"step": step, "unit": unit, "place": list(place)}
    opening = opening_of(key, (PAGE, pane["id"]), position)

    def on_position_change() -> None:
        reported = st.session_state[key].get("position")
        if reported and is_next_report(key, reported, opening["opening"]):
            st.session_state[f"{key} position"] = {name: reported[name] for name in position}
            on_position(int(reported["step"]), int(reported["unit"]), tuple(map(int, reported["place"])))

    note_shown(key, opening["opening"], {"step": step, "unit": unit, "place": ".".join(map(str, place))})
    common = common_payload(say)
    words = common["words"] | depth_words(say)
    component = component_of(PAGE)(
        key=key,
        data={"page": PAGE, "panes": [pane], **common, "words": words, **opening, "asks": False, "difference": False},
        default={"position": None, "painted": False},
        on_position_change=on_position_change,
        on_painted_change=lambda: None,
    )
    return bool(component.painted)
