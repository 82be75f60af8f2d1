"""A page with nothing but a training's stepper, for test_training_time.py: checkpoints arrive when a button is pressed.

The link's `arrived` says how many have come already, `task`, `cell`, `units` and `length` what is trained; `update` and
`step` and `unit` are where the reader is, as a page would keep them.
"""

from __future__ import annotations

import streamlit as st

from cells import trace
from cells.training import follow, recipe, restored
from pages.shared.stepper import Pane
from pages.train.payload import Moment, training_stepper

UPDATES = 300


@st.cache_resource
def trained(task: str, cell: str, units: int, length: int) -> list[Moment]:
    """All checkpoints of one training, each with its trace of one sequence."""
    made = recipe(task, cell, {"length": length}, forget_bias=1, units=units, updates=UPDATES)
    sequence = made.problem().sequence()
    moments = []
    for checkpoint in follow(made):
        module, _ = restored(made, checkpoint)
        (layer,) = trace(module, sequence.values)
        run_id = f"{task} {cell} {units} {length} {checkpoint.update}"
        shown = Pane(run_id, layer, sequence, list(sequence.labels))
        moments.append(
            Moment(shown, checkpoint.update, checkpoint.loss, f"{checkpoint.success:.0%}".replace("%", " %"))
        )
    return moments


def on_position(step: int, unit: int, update: int) -> None:
    """What Python hears goes to the link, as on a page."""
    st.query_params.update({"step": str(step), "unit": str(unit), "update": str(update)})


def main() -> None:
    """The stepper, then the button."""
    st.set_page_config(layout="wide")
    asked = st.query_params
    sizes = int(asked.get("units", 4)), int(asked.get("length", 20))
    moments = trained(asked.get("task", "latch"), asked.get("cell", "lstm"), *sizes)
    arrived = st.session_state.setdefault("arrived", int(asked.get("arrived", len(moments))))
    moments = moments[:arrived]
    updates = [moment.update for moment in moments]
    training_stepper(
        moments,
        moment=updates.index(int(asked["update"])) if "update" in asked else -1,
        step=int(asked.get("step", moments[0].shown.sequence.start)),
        unit=int(asked.get("unit", 0)),
        key="stepper",
        on_position=on_position,
    )
    st.button("One more", on_click=lambda: st.session_state.update(arrived=arrived + 1))
    st.text(f"heard {asked.get('step')} {asked.get('unit')} {asked.get('update')}")


main()
