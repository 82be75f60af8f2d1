"""The menus of cells: of one, of its variants, or of several."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.core.settings import FEWEST_CELLS, MOST_CELLS
from pages.shared.controls.widgets import NOTE_WIDTH, menu_label, on_widget_change, option, preset
from pages.shared.scene.scene import Scene
from pages.shared.words import say

LONGEST_NAMES = 24  # letters: with more the row of controls would not fit a projector, and the panes bear the names


def base_of(cell: str) -> str:
    """Return the cell of which `cell` is a variant, or itself."""
    return CELLS[cell].varies or cell


def choose_cell(scene: Scene) -> None:
    """Show a button for each of the three cells; their variants have a menu of their own."""
    st.segmented_control(
        say("cell"),
        [key for key, cell in CELLS.items() if not cell.varies],
        format_func=lambda key: say(CELLS[key].title),
        key=preset("choose cell", base_of(scene.cell)),
        required=True,
        label_visibility="collapsed",
        on_change=on_widget_change,
        args=("cell", "choose cell"),
    )


def choose_variant(scene: Scene) -> None:
    """Show the menu of the cell's variants, where there are any."""
    base = base_of(scene.cell)
    variants = [key for key, cell in CELLS.items() if base in (key, cell.varies)]
    if len(variants) > 1:
        with st.popover(menu_label(say("variant"), say(CELLS[scene.cell].title)), key="variant-menu"):
            with st.container(gap="xsmall", width=NOTE_WIDTH):
                for key in variants:
                    option(say(CELLS[key].title), "cell", key, selected=key == scene.cell)
            if CELLS[base].origins:
                with st.container(width=NOTE_WIDTH):
                    st.caption(say(CELLS[base].origins))


def choose_any_cell(scene: Scene) -> None:
    """Show every cell in one menu, its variants too: the row has to hold a text and the order as well."""
    with st.popover(menu_label(say("cell"), say(CELLS[scene.cell].title)), key="cell-menu"), st.container(gap="xsmall"):
        for key, cell in CELLS.items():
            option(say(cell.title), "cell", key, selected=key == scene.cell)


def choose_several_cells(scene: Scene) -> None:
    """Show the menu of cells. Its button says which are chosen: their names where short, else how many there are."""
    titles = ", ".join(say(CELLS[key].title) for key in scene.cells)
    named = titles if len(titles) <= LONGEST_NAMES else str(len(scene.cells))
    with st.popover(menu_label(say("cells"), named), key="cells-menu"):
        choose_cells(scene)


def choose_cells(scene: Scene) -> None:
    """Show every cell; a choice adds it at the end, or takes it out."""
    with st.container(gap="xsmall"):
        for key, cell in CELLS.items():
            selected = key in scene.cells
            others = tuple(other for other in scene.cells if other != key)
            reason = ""
            if selected and len(scene.cells) == FEWEST_CELLS:
                reason = say("At least {fewest} cells.", fewest=FEWEST_CELLS)
            if not selected and len(scene.cells) == MOST_CELLS:
                reason = say("At most {most} cells.", most=MOST_CELLS)
            option(
                say(cell.title),
                "cells",
                key,
                selected=selected,
                reason=reason,
                choice=others if selected else (*others, key),
            )
