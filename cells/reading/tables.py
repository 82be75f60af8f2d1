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
from cells.reading.dialect import Dialect, column_letter, dialect_of, ragged_row
from cells.reading.limits import MAX_READ_STEPS, MEGABYTE
from cells.reading.raw import Raw
from cells.reading.source import Source


def read_table(source: Source, encoding: str, delimiter: str | None = None) -> Raw:
    """Read the table of a text file. Raises InputError naming the row for what is none.

    delimiter: where it is known, and need not be found out.
    """
    dialect = dialect_of(source, encoding, delimiter)
    table = parse_table(source, dialect)
    if table.empty:
        raise InputError(N_("There are no rows below the header."))
    if table.shape[1] > 1 and not surely_even(source, dialect, table):
        check_every_width(source, dialect)
    table, blank = without_blank_rows(table)
    table = without_blank_columns(table)
    if table.empty:
        raise InputError(N_("There are no rows below the header."))
    if len(table) > MAX_READ_STEPS:
        raise InputError(N_("The table has {count} rows; at most {limit} fit."), count=len(table), limit=MAX_READ_STEPS)
    name = {"\t": "TSV"}.get(dialect.delimiter, f"CSV {dialect.delimiter}")
    return Raw("table", table, f"{name} · {encoding}", first_row=dialect.skip + 1, blank=blank)


def parse_table(source: Source, dialect: Dialect) -> pd.DataFrame:
    """Parse the rows below the header, each column of the type that pandas finds."""
    try:
        with handle_of(source, dialect.encoding) as handle, warnings.catch_warnings():
            # A column of words and numbers is told later, with its row; so is a row of another length.
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            return pd.read_csv(
                handle,
                compression=None,
                encoding=dialect.encoding,
                sep=dialect.delimiter,
                decimal=dialect.decimal,
                header=None,
                names=list(dialect.names),
                index_col=False,
                skiprows=dialect.skip,
                skip_blank_lines=False,
                skipinitialspace=True,
            )
    except pd.errors.EmptyDataError:
        return pd.DataFrame(columns=list(dialect.names))
    except pd.errors.ParserError as error:
        check_every_width(source, dialect)
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


def check_every_width(source: Source, dialect: Dialect) -> None:
    """Raise InputError for the first row, of all, that has another number of fields than the first."""
    width = len(dialect.names)
    with source.text(dialect.encoding) as text:
        try:
            for row, record in enumerate(csv.reader(text, delimiter=dialect.delimiter, skipinitialspace=True), start=1):
                if len(record) != width and any(record):
                    raise ragged_row(row, len(record), width)
        except csv.Error as error:
            raise InputError(N_("A quotation mark is opened and never closed.")) from error


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
