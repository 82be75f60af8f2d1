"""Tables: CSV, TSV and their kin, read by pandas in pieces, so that a large one needs little more than its own size."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

import numpy as np
import pandas as pd

from cells.core.messages import N_, InputError
from cells.reading.choices import Choices
from cells.reading.dialect import Dialect, column_letter, dialect_of, ragged_row
from cells.reading.limits import MAX_READ_STEPS, MEGABYTE
from cells.reading.lines import Lines, lines_of
from cells.reading.notes import Notes
from cells.reading.raw import Raw
from cells.reading.source import Source
from cells.reading.totals import is_total, without_totals

AS_FOUND = Choices()


def read_table(
    source: Source, encoding: str, delimiter: str | None = None, choices: Choices = AS_FOUND, *, cut: bool = False
) -> Raw:
    """Read the table of a text file, every column as text. Raises InputError naming the row for what is none.

    delimiter: where it is known, and need not be found out. choices: of its header, its decimal mark and, where the
    whole file is no table, its rows. cut: whether these rows alone are looked at.
    """
    try:
        return table_of(lines_of(source, encoding, rows_cut(choices) if cut else None), encoding, delimiter, choices)
    except InputError:
        if cut or choices.rows is None:
            raise
    return read_table(source, encoding, delimiter, choices, cut=True)


def rows_cut(choices: Choices) -> tuple[int, int] | None:
    """Return the lines to look at, those of the chosen rows and of the header above them, from 1."""
    if choices.rows is None:
        return None
    first, last = choices.rows
    return min(first, choices.header or first), last


def table_of(text: Lines, encoding: str, delimiter: str | None, choices: Choices) -> Raw:
    """Read the table that lines of text hold. encoding: of the file that they come from."""
    dialect = dialect_of(text, choices, delimiter)
    table = parse_table(text, dialect)
    if table.empty:
        raise InputError(N_("There are no rows below the header."))
    if table.shape[1] > 1 and not surely_even(text.source, dialect, table):
        check_every_width(text, dialect)
    table = without_comments(table, text, dialect)
    table, blank = without_blank_rows(table)
    table, totals = without_totals(table)
    table = without_blank_columns(table)
    if table.empty:
        raise InputError(N_("There are no rows below the header."))
    if len(table) > MAX_READ_STEPS:
        raise InputError(N_("The table has {count} rows; at most {limit} fit."), count=len(table), limit=MAX_READ_STEPS)
    name = {"\t": "TSV"}.get(dialect.delimiter, f"CSV {dialect.delimiter}")
    return Raw(
        "table",
        table,
        f"{name} · {encoding}",
        first_row=text.offset + dialect.skip + 1,
        blank=blank,
        notes=Notes(
            header=0 if dialect.header is None else text.offset + dialect.header + 1,
            above=dialect.above,
            comments=len(text.comments),
            units=dialect.units,
            totals=totals,
        ),
        commas_part=dialect.delimiter == ",",
        broken=dialect.broken,
    )


def parse_table(text: Lines, dialect: Dialect) -> pd.DataFrame:
    """Parse the rows of values, every column as text: how its numbers are written is judged over all of them."""
    try:
        with handle_of(text.source, dialect.encoding) as handle, warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.ParserWarning)  # a row of another length is told later
            return pd.read_csv(
                handle,
                compression=None,
                encoding=dialect.encoding,
                sep=dialect.delimiter,
                header=None,
                names=list(dialect.names),
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                index_col=False,
                skiprows=dialect.skip,
                skip_blank_lines=False,
                skipinitialspace=True,
            )
    except pd.errors.EmptyDataError:
        return pd.DataFrame(columns=list(dialect.names))
    except pd.errors.ParserError as error:
        check_every_width(text, dialect)
        raise InputError(N_("A quotation mark is opened and never closed.")) from error


@contextmanager
def handle_of(source: Source, encoding: str) -> Iterator[str | BinaryIO | TextIO]:
    """Yield what pandas reads fastest: a path, which it reads in parallel, else bytes, and other encodings as text."""
    if not encoding.startswith("utf-8"):
        with source.text(encoding) as text:
            yield text
    elif source.path is not None:
        yield str(source.path)
    else:
        with source.opened() as file:
            yield file


def surely_even(source: Source, dialect: Dialect, table: pd.DataFrame) -> bool:
    """Tell whether counting alone shows that all rows are of one length, without a slow look at each.

    pandas fills rows that are too short, so that their last value is a hole, and cuts one that is too long where it
    begins a piece of the file. Blank lines and delimiters in quotation marks make the answer no.
    """
    count, quoted, code = 0, False, ord(dialect.delimiter)
    with source.opened() as file:
        while chunk := file.read(MEGABYTE):
            count += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == code))
            quoted = quoted or b'"' in chunk
    expected = (len(table) + dialect.skip) * (table.shape[1] - 1)
    return count == expected and not (quoted and table.iloc[:, -1].isna().any())


def check_every_width(text: Lines, dialect: Dialect) -> None:
    """Raise InputError for the first row of values, of all, that has another number of fields than the names."""
    width = len(dialect.names)
    try:
        with text.source.text(dialect.encoding) as file:
            rows = enumerate(csv.reader(file, delimiter=dialect.delimiter, skipinitialspace=True))
            for row, record in rows:
                if row >= dialect.skip and len(record) != width and any(record):
                    if len(record) < width and is_total(record) and not any(any(later) for _, later in rows):
                        return
                    raise ragged_row(text.offset + row + 1, len(record), width)
    except csv.Error as error:
        raise InputError(N_("A quotation mark is opened and never closed.")) from error


def without_comments(table: pd.DataFrame, text: Lines, dialect: Dialect) -> pd.DataFrame:
    """Return the table without the empty rows that comments have left."""
    places = [line - dialect.skip for line in text.comments if 0 <= line - dialect.skip < len(table)]
    empty = table.iloc[places].isna().all(axis=1)
    return table.drop(index=empty.index[empty]) if len(empty) else table


def without_blank_rows(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the table without its wholly empty rows, and their number.

    In a single column, one between others is a hole.
    """
    empty = table.iloc[:, -1].isna()
    if not empty.any():
        return table, 0
    empty &= table.isna().all(axis=1)
    if table.shape[1] == 1:
        written = (~empty.to_numpy()).nonzero()[0]
        return table.iloc[: int(written.max(initial=-1)) + 1], 0
    return (table.loc[~empty], int(empty.sum())) if empty.any() else (table, 0)


def without_blank_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without columns of neither name nor value, as a delimiter at the end of each row makes."""
    unnamed = [name for index, name in enumerate(table.columns) if name == column_letter(index)]
    blank = [name for name in unnamed if table[name].isna().all()]
    return table.drop(columns=blank) if blank else table
