"""The controls of the step page: the cell, what runs, the variant, and the author whose symbols are shown."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.families.conventions import SHORT
from pages.shared.controls.cells import choose_cell, choose_variant
from pages.shared.controls.what_runs import choose_what_runs
from pages.shared.controls.widgets import NOTE_WIDTH, choose_language, menu_label, option, row
from pages.shared.scene.scene import Scene
from pages.shared.words import say
from pages.shared.words.messages import plain
from pages.step.kind import STEP


def step_controls(scene: Scene) -> None:
    """Show the row of controls above the page."""
    with row():
        choose_cell(scene)
        choose_what_runs(scene)
        choose_variant(scene)
        choose_notation(scene)
        choose_language()


def choose_notation(scene: Scene) -> None:
    """Show the choice of symbols, with what is different about the chosen ones, and where they are published."""
    cell = CELLS[scene.cell]
    chosen = STEP.own_of(scene).notation
    now = cell.notations[chosen]
    with st.popover(menu_label(say("symbols"), "" if now.key == SHORT else now.title), key="notation-menu"):
        with st.container(gap="xsmall", width=NOTE_WIDTH):
            for key, notation in cell.notations.items():
                option(say(notation.title), "notation", key, selected=key == chosen)
        order = [say("Order: {letters}.", letters=now.letters_of(cell.gates))] if now.order else []
        with st.container(gap="xsmall", width=NOTE_WIDTH):
            st.caption(plain(" ".join([*order, say(now.remark)])))
            if now.source:
                st.caption(plain(now.source))
