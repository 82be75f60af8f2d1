"""The sequence as a table in which single values are changed, and the run follows.

The table keeps what is typed into it: another one takes its place only where something else has changed the sequence,
so that it stays where it was scrolled to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from cells.core.sequence import Sequence
from cells.inputs.edit import BETWEEN, Edit, changes, edited, entry_of
from pages.shared.scene.run import TracedRun
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import current
from pages.shared.words import say
from pages.step.kind import STEP
from pages.step.results import choose_what_if

BASE = "table of the sequence"
FEW, NARROW = 3, 480  # columns, px: of so few columns a table need not be as wide as the page


@dataclass
class Base:
    """The start of a table: a run, the edits made before, and those that the table has reported since."""

    run: str
    edits: tuple[Edit, ...]
    reported: tuple[Edit, ...]
    number: int

    @property
    def key(self) -> str:
        """The widget's key: another table is another widget."""
        return f"sequence table {self.number}"


def show_sequence_table(scene: Scene, run: TracedRun) -> None:
    """Show the sequence as it is read, step by step; a value that is typed into it goes into the link."""
    original = run.original or run
    base = base_of(original.id, STEP.own_of(scene).edit)
    st.data_editor(
        as_table(edited(original.sequence, base.edits)),
        key=base.key,
        width=NARROW if len(original.sequence.channels) <= FEW or original.sequence.symbolic else "stretch",
        num_rows="fixed",
        disabled=["_index"],
        column_config=columns_of(original.sequence),
        on_change=on_table_change,
        args=(base, original),
        alt=say("What the cell reads at each step"),
    )


def base_of(run: str, edits: tuple[Edit, ...]) -> Base:
    """Return the table that stands, or a new one where the run or its edits are not those that it has reported."""
    base: Base | None = st.session_state.get(BASE)
    if base is None or (base.run, base.reported) != (run, edits):
        base = st.session_state[BASE] = Base(run, edits, edits, base.number + 1 if base else 0)
    return base


def as_table(sequence: Sequence) -> pd.DataFrame:
    """Return a row for each step, and a column for each of its numbers, or one for its symbol; columns count from 0."""
    entries = [entry_of(sequence, step) for step in range(len(sequence.labels))]
    rows = [[entry] if sequence.symbolic else [float(number) for number in entry.split(BETWEEN)] for entry in entries]
    index = [f"{step}  {label}" for step, label in enumerate(sequence.labels, start=1)]
    return pd.DataFrame(rows, index=index, columns=[str(column) for column in range(len(rows[0]))])


def columns_of(sequence: Sequence) -> dict[str, Any]:
    """Return the columns' titles, and what can be chosen in them."""
    step = {"_index": st.column_config.TextColumn(say("step"))}
    if sequence.symbolic:
        return step | {"0": st.column_config.SelectboxColumn(say("reads"), options=sequence.channels, required=True)}
    names = [say(name) if " " in name else name for name in sequence.channels]
    return step | {str(column): st.column_config.NumberColumn(name) for column, name in enumerate(names)}


def on_table_change(base: Base, original: TracedRun) -> None:
    """Take what was typed into the link; what cannot be read, or is too much, leaves everything as it was."""
    own = STEP.own_of(current()[0])
    sequence = edited(original.sequence, base.edits)
    typed = st.session_state[base.key]["edited_rows"]
    rows = {int(row): Edit(int(row), entry_with(sequence, int(row), values)) for row, values in typed.items()}
    others = [edit for edit in base.edits if edit.step not in rows]
    edits = (*others, *rows.values())
    if choose_what_if(own.clamp, edits, difference=own.difference and bool(own.clamp or edits)):
        base.reported = tuple(edit for edit in edits if changes(original.sequence, edit))
    else:
        st.session_state[BASE] = replace(base, run="")  # another table, without what was refused


def entry_with(sequence: Sequence, step: int, values: Mapping[str, Any]) -> str:
    """Return what a step reads with some of its values typed anew; an emptied one stays."""
    entry = entry_of(sequence, step)
    if sequence.symbolic:
        return str(values.get("0") or entry)
    numbers = entry.split(BETWEEN)
    for column, value in values.items():
        if value is not None:
            numbers[int(column)] = repr(float(value)).removesuffix(".0")
    return BETWEEN.join(numbers)
