"""Two to four cells read one sequence in lock-step: who can still tell in the end what stood far back?"""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from cells import CELLS, TASKS
from cells.core.messages import n_
from pages.compare.controls import compare_controls
from pages.compare.results import ComparedRun, open_cells
from pages.shared.scene.navigation import start_page
from pages.shared.scene.prediction import prediction_payload
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.stepper import Pane, mark_shown, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems
from pages.shared.words.numbers import format_decimals


def main() -> None:
    """Show the page that the link describes."""
    start_page("compare")
    scene, misread = current()
    scene, _, unusable = open_cells(scene)
    compare_controls(scene)
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Show the cells side by side; this runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, compared, _ = open_cells(scene)
    sequence = compared[0].run.sequence

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == sequence.start else step, unit=unit)

    stepper(
        [pane_of(scene, cell_run) for cell_run in compared],
        page="compare",
        step=sequence.start if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )
    mark_shown()


def pane_of(scene: Scene, compared: ComparedRun) -> Pane:
    """Return the stepper's pane of one cell."""
    run = compared.run
    return Pane(
        run.id,
        run.layers[0],
        run.sequence,
        run.labels(),
        private=run.private,
        page_data=cell_payload(scene, compared),
    )


def cell_payload(scene: Scene, compared: ComparedRun) -> dict[str, object]:
    """Return what a pane says of its cell: name, size, how much remains, and whether the chosen weights do not fit.

    Of a trained cell also its success, what it predicts, and how likely it holds the right answer.
    """
    size = n_("{units} unit, {parameters} parameters", "{units} units, {parameters} parameters", "units")
    misfit = say(
        "Random weights instead: “{weights}” does not fit this cell.", weights=say(ALL_WEIGHTS[scene.weights].title)
    )
    return {
        "title": say(CELLS[compared.cell].title),
        "size": say(size, units=compared.units, parameters=f"{compared.parameters:,}"),
        "note": misfit if compared.weights != scene.weights else "",
        "remains": compared.remaining,
        "success": success_payload(compared),
        "prediction": prediction_payload(compared.run, 0),
        "answer": None if compared.answer is None else asdict(compared.answer),
    }


def success_payload(compared: ComparedRun) -> dict[str, object] | None:
    """Return a trained cell's success as a number and in words, and what is measured; None where it is not known."""
    learnt = compared.run.model.layer.learnt if compared.run.model else None
    if learnt is None or compared.success is None:
        return None
    measure = say(TASKS[learnt.task].measure)
    if learnt.usual.goal.lower:
        text, how = (
            say("error {value}", value=format_decimals(compared.success)),
            say("Error: {measure}.", measure=measure),
        )
    else:
        text = say("success {percent} %", percent=f"{100 * compared.success:.0f}")
        how = say("Success: {measure}.", measure=measure)
    return {"value": compared.success, "text": text, "how": how}


main()
