"""The dialect of a table: its delimiter and its header, found out from its first rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from itertools import islice

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.choices import Choices
from cells.reading.layout import Layout, agreement, at_the_end, is_value, layout_at, layout_of, mostly_values
from cells.reading.limits import MAX_COLUMNS
from cells.reading.lines import Lines
from cells.reading.numbers import COMMA, FOUND, POINT
from cells.reading.source import Source
from cells.reading.totals import is_total

SAMPLE = 1 << 18  # characters
ROWS = 100
DELIMITERS = "\t;|,"  # in this order: commas stand in sentences and decimals too
# A line of a single column whose decimal mark is the comma, which would else part two columns.
BROKEN = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+)"), re.compile(r"\d+\s*%?")


@dataclass(frozen=True)
class Dialect:
    """The way in which a table is written.

    names: of its columns. header: the row in which they stand, from 0, if they do. skip: the rows above the first of
    values, names included. above, units: what stands in those above the names, and in those below them. broken: where a
    single comma in each row parts two columns or is a decimal mark, the likely one of "point" and "comma".
    """

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    skip: int
    above: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    header: int | None = None
    broken: str = ""


def first_rows(source: Source, encoding: str, delimiter: str) -> list[list[str]]:
    """Return the first records, blank ones as []; a last one that the sample cuts is left out."""
    with source.text(encoding) as text:
        sample = text.read(SAMPLE)
    lines = sample.splitlines(keepends=True)
    if len(sample) == SAMPLE and len(lines) > 1:
        lines.pop()
    try:
        rows = list(islice(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), ROWS))
    except csv.Error:  # a field of more than 128 KB
        return []
    return [row if any(row) or len(row) > 1 else [] for row in rows]


def delimiter_of(source: Source, encoding: str) -> str:
    """Return the delimiter at which the rows agree best on more than one field, or those at the end; else a comma."""
    rows = {delimiter: first_rows(source, encoding, delimiter) for delimiter in DELIMITERS}
    for part in (rows, {delimiter: at_the_end(found) for delimiter, found in rows.items()}):
        agreed = {delimiter: agreement(found) for delimiter, found in part.items()}
        shares = {delimiter: share for delimiter, (share, width) in agreed.items() if width > 1}
        if shares:
            return max(shares, key=lambda delimiter: shares[delimiter])
    return ","


def is_table(text: Lines) -> bool:
    """Tell whether a text looks like a table: a column that is mostly numbers, or several rows of as many fields."""
    rows = first_rows(text.source, text.encoding, delimiter_of(text.source, text.encoding))
    layout = layout_of(rows)
    if layout is None:
        return False
    written = [row for row in rows[layout.start :] if row]
    share, width = agreement(rows)
    return any(mostly_values(written, column) for column in range(width)) or (
        sum(map(bool, rows)) > 1 and share == 1 and width > 1
    )


def may_be_broken(rows: list[list[str]]) -> bool:
    """Tell whether rows that a comma parts may be a single column whose decimal mark is the comma."""
    written = [row for row in rows if row]
    parted = [row for row in written if len(row) > 1 or not is_name(row[0])]
    return (
        sum(len(row) == 2 for row in parted) > 0
        and len(written) - len(parted) <= 1
        and all(
            all(part.fullmatch(cell) for part, cell in zip(BROKEN, row, strict=False)) and len(row) <= 2
            for row in parted
        )
    )


def is_name(cell: str) -> bool:
    """Tell whether a cell may name a column."""
    return not is_value(cell)


def dialect_of(text: Lines, choices: Choices, delimiter: str | None = None) -> Dialect:
    """Find out how the table of a text file is written. Raises InputError naming what its first rows have wrong."""
    delimiter = delimiter or delimiter_of(text.source, text.encoding)
    rows = first_rows(text.source, text.encoding, delimiter)
    broken = delimiter == "," and "," not in text.heading and may_be_broken(rows)
    comma_likely = len(next((row for row in rows if row), ())) == 1 or any("." in cell for row in rows for cell in row)
    likely = COMMA if comma_likely else POINT
    if broken and (likely if choices.decimal == FOUND else choices.decimal) == COMMA:
        delimiter = ";"  # which does not occur, or it would have parted them
        rows = first_rows(text.source, text.encoding, delimiter)
    layout = chosen_layout(rows, choices.header, text.offset)
    if layout is None:
        raise InputError(N_("The file holds no table: there is nothing but blank lines, or one endless line."))
    if layout.width > MAX_COLUMNS:
        raise InputError(
            N_("The table has {count} columns; at most {limit} fit."), count=layout.width, limit=MAX_COLUMNS
        )
    top = layout.start if layout.header is None else layout.header
    check_widths(rows[top:], layout.width, text.offset + top + 1)
    names = names_of(rows, layout, text.heading, delimiter)
    check_names(names)
    return Dialect(
        text.encoding,
        delimiter,
        names,
        layout.start,
        rows_written(rows[:top]),
        rows_written(rows[top + 1 : layout.start]) if layout.header is not None else (),
        layout.header,
        likely if broken and (delimiter == ";" or names == column_letters(len(names))) else "",
    )


def chosen_layout(rows: list[list[str]], header: int | None, offset: int) -> Layout | None:
    """Return the layout of rows: with the header that was chosen, counted from 1, none where it is 0, or as found.

    Raises InputError for a header that is not there, or too far down.
    """
    if not header:
        found = layout_of(rows)
        if header is None or found is None or found.header is None:
            return found
        return replace(found, header=None, start=found.start)
    place = header - 1 - offset
    if not 0 <= place < len(rows) or not rows[place]:
        raise InputError(N_("Row {row} cannot name the columns: it is empty, or not among the first rows."), row=header)
    return layout_at(rows, place)


def names_of(rows: list[list[str]], layout: Layout, heading: str, delimiter: str) -> tuple[str, ...]:
    """Return the names of the columns: the header's, those of a comment right above the values, or letters."""
    if layout.header is not None:
        cells = rows[layout.header]
    else:
        cells = next(csv.reader([heading], delimiter=delimiter, skipinitialspace=True), [])
        if len(cells) != layout.width or any(map(is_value, cells)):
            cells = [""] * layout.width
    return tuple(cell.strip() or column_letter(index) for index, cell in enumerate(cells))


def rows_written(rows: list[list[str]]) -> tuple[str, ...]:
    """Return what stands in each row that is not blank, for a person."""
    return tuple(", ".join(filter(None, map(str.strip, row))) for row in rows if any(map(str.strip, row)))


def check_widths(rows: Row[Row[str]], width: int, first: int) -> None:
    """Raise InputError for the first row that has not `width` fields. first: the spreadsheet's number of the first."""
    for row, record in enumerate(rows, start=first):
        if record and len(record) != width and not is_total(record):
            raise ragged_row(row, len(record), width)


def ragged_row(row: int, count: int, width: int) -> InputError:
    """Return the error for a row of another length."""
    return InputError(
        N_("Row {row} has another number of fields ({count}) than the first row ({width})."),
        row=row,
        count=count,
        width=width,
    )


def check_names(names: tuple[str, ...]) -> None:
    """Raise InputError for two columns of one name."""
    seen: dict[str, int] = {}
    for index, name in enumerate(names, start=1):
        if name in seen:
            raise InputError(
                N_("Columns {first} and {second} are both called “{name}”: rename one."),
                first=seen[name],
                second=index,
                name=shortened(name),
            )
        seen[name] = index


def column_letters(count: int) -> tuple[str, ...]:
    """Return the names of columns that have none, as a spreadsheet has them: A, B, …, AA."""
    return tuple(map(column_letter, range(count)))


def column_letter(index: int) -> str:
    """Return a spreadsheet's letters of a column, from 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
