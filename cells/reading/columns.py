"""The columns of a table that are numbers, and where one that should be is not."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.raw import Raw

SAMPLE = 1000  # entries by which a column is judged


def number_columns(raw: Raw, columns: Collection[str] | None, time: str | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the columns that were chosen, or all of numbers, as numbers; and the names of those that were left out.

    Raises InputError naming row and column for a word among numbers, a number that is not finite, a column that is not
    there, and a table without numbers.
    """
    names = [str(name) for name in raw.table.columns]
    for name in columns or ():
        check_there(name, names)
    wanted = [name for name in (names if columns is None else columns) if name != time]
    numbers = {name: as_numbers(raw, name, required=columns is not None) for name in wanted}
    chosen = {name: column for name, column in numbers.items() if column is not None}
    if not chosen:
        raise InputError(N_("There is no column of numbers."))
    left_out = tuple(name for name in names if name not in chosen and name != time)
    same = not left_out and time is None and all(column is raw.table[name] for name, column in chosen.items())
    return (raw.table if same else pd.DataFrame(chosen, copy=False)), left_out


def check_there(name: str, names: list[str]) -> None:
    """Raise InputError for the name of a column that is not in the table."""
    if name not in names:
        raise InputError(
            N_("There is no column “{name}”; there are {names}."),
            name=shortened(name),
            names=", ".join(map(shortened, names[:10])) + (" …" if len(names) > 10 else ""),
        )


def as_numbers(raw: Raw, name: str, required: bool) -> pd.Series | None:
    """Return a column as numbers, holes as NaN. None for one that is mostly something else, unless it is `required`."""
    column = raw.table[name]
    if is_bool_dtype(column):
        return column.astype(np.float64)
    if is_numeric_dtype(column):
        if column.isna().all():
            check_not_required(name, required)
            return None
        check_finite(raw, name, column)
        return column
    if column.dtype.kind == "M" or (not required and mostly_words(column)):
        check_not_required(name, required)
        return None
    numbers = to_numbers(column)
    wrong = numbers.isna() & column.notna()
    if wrong.any() and (required or 2 * wrong.sum() <= column.notna().sum()):
        index = int(wrong.to_numpy().argmax())
        raise InputError(
            N_("Row {row}, column “{column}”: “{entry}” is not a number."),
            row=row_of(raw, index),
            column=shortened(name),
            entry=shortened(str(column.iloc[index])),
        )
    if wrong.any() or numbers.isna().all():
        check_not_required(name, required)
        return None
    check_finite(raw, name, numbers)
    return numbers.astype(np.float64)


def mostly_words(column: pd.Series) -> bool:
    """Tell whether a column's first entries are mostly no numbers: then a long one need not be looked through."""
    sample = column.dropna().iloc[:SAMPLE]
    return bool(2 * to_numbers(sample).isna().sum() > len(sample))


def to_numbers(column: pd.Series) -> pd.Series:
    """Return the entries as numbers: NaN for what is none, infinity for whole numbers past all bounds."""
    try:
        return pd.to_numeric(column, errors="coerce")
    except OverflowError:
        return pd.to_numeric(column.astype(str), errors="coerce")


def check_not_required(name: str, required: bool) -> None:
    """Raise InputError if a column without numbers was asked for."""
    if required:
        raise InputError(N_("Column “{column}” holds no numbers."), column=shortened(name))


def check_finite(raw: Raw, name: str, column: pd.Series) -> None:
    """Raise InputError, naming row and column, for a number that single precision cannot hold."""
    values = column.to_numpy()
    wrong = np.abs(values) > np.finfo(np.float32).max
    if wrong.any():
        index = int(wrong.argmax())
        raise InputError(
            N_("Row {row}, column “{column}”: {entry} is too large, or not finite."),
            row=row_of(raw, index),
            column=shortened(name),
            entry=f"{values[index]:g}",
        )


def row_of(raw: Raw, index: int) -> int:
    """Return the number of a row as a spreadsheet shows it."""
    return int(raw.table.index[index]) + raw.first_row
