"""JSON as a table: a list of numbers, rows or records, lists by name, or a record a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.choices import Choices
from cells.reading.dialect import check_names, column_letters, ragged_row
from cells.reading.layout import is_value
from cells.reading.limits import MAX_CELLS, MAX_COLUMNS, MAX_READ_STEPS
from cells.reading.notes import Notes
from cells.reading.raw import NESTED, Raw
from cells.reading.sheets import check_sheet
from cells.reading.source import Source
from cells.reading.totals import without_totals

SUFFIXES = {".json", ".jsonl", ".ndjson"}
BEGINNINGS = ("[", "{")
DEEPEST = 8  # records inside each other
LARGEST_WHOLE, LARGEST = 2**63, 2**1023  # what 64 bits hold, as a whole number and as any
Value = Any  # what JSON may be: None, a truth value, a number, a text, a list or a record of values


@dataclass(frozen=True)
class Layout:
    """A table in JSON: the name of each column and its entries, and how it is written, in words of no language."""

    columns: Mapping[str, list[Value]]
    written: str


def looks_like_json(source: Source, encoding: str) -> bool:
    """Tell whether a text file says that it is JSON, by its name or by its first sign."""
    if source.suffix in SUFFIXES:
        return True
    with source.text(encoding) as text:
        return text.read(1024).lstrip("\ufeff \t\r\n").startswith(BEGINNINGS)


def read_json(source: Source, encoding: str, choices: Choices) -> Raw | None:
    """Read the table of a JSON file; of several in one record the one that was chosen, else the first.

    Returns None for what is no JSON, and is not called so either. Raises InputError for JSON that is no table.
    """
    with source.text(encoding) as text:
        written = text.read().lstrip("\ufeff")
    if sum(map(written.count, ",[{\n")) > MAX_CELLS:
        raise too_many_values()
    try:
        value, kind = parsed(written), "JSON"
    except json.JSONDecodeError as error:
        lines = records_a_line(written)
        if lines is None:
            if source.suffix in SUFFIXES:
                raise damage(error) from error
            return None
        value, kind = lines, "JSON Lines"
    tables = tables_in(value)
    check_sheet(choices.sheet, tuple(tables))
    name = choices.sheet or next(iter(tables), "")
    layout = layout_of(tables[name] if tables else value)
    names = tuple(tables) if len(tables) > 1 else ()
    table, totals = without_totals(frame_of(layout.columns))
    return Raw(
        "table",
        table,
        f"{kind} · {layout.written}",
        notes=Notes(totals=totals),
        sheets=names,
        sheet=name if names else "",
    )


def parsed(written: str) -> Value:
    """Return the value that a text writes. Raises JSONDecodeError, and InputError for what Python cannot hold."""
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        raise
    except RecursionError as error:
        raise nested() from error
    except ValueError as error:  # a number of thousands of digits
        raise InputError(N_("The JSON file holds a number of too many digits.")) from error


def damage(error: json.JSONDecodeError) -> InputError:
    """Return the error for JSON that breaks off or is not well written, with its line."""
    return InputError(
        N_("Line {row}, character {place}: here the JSON breaks off, or is not well written."),
        row=error.lineno,
        place=error.colno,
    )


def records_a_line(written: str) -> list[Value] | None:
    """Return the values of JSON Lines; None where the first line is none. Raises InputError naming a later one."""
    values: list[Value] = []
    for number, line in enumerate(written.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append(parsed(line))
        except json.JSONDecodeError as error:
            if not values:
                return None
            raise InputError(N_("Line {row} is no JSON, but those before it are."), row=number) from error
    return values


def tables_in(value: Value) -> dict[str, Value]:
    """Return the tables of a record that is none itself, as a web service answers, by name, the largest first."""
    if not isinstance(value, dict) or is_columns(value) or is_split(value):
        return {}
    tables = {name: one for name, one in value.items() if is_rows(one) or is_columns(one) or is_split(one)}
    return dict(sorted(tables.items(), key=lambda table: -count_entries(table[1])))


def is_rows(value: Value) -> bool:
    """Tell whether a value is a list with something in it."""
    return isinstance(value, list) and bool(value)


def is_columns(value: Value) -> bool:
    """Tell whether a value is a record of lists, or of records as pandas writes columns, and of nothing else."""
    if not isinstance(value, dict) or not value:
        return False
    if all(is_rows(one) for one in value.values()):
        return not any(is_nested(one[0]) for one in value.values())
    return all(isinstance(one, dict) and one and not any(map(is_nested, one.values())) for one in value.values())


def is_split(value: Value) -> bool:
    """Tell whether a value is a record of the names of columns and of rows, as pandas writes them."""
    if not isinstance(value, dict) or not is_rows(value.get("columns")) or not is_rows(value.get("data")):
        return False
    return is_words(value["columns"]) and all(isinstance(row, list) for row in value["data"])


def is_nested(value: Value) -> bool:
    """Tell whether a value holds others."""
    return isinstance(value, list | dict)


def count_entries(table: Value) -> int:
    """Return how many entries a table has, or rows where it is a list."""
    return sum(map(len, table.values())) if isinstance(table, dict) else len(table)


def layout_of(value: Value) -> Layout:
    """Return the columns of a value. Raises InputError for one that is no table."""
    if is_columns(value):
        return columns_by_name(value)
    if is_split(value):
        return Layout(columns_of_rows([value["columns"], *value["data"]]), "{[[…]]}")
    rows: list[Value] = [value] if isinstance(value, dict) else value
    if not is_rows(rows):
        raise InputError(N_("The JSON file holds no table: a list of numbers, of rows or of records is read."))
    if len(rows) > MAX_READ_STEPS:
        raise InputError(N_("The table has {count} rows; at most {limit} fit."), count=len(rows), limit=MAX_READ_STEPS)
    kinds = {dict if isinstance(row, dict) else list if isinstance(row, list) else None for row in rows}
    if len(kinds) > 1:
        raise InputError(N_("The JSON list mixes numbers, rows and records: all of it must be of one kind."))
    if kinds == {dict}:
        return Layout(columns_of_records(rows), "[{…}]")
    return Layout(columns_of_rows(rows), "[[…]]") if kinds == {list} else Layout({"A": rows}, "[…]")


def columns_by_name(value: Mapping[str, Value]) -> Layout:
    """Return the columns of a record of lists, or of records by the names of the rows."""
    if all(isinstance(one, dict) for one in value.values()):
        if all(name.isdigit() for name in value):  # the records' own numbers
            return Layout(columns_of_records(list(value.values())), "{{…}}")
        rows = list(dict.fromkeys(row for one in value.values() for row in one))
        check_width(len(value), len(rows))
        return Layout({name: [one.get(row) for row in rows] for name, one in value.items()}, "{{…}}")
    lengths = {name: len(one) for name, one in value.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{shortened(name)} {length}" for name, length in list(lengths.items())[:10])
        raise InputError(N_("The lists of a JSON record must be of one length; there are {lists}."), lists=listed)
    return Layout(value, "{[…]}")


def columns_of_records(records: list[dict[str, Value]]) -> dict[str, list[Value]]:
    """Return the columns of records: every name that occurs, in the order of appearance; None where it is missing."""
    flat = [flattened(record) for record in records]
    names = list(dict.fromkeys(name for record in flat for name in record))
    check_width(len(names), len(flat))
    return {name: [record.get(name) for record in flat] for name in names}


def flattened(record: dict[str, Value], prefix: str = "", depth: int = 0) -> dict[str, Value]:
    """Return a record in which those inside it are spread out, "main.temp"; its lists stay."""
    if depth > DEEPEST:
        raise nested()
    flat: dict[str, Value] = {}
    for name, value in record.items():
        inner = isinstance(value, dict) and value
        flat |= (
            flattened(value, f"{prefix}{name}.", depth + 1) if inner else {f"{prefix}{name}": value or scalar(value)}
        )
    return flat


def scalar(value: Value) -> Value:
    """Return a value, None for an empty list or record."""
    return None if is_nested(value) else value


def columns_of_rows(rows: list[list[Value]]) -> dict[str, list[Value]]:
    """Return the columns of rows of one length, called by the first where that holds names."""
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise ragged_row(number, len(row), width)
    check_width(width, len(rows))
    has_header = len(rows) > 1 and is_words(rows[0]) and not any(map(is_value, rows[0]))
    names = tuple(rows[0]) if has_header else column_letters(width)
    check_names(names)
    return {name: [row[index] for row in rows[has_header:]] for index, name in enumerate(names)}


def is_words(row: Iterable[Value]) -> bool:
    """Tell whether a row holds texts alone."""
    return all(isinstance(one, str) for one in row)


def check_width(columns: int, rows: int) -> None:
    """Raise InputError for a table without columns, or with too many of them or too many entries."""
    if not columns:
        raise InputError(N_("There are no rows."))
    if columns > MAX_COLUMNS:
        raise InputError(N_("The table has {count} columns; at most {limit} fit."), count=columns, limit=MAX_COLUMNS)
    if columns * rows > MAX_CELLS:
        raise too_many_values()


def frame_of(columns: Mapping[str, list[Value]]) -> pd.DataFrame:
    """Return the columns as pandas has them; a list inside one by a sign. Raises InputError where all hold lists."""
    check_width(len(columns), 0)
    if all(any(map(is_nested, values)) for values in columns.values()):
        raise nested()
    return pd.DataFrame({name: column_of(values) for name, values in columns.items()})


def column_of(values: list[Value]) -> pd.Series:
    """Return entries as a column: numbers and truth values, with holes or not, as numbers; all else as it is."""
    if all(isinstance(one, int) and not isinstance(one, bool) and abs(one) < LARGEST_WHOLE for one in values):
        return pd.Series(values, dtype="int64")
    if all(one is None or isinstance(one, float) or (isinstance(one, int) and abs(one) < LARGEST) for one in values):
        return pd.Series([None if one is None else float(one) for one in values], dtype="float64")
    texts = [NESTED if is_nested(one) else str(one) if isinstance(one, int) else one for one in values]
    return pd.Series(texts, dtype="object")


def nested() -> InputError:
    """Return the error for lists inside lists."""
    return InputError(N_("The JSON file holds lists inside lists or records: take them apart into rows and columns."))


def too_many_values() -> InputError:
    """Return the error for more values than fit."""
    return InputError(N_("The JSON file holds too many values: at most {limit} fit."), limit=MAX_CELLS)
