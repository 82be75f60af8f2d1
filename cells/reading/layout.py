"""The layout of a table: what stands above its names, the names, and what stands between them and the values."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from cells.reading.missing import is_missing
from cells.reading.numbers import is_number

MOST_UNITS = 3  # rows: units, and what a logger writes below them
DATE = re.compile(r"\s*\d{1,4}\s*[-/.년年]\s*\d{1,2}\s*[-/.월月].*")
UNIT = re.compile(
    r"[(\[].*[)\]]|.{0,12}[°%/²³µμΩ℃℉].{0,12}"
    r"|[kmcµ]?[gmslWVAJNCFKh]|[hkM]?Pa|[kMG]?Hz|mbar|bar|min|sec|kWh|MWh|ppm|ppb|mph|deg\w*|USD|EUR|KRW|원|개|명|초|분",
)


@dataclass(frozen=True)
class Layout:
    """The places of a table's parts among its rows, counted from 0.

    header: the row of the names, None where there is none. start: the first row of values. width: how many fields a
    row has.
    """

    header: int | None
    start: int
    width: int


def agreement(rows: list[list[str]]) -> tuple[float, int]:
    """Return the share of the rows that have the most frequent number of fields, and this number."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return count / widths.total(), width


def at_the_end(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows from the first of several fields on, where these are alike and go on to the end; else all."""
    first = next((place for place, row in enumerate(rows) if len(row) > 1), len(rows))
    written = [row for row in rows[first:] if row]
    return rows[first:] if len(written) > 1 and len(set(map(len, written))) == 1 else rows


def is_value(cell: str) -> bool:
    """Tell whether a cell holds a number or a date, and so is no name."""
    return is_number(cell) or bool(DATE.fullmatch(cell))


def mostly_values(rows: list[list[str]], column: int) -> bool:
    """Tell whether at least half of what stands in a column is numbers or dates."""
    cells = [row[column] for row in rows if len(row) > column and not is_missing(row[column])]
    return bool(cells) and 2 * sum(map(is_value, cells)) >= len(cells)


def layout_of(rows: list[list[str]]) -> Layout | None:
    """Find the parts of a table in its first rows, blank ones as []. None where there is nothing.

    The rows of a table have the most frequent number of fields. Above its values stand the names, the first row that
    is as full as any there; what stands above them is no part of the table, and what stands between them and the values
    are units and their kin.
    """
    _, width = agreement(rows)
    if width == 1:  # of a long preamble, perhaps
        _, width = agreement(at_the_end(rows))
    wide = [place for place, row in enumerate(rows) if len(row) == width and row]
    if not wide:
        return None
    values = next((place for place in wide if begins_values(rows, wide, place)), None)
    if values is None:  # words alone
        header = names_among(rows, wide[:1])
        return Layout(header, header + 1, width)
    above = [place for place in wide if place < values]
    if not above:
        return Layout(None, values, width)
    header = names_among(rows, above)
    return layout_below(rows, header, values)


def layout_at(rows: list[list[str]], header: int) -> Layout:
    """Return the layout of a table whose row of names is given."""
    width = len(rows[header])
    below = range(header + 1, len(rows))
    values = next((place for place in below if len(rows[place]) == width and any(map(is_value, rows[place]))), None)
    return Layout(header, header + 1, width) if values is None else layout_below(rows, header, values)


def layout_below(rows: list[list[str]], header: int, values: int) -> Layout:
    """Return the layout of a table whose names are known: rows below them may have holes only, and be values still.

    values: the first row that surely has values. More than MOST_UNITS rows above it are no units.
    """
    width = len(rows[header])
    body = [row for row in rows[header + 1 :] if len(row) == width]
    columns = [column for column in range(width) if mostly_values(body, column)]
    if values - header > MOST_UNITS + 1:
        return Layout(header, header + 1, width)
    start = values
    for place in range(values - 1, header, -1):
        if len(rows[place]) != width or any(not is_missing(rows[place][column]) for column in columns):
            break
        start = place
    return Layout(header, start, width)


def begins_values(rows: list[list[str]], wide: list[int], place: int) -> bool:
    """Tell whether a row holds a value, and is not the first with names that are years."""
    if not any(map(is_value, rows[place])):
        return False
    return place != wide[0] or not is_header(rows[place], [rows[other] for other in wide if other > place])


def is_header(top: list[str], below: list[list[str]]) -> bool:
    """Tell whether a row names the columns: it holds no values, or words above values."""
    return not any(map(is_value, top)) or any(
        not is_missing(cell) and not is_value(cell) and mostly_values(below, column) for column, cell in enumerate(top)
    )


def names_among(rows: list[list[str]], places: list[int]) -> int:
    """Return which of the rows above the values holds the names."""
    if len(rows[places[0]]) == 1:
        units = len(places) > 1 and UNIT.fullmatch(rows[places[-1]][0].strip())
        return places[-2 if units else -1]
    filled = {place: sum(bool(cell.strip()) for cell in rows[place]) for place in places}
    most = max(filled.values())
    return next(
        place for place in places if filled[place] == most or (filled[place] == most - 1 and not rows[place][0].strip())
    )
