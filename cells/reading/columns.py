"""The columns of a table that are numbers, and where one that should be is not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.categories import NUMBERED, OUT, as_columns, as_numbers
from cells.reading.choices import Choices
from cells.reading.limits import MAX_COLUMNS
from cells.reading.notes import Notes
from cells.reading.numbers import COMMA, POINT
from cells.reading.questions import Question
from cells.reading.raw import Raw
from cells.reading.texts import Texts, decided_marks, texts_of

NO_NUMBERS = N_("There is no column of numbers.")


@dataclass(frozen=True)
class Read:
    """The columns of a table as numbers, holes as NaN.

    chosen: the columns of the file that they were made of. left_out: the others, but for the time. notes: on how they
    are written. questions: what they leave open.
    """

    table: pd.DataFrame
    chosen: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: Notes
    questions: tuple[Question, ...]


def number_columns(raw: Raw, choices: Choices, time: str | None) -> Read:
    """Return the columns that were chosen, or all of numbers, as numbers.

    Raises InputError naming row and column for a word among numbers, a number that is not finite, a column that is not
    there, and a table without numbers.
    """
    names = [str(name) for name in raw.table.columns]
    for name in choices.columns or ():
        check_there(name, names)
    wanted = [name for name in (names if choices.columns is None else choices.columns) if name != time]
    required = choices.columns is not None
    texts = texts_of(raw, wanted, required)
    marks, questions = decided_marks(texts, raw, choices)
    columns: dict[str, pd.Series] = {}
    chosen = []
    for name in wanted:
        made = columns_of(raw, name, texts, marks.get(name, POINT), choices)
        columns.update(made)
        chosen += [name] if made else []
    if not columns:
        raise InputError(NO_NUMBERS)
    check_count(len(columns))
    notes = replace(
        raw.notes,
        decimal=next((mark for name, mark in marks.items() if name in columns and mark == COMMA), ""),
        units_in_cells={
            name: texts.numbers[name].units for name in chosen if name in texts.numbers and texts.numbers[name].units
        },
        missing=dict(texts.missing),
        words=texts.words,
    )
    left_out = tuple(name for name in names if name not in chosen and name != time)
    same = not left_out and time is None and all(column is raw.table.get(name) for name, column in columns.items())
    table = raw.table if same else pd.DataFrame(columns, copy=False)
    return Read(table, tuple(chosen), left_out, notes, questions)


def check_count(count: int) -> None:
    """Raise InputError for more columns than fit, as categories may make them."""
    if count > MAX_COLUMNS:
        raise InputError(N_("The table has {count} columns; at most {limit} fit."), count=count, limit=MAX_COLUMNS)


def check_there(name: str, names: list[str]) -> None:
    """Raise InputError for the name of a column that is not in the table."""
    if name not in names:
        raise InputError(
            N_("There is no column “{name}”; there are {names}."),
            name=shortened(name),
            names=", ".join(map(shortened, names[:10])) + (" …" if len(names) > 10 else ""),
        )


def columns_of(raw: Raw, name: str, texts: Texts, mark: str, choices: Choices) -> dict[str, pd.Series]:
    """Return the columns of numbers that a column of the file becomes: none, itself, or one for each of its words."""
    required = choices.columns is not None
    if name in texts.words:
        if choices.words == OUT and not required:
            return {}
        made = as_numbers if choices.words == NUMBERED else as_columns
        return made(texts.entries[name], texts.words[name])
    if name in texts.numbers:
        column = as_column(raw, name, texts.entries[name], texts.numbers[name].readings[mark], required)
    else:
        column = typed_column(raw, name, required)
    return {} if column is None else {name: column}


def typed_column(raw: Raw, name: str, required: bool) -> pd.Series | None:
    """Return a column that is no text as numbers, None for one of times, of other things, or of nothing."""
    column = raw.table[name]
    if is_bool_dtype(column):
        return column.astype(np.float64)
    if not is_numeric_dtype(column) or column.isna().all():
        check_not_required(name, required)
        return None
    check_finite(raw, name, column)
    return column


def as_column(raw: Raw, name: str, entries: pd.Series, values: NDArray[np.float64], required: bool) -> pd.Series | None:
    """Return a column of text as the numbers that were read in it. Raises InputError for a word among them."""
    wrong = np.isnan(values) & entries.notna().to_numpy()
    if wrong.any() and (required or 2 * wrong.sum() <= entries.count()):
        index = int(wrong.argmax())
        raise InputError(
            N_("Row {row}, column “{column}”: “{entry}” is not a number."),
            row=row_of(raw, index),
            column=shortened(name),
            entry=shortened(str(entries.iloc[index])),
        )
    if wrong.any() or np.isnan(values).all():
        check_not_required(name, required)
        return None
    column = pd.Series(values, raw.table.index)
    check_finite(raw, name, column)
    return column


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
            entry=shortened(str(entry)) if isinstance(entry := raw.table[name].iloc[index], str) else f"{entry:g}",
        )


def row_of(raw: Raw, index: int) -> int:
    """Return the number of a row as a spreadsheet shows it."""
    return int(raw.table.index[index]) + raw.first_row
