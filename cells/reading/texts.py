"""The columns of text in a table: numbers, categories, and which mark is the decimal one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api.types import is_string_dtype

from cells.reading.categories import words_in
from cells.reading.choices import Choices
from cells.reading.missing import without_missing
from cells.reading.numbers import (
    COMMA,
    FOUND,
    POINT,
    SAMPLE,
    Numbers,
    is_number,
    number_as_text,
    numbers_of,
    plain_numbers,
)
from cells.reading.questions import SHOWN, Question
from cells.reading.raw import Raw

LONGEST = 400  # characters
LONGEST_NUMBER = 4000  # characters: a program may write every decimal that it has
GLANCE = 20  # entries


@dataclass
class Texts:
    """The columns of text on the way to numbers: their entries, without words for missing values, and what these say.

    words: those of the columns of categories.
    """

    entries: dict[str, pd.Series] = field(default_factory=dict)
    numbers: dict[str, Numbers] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)


def texts_of(raw: Raw, names: Collection[str], required: bool) -> Texts:
    """Read the columns of text: as numbers where they are mostly such, else as categories where they are."""
    texts = Texts()
    for name in names:
        column = None if holds_prose(raw.table[name]) else as_text(raw.table[name])
        if column is None:
            continue
        entries, missing = (column, {}) if is_plain(column) else without_missing(column)
        spaced = raw.table.shape[1] > 1
        sample = entries.dropna().iloc[:SAMPLE]
        numbers = numbers_of(sample, raw.commas_part, spaced)
        if mostly_numbers(sample, numbers):
            texts.entries[name] = entries
            texts.numbers[name] = numbers_of(entries, raw.commas_part, spaced)
        elif words := words_in(entries):
            texts.entries[name], texts.words[name] = entries, words
        elif required:
            texts.entries[name], texts.numbers[name] = entries, numbers_of(entries, raw.commas_part, spaced)
        else:
            continue
        texts.missing.update(missing)
    return texts


def holds_prose(column: pd.Series) -> bool:
    """Tell whether a column's first entries are longer than any number or category: it is left as it is, uncopied."""
    long = [entry for entry in map(str, column.iloc[:GLANCE]) if len(entry) > LONGEST]
    return any(len(entry) > LONGEST_NUMBER or not is_number(entry) for entry in long)


def is_plain(column: pd.Series) -> bool:
    """Tell whether a column has nothing but numbers as a programming language writes them, and holes."""
    numbers = plain_numbers(column)
    return numbers is not None and bool((np.isnan(numbers) == column.isna().to_numpy()).all())


def as_text(column: pd.Series) -> pd.Series | None:
    """Return a column of text, or of several types, as text with its holes; None for one of numbers or times."""
    if column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(object).map(entry_as_text, na_action="ignore").astype("str")
    return column if is_string_dtype(column) else None


def entry_as_text(entry: object) -> str:
    """Write an entry of a column of several types: a number so that it leaves nothing open."""
    return number_as_text(entry) if isinstance(entry, float) else str(entry)


def mostly_numbers(entries: pd.Series, numbers: Numbers) -> bool:
    """Tell whether at least half of what stands in a column is numbers."""
    values = next(iter(numbers.readings.values()))
    return len(entries) > 0 and bool(2 * np.isnan(values).sum() <= len(entries))


def decided_marks(texts: Texts, raw: Raw, choices: Choices) -> tuple[dict[str, str], tuple[Question, ...]]:
    """Return the decimal mark of each column of text, and a question for those that leave it open.

    What a column leaves open is decided by the choice, or by the others of the same file where these show one mark.
    """
    shown = {numbers.mark for numbers in texts.numbers.values() if numbers.mark}
    decided = choices.decimal if choices.decimal != FOUND else shown.pop() if len(shown) == 1 else ""
    open_ones = [name for name, numbers in texts.numbers.items() if len(numbers.readings) > 1]
    marks = {name: next(iter(numbers.readings)) for name, numbers in texts.numbers.items()}
    marks |= {name: decided for name in open_ones if decided}
    if raw.broken:
        return marks, (broken_question(raw, choices),)
    if open_ones and (choices.decimal != FOUND or not decided):
        name = open_ones[0]
        return marks, (mark_question(name, texts.entries[name], texts.numbers[name], choices),)
    return marks, ()


def mark_question(name: str, entries: pd.Series, numbers: Numbers, choices: Choices) -> Question:
    """Return the question whether a mark before three digits is the decimal one; it holds for all such columns."""
    present = entries.notna().to_numpy()
    marked = present & entries.str.contains(r"[.,]", regex=True).fillna(value=False).to_numpy(dtype=bool)
    places = np.flatnonzero(marked)[:SHOWN]
    readings = {mark: tuple(f"{values[place]:.10g}" for place in places) for mark, values in numbers.readings.items()}
    written = tuple(str(entry) for entry in entries.iloc[places])
    return Question("decimal", name, written, readings, answered=choices.decimal != FOUND)


def broken_question(raw: Raw, choices: Choices) -> Question:
    """Return the question whether the only comma of each row parts two columns or is the decimal mark of one."""
    if raw.table.shape[1] == 1:  # read with the decimal comma, as was chosen
        written = tuple(map(str, raw.table.iloc[:, 0].dropna().head(SHOWN)))
    else:
        written = tuple(",".join(map(str, row)) for row in raw.table.head(SHOWN).itertuples(index=False))
    readings = {
        POINT: tuple(entry.replace(",", " | ") for entry in written),
        COMMA: tuple(entry.replace(".", "").replace(",", ".") for entry in written),
    }
    ordered = {mark: readings[mark] for mark in sorted(readings, key=lambda mark: mark != raw.broken)}
    return Question("decimal", str(raw.table.columns[0]), written, ordered, answered=choices.decimal != FOUND)
