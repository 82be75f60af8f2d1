"""The dialect of a table: its delimiter, its decimal mark and its header, found out from its first rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence as Row
from dataclasses import dataclass
from itertools import islice

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MAX_COLUMNS
from cells.reading.source import Source

SAMPLE = 1 << 18  # characters
ROWS = 100
DELIMITERS = "\t;|,"  # in this order: commas stand in sentences and decimals too
NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?\s*", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*", re.IGNORECASE)
DECIMAL_POINT = re.compile(r"\s*[+-]?\d*\.\d+(e[+-]?\d+)?\s*", re.IGNORECASE)
DATE = re.compile(r"\s*\d{1,4}\s*[-/.년]\s*\d{1,2}\s*[-/.월].*")


@dataclass(frozen=True)
class Dialect:
    """The way in which a table is written.

    names: of its columns. skip: the rows down to the first of numbers, header included.

    has_header: whether the names stand in the file; otherwise they are a spreadsheet's letters.
    """

    encoding: str
    delimiter: str
    decimal: str
    names: tuple[str, ...]
    skip: int
    has_header: bool


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


def agreement(rows: list[list[str]]) -> tuple[float, int]:
    """Return the share of the rows that have the most frequent number of fields, and this number."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return count / widths.total(), width


def delimiter_of(source: Source, encoding: str) -> str:
    """Return the delimiter at which the rows agree best on more than one field; a comma if none makes more than one."""
    best, chosen = 0.0, ","
    for delimiter in DELIMITERS:
        share, width = agreement(first_rows(source, encoding, delimiter))
        if width > 1 and share > best:
            best, chosen = share, delimiter
    return chosen


def is_table(rows: list[list[str]]) -> bool:
    """Tell whether rows look like a table: a column that is mostly numbers, or several rows of as many fields."""
    written = [row for row in rows if row]
    share, width = agreement(rows)
    return any(mostly_numbers(written, column) for column in range(width)) or (
        len(written) > 1 and share == 1 and width > 1
    )


def mostly_numbers(rows: list[list[str]], column: int) -> bool:
    """Tell whether at least half of what stands in a column is numbers or dates."""
    cells = [row[column] for row in rows if len(row) > column and row[column]]
    return bool(cells) and 2 * sum(map(is_value, cells)) >= len(cells)


def is_value(cell: str) -> bool:
    """Tell whether a cell holds a number or a date, and so is no name."""
    return bool(NUMBER.fullmatch(cell) or DATE.fullmatch(cell))


def dialect_of(source: Source, encoding: str, delimiter: str | None = None) -> Dialect:
    """Find out how the table of a text file is written. Raises InputError naming what its first rows have wrong."""
    delimiter = delimiter or delimiter_of(source, encoding)
    rows = first_rows(source, encoding, delimiter)
    first = next((index for index, row in enumerate(rows) if row), None)
    if first is None:
        raise InputError(N_("The file holds no table: there is nothing but blank lines, or one endless line."))
    top = rows[first]
    if len(top) > MAX_COLUMNS:
        raise InputError(N_("The table has {count} columns; at most {limit} fit."), count=len(top), limit=MAX_COLUMNS)
    check_widths(rows, len(top))
    has_header = is_header(top, rows[first + 1 :])
    names = (
        tuple(cell.strip() or column_letter(index) for index, cell in enumerate(top))
        if has_header
        else column_letters(len(top))
    )
    check_names(names)
    cells = [cell for row in rows for cell in row]
    comma = (
        delimiter != "," and any(map(DECIMAL_COMMA.fullmatch, cells)) and not any(map(DECIMAL_POINT.fullmatch, cells))
    )
    return Dialect(encoding, delimiter, "," if comma else ".", names, first + has_header, has_header)


def is_header(top: list[str], below: list[list[str]]) -> bool:
    """Tell whether the first row names the columns: it holds no values, or words above values."""
    if not any(map(is_value, top)):
        return True
    written = [row for row in below if row]
    return any(cell and not is_value(cell) and mostly_numbers(written, index) for index, cell in enumerate(top))


def check_widths(rows: Row[Row[str]], width: int) -> None:
    """Raise InputError for the first row that has not `width` fields. Rows count from 1, as in a spreadsheet."""
    for row, record in enumerate(rows, start=1):
        if record and len(record) != width:
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
