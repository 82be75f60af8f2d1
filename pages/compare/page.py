"""Two to four cells read one sequence in lock-step: who still knows what the first step said?"""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.core.messages import n_
from pages.compare.controls import compare_controls
from pages.compare.results import ComparedRun, open_cells
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.stepper import Pane, mark_shown, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems


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
    """Return what a pane says of its cell: name, size, how much remains, and whether the chosen weights do not fit."""
    size = n_("{units} unit, {parameters} parameters", "{units} units, {parameters} parameters", "units")
    misfit = say(
        "Random weights instead: “{weights}” does not fit this cell.", weights=say(ALL_WEIGHTS[scene.weights].title)
    )
    return {
        "title": say(CELLS[compared.cell].title),
        "size": say(size, units=compared.units, parameters=f"{compared.parameters:,}"),
        "note": misfit if compared.weights != scene.weights else "",
        "remains": compared.remaining,
    }


main()
