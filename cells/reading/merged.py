"""Merged cells above a table: the name of a group of columns is put before the name of each of them."""

from __future__ import annotations

from cells.reading.layout import is_value

Ranges = list[tuple[int, int, int, int]]  # first row, first column, last row, last column, from 0
TOP = 20  # rows in which a header is looked for


def without_merged_headers(rows: list[list[str]], merged: Ranges) -> list[list[str]]:
    """Return rows in which the names of groups of columns stand before those of the columns, in the row below.

    A name that is merged over rows stands in the lowest of them. A title, merged over the whole table, stays as it is,
    and so does every row's number.
    """
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    last_top = min(TOP, len(rows) - 1)
    groups = {top for top, first, _, last in merged if first < last and last - first + 1 < width and top < last_top}
    for top in sorted(groups):
        if not any(is_value(cell) for row in rows[top : top + 2] for cell in row):
            join_group_names(rows, top, merged)
    return rows


def join_group_names(rows: list[list[str]], top: int, merged: Ranges) -> None:
    """Put the names in row `top` before those in the row below, and leave `top` empty."""
    names, below = rows[top].copy(), rows[top + 1].copy()
    for first_row, first, last_row, last in merged:
        if first_row == top and first >= 0:
            names[first : last + 1] = [names[first]] * (min(last, len(names) - 1) - first + 1)
            if last_row > top:
                below[first] = ""  # the name itself comes down
    rows[top] = [""] * len(names)
    rows[top + 1] = [" ".join(filter(None, pair)) for pair in zip(names, below, strict=True)]
