"""Two to four cells read one sequence in lock-step: who still knows what the first step said?"""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.core.messages import N_
from pages.compare.controls import compare_controls
from pages.compare.results import Compared, open_cells
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.stepper import Pane, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems


def main() -> None:
    """The page, from the link down."""
    start_page("compare")
    scene, misread = current()
    scene, _, unusable = open_cells(scene)
    compare_controls(scene)
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """The cells side by side; it runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, compared, _ = open_cells(scene)
    sequence = compared[0].run.sequence

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == sequence.start else step, unit=unit)

    stepper(
        [shown_of(scene, one) for one in compared],
        page="compare",
        step=sequence.start if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )


def shown_of(scene: Scene, one: Compared) -> Pane:
    """A cell's run with what its pane says of it."""
    run = one.run
    return Pane(
        run.id,
        run.layers[0],
        run.sequence,
        run.labels(),
        private=run.private,
        page_data=about(scene, one),
    )


def about(scene: Scene, one: Compared) -> dict[str, object]:
    """What a pane says of its cell: name, size, how much remains, and when the chosen weights do not fit it."""
    one_unit, several = N_("{units} unit, {parameters} parameters"), N_("{units} units, {parameters} parameters")
    misfit = say(
        "Random weights instead: “{weights}” does not fit this cell.", weights=say(ALL_WEIGHTS[scene.weights].title)
    )
    return {
        "title": say(CELLS[one.cell].title),
        "size": say(one_unit if one.units == 1 else several, units=one.units, parameters=f"{one.parameters:,}"),
        "note": misfit if one.weights != scene.weights else "",
        "remains": one.remaining,
    }


main()
