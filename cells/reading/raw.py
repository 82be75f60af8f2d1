"""The table that every kind of file is read into before its columns are chosen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from cells.core.messages import N_, InputError
from cells.reading.notes import Notes

NESTED = "…"  # what stands for an entry that is a list or a record, which no cell can read


@dataclass(frozen=True)
class Raw:
    """A table as a file holds it, its columns of any type.

    kind: "table", "array" or "sound". written: how the file is written, for a person, in words of no language.
    The table's index counts its rows from 0; `first_row` is the spreadsheet's number of row 0. time: the column that
    is known to be the time. blank: wholly empty rows that were left out. notes: what else was. commas_part: whether
    commas part its columns. broken: where the one comma of each row may be a decimal mark, the likely one of "point"
    and "comma", else "". sheets: the tables of the file by name, where it can have several, and `sheet` the one that
    this is.
    """

    kind: str
    table: pd.DataFrame
    written: str
    first_row: int = 1
    time: str | None = None
    blank: int = 0
    notes: Notes = field(default_factory=Notes)
    commas_part: bool = False
    broken: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    def between(self, first: int, last: int) -> Raw:
        """Choose the rows from `first` to `last`, as a spreadsheet numbers them.

        Raises InputError if there are none.
        """
        numbers = self.table.index + self.first_row
        chosen = self.table.loc[(numbers >= first) & (numbers <= last)]
        if chosen.empty:
            raise InputError(
                N_("There are no rows from {first} to {last}: the table has rows {low} to {high}."),
                first=first,
                last=last,
                low=int(numbers[0]),
                high=int(numbers[-1]),
            )
        return replace(self, table=chosen)
