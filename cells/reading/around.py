"""The rows of a file around the spot at which it cannot be read, as they stand in it."""

from __future__ import annotations

from itertools import islice

import pandas as pd

from cells.core.messages import InputError
from cells.reading.encoding import encoding_of
from cells.reading.raw import Raw
from cells.reading.source import Source

BESIDE = 2  # rows before and after the spot
FIRST = 5  # rows where no spot is named
MOST_CHARACTERS = 120  # of a line
MOST_COLUMNS = 30
SPOT = "▸ "  # before the number of the row


def rows_around(source: Source, problem: InputError, raw: Raw | None, unnamed: Raw | None) -> pd.DataFrame | None:
    """Return the rows around the one that a problem names, or the first, under their numbers in the file.

    They are those of the table `raw` where it could be opened, else the lines of the text, else the rows of what can be
    opened without its names; None where there are none.
    """
    row = problem.values.get("row")
    spot = row if isinstance(row, int) else None
    if raw is None and (lines := lines_around(source, spot)) is not None:
        return lines
    raw = raw or unnamed
    return None if raw is None else table_around(raw, spot)


def table_around(raw: Raw, spot: int | None) -> pd.DataFrame | None:
    """Return rows of a table."""
    numbers = raw.table.index + raw.first_row
    first = numbers[0] if spot is None else spot - BESIDE
    chosen = (numbers >= first) & (numbers <= (first + FIRST - 1 if spot is None else spot + BESIDE))
    rows = raw.table.loc[chosen].iloc[:, :MOST_COLUMNS]
    if rows.empty:
        return None
    return rows.astype(object).where(rows.notna(), "").astype(str).set_axis(numbered(numbers[chosen], spot), axis=0)


def lines_around(source: Source, spot: int | None) -> pd.DataFrame | None:
    """Return lines of a text."""
    try:
        encoding = encoding_of(source)
    except InputError:
        return None
    first = 1 if spot is None else max(spot - BESIDE, 1)
    last = FIRST if spot is None else spot + BESIDE
    with source.text(encoding) as text:
        lines = [line.rstrip("\r\n") for line in islice(text, first - 1, last)]
    if not any(lines):
        return None
    shown = [line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…" for line in lines]
    return pd.DataFrame({"": shown}, index=numbered(range(first, first + len(lines)), spot))


def numbered(numbers: object, spot: int | None) -> list[str]:
    """Return the numbers of rows, the spot marked."""
    return [f"{SPOT}{number}" if number == spot else str(number) for number in numbers]  # type: ignore[attr-defined]
