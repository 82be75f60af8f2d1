"""The stepper over a training: the snapshots one after the other, by a scrubber of training time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from pages.shared.stepper import component_of, is_next_report, opening_of
from pages.shared.stepper.payload import common_payload
from pages.shared.stepper.shown import note_shown
from pages.shared.words import say
from pages.train.payload import Snapshot, snapshot_body, training_payload

PAGE = "train"


def training_stepper(
    snapshots: Sequence[Snapshot],
    *,
    index: int,
    newest: bool,
    step: int,
    unit: int,
    key: str,
    on_position: Callable[[int, int, int | None], None],
) -> bool:
    """Show a training's snapshots, in their order, opened at the one with `index`, at `step` and `unit`.

    The first snapshot's run names the training. When it is shown again with more snapshots, the reader stays where he
    is, and one who stands at the `newest` goes on to the newest. `on_position` is called with step, unit and the update
    of the chosen snapshot once the reader has come to rest; with None for the update where he goes on to the newest:
    which that is Python may know better by then. Returns whether the stepper has been painted.
    """
    position = {"step": step, "unit": unit, "update": snapshots[index].update, "newest": newest}
    opening = opening_of(key, (PAGE, *snapshots[0].shown.id), position, same_position)

    def on_position_change() -> None:
        reported = st.session_state[key].get("position")
        if reported and is_next_report(key, reported, opening["opening"]):
            st.session_state[f"{key} position"] = {name: reported[name] for name in position}
            update = None if reported["newest"] else int(reported["update"])
            on_position(int(reported["step"]), int(reported["unit"]), update)

    note_shown(key, opening["opening"], {name: position[name] for name in ("step", "unit", "update")})
    component = component_of(PAGE)(
        key=key,
        data={
            "page": PAGE,
            **training_payload(snapshots, index, unit, say, snapshot_body),
            **common_payload(say),
            **opening,
        }
        | {"asks": False, "difference": False},
        default={"position": None, "painted": False},
        on_position_change=on_position_change,
        on_painted_change=lambda: None,
    )
    return bool(component.painted)


def same_position(reported: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Tell whether the link names the position that the browser has reported.

    A reader at the newest snapshot may go on to newer ones before Python knows of them, or the other way round.
    """
    followed = reported["newest"] and named["newest"]
    names = ("step", "unit") if followed else ("step", "unit", "newest", "update")
    return all(reported[name] == named[name] for name in names)
