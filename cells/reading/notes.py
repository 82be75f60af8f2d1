"""Notes on what a table holds beside its values, and on how these are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notes:
    """Findings about a table, for a person.

    header: the row of the names, as a spreadsheet numbers it, 0 where there is none; None where files have no such row.
    above: the lines above the names that are none of its rows, such as a title. comments: how many lines begin with #.
    units: the rows between names and values, such as units. totals: the rows at the end that sum up the others.
    decimal: the mark that was read as the decimal one, "point" or "comma", where the file shows any but points.
    units_in_cells: the percent and currency signs at the numbers of columns, which are left out. missing: the words
    that stand for a missing value, and how often.
    words: the columns of categories and their different words.
    """

    header: int | None = None
    above: tuple[str, ...] = ()
    comments: int = 0
    units: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    decimal: str = ""
    units_in_cells: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
