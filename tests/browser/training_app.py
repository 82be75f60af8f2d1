"""A page with nothing but a training's stepper, for test_training_time.py: checkpoints arrive when a button is pressed.

The link's `arrived` says how many have come already, `task`, `cell`, `units` and `length` what is trained; `update`,
`step` and `unit` are where the reader is, as a page would keep them.
"""

from __future__ import annotations

import streamlit as st

from cells import trace
from cells.training import follow, recipe, restored
from pages.shared.stepper import Pane
from pages.train.payload import Snapshot
from pages.train.training_stepper import training_stepper

UPDATES = 300
NEWEST = "newest"


@st.cache_resource
def snapshots_of(task: str, cell: str, units: int, length: int) -> list[Snapshot]:
    """Train a cell. Returns its checkpoints, each with its trace of one sequence."""
    training = recipe(task, cell, {"length": length}, forget_bias=1, units=units, updates=UPDATES)
    sequence = training.problem().sequence()
    snapshots = []
    for checkpoint in follow(training):
        module, _ = restored(training, checkpoint)
        (layer,) = trace(module, sequence.values)
        run_id = f"{task} {cell} {units} {length} {checkpoint.update}"
        shown = Pane(run_id, layer, sequence, list(sequence.labels))
        snapshots.append(
            Snapshot(shown, checkpoint.update, checkpoint.loss, f"{checkpoint.success:.0%}".replace("%", " %"))
        )
    return snapshots


def on_position(step: int, unit: int, update: int | None) -> None:
    """Write the position that Python hears of into the link, as a page does."""
    st.query_params.update({"step": str(step), "unit": str(unit), "update": NEWEST if update is None else str(update)})


def main() -> None:
    """Show the stepper, then the button."""
    st.set_page_config(layout="wide")
    link = st.query_params
    sizes = int(link.get("units", 4)), int(link.get("length", 20))
    snapshots = snapshots_of(link.get("task", "latch"), link.get("cell", "lstm"), *sizes)
    arrived = st.session_state.setdefault("arrived", int(link.get("arrived", len(snapshots))))
    snapshots = snapshots[:arrived]
    updates = [snapshot.update for snapshot in snapshots]
    training_stepper(
        snapshots,
        index=-1 if link.get("update", NEWEST) == NEWEST else updates.index(int(link["update"])),
        newest=link.get("update", NEWEST) == NEWEST,
        step=int(link.get("step", snapshots[0].shown.sequence.start)),
        unit=int(link.get("unit", 0)),
        key="stepper",
        on_position=on_position,
    )
    st.button("One more", on_click=lambda: st.session_state.update(arrived=arrived + 1))
    st.text(f"heard {link.get('step')} {link.get('unit')} {link.get('update')}")


main()
