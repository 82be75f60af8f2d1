"""Texts are judged in one way in whatever file they stand: CSV, a workbook, JSON, Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from cells import InputError, Reading, read_sequence
from tests.cells.reading.made_sheets import Rows, ods, xlsx

NAMES = ("day", "price", "share", "sky", "count")
ROWS = (
    ("01/02/2024", "1.234,5", "12%", "sun", "-"),
    ("02/02/2024", "-5,0", "７%", "rain", "3"),
    ("03/02/2024", "2.000,25", "9%", "sun", "4"),
    ("04/02/2024", "1,5", "9%", "rain", "5"),
    ("Total", "3.230,75", "37%", "", "12"),
)
ABOVE: Rows = (["Seoul 2024"], [" # by hand"], NAMES, ["", "€", "%", "", ""])
AROUND: Rows = (*ABOVE, *ROWS)  # as people lay a sheet out


def as_csv(rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter="\t").writerows(rows)
    return text.getvalue().encode()


def records(rows: Rows) -> list[dict[str, Any]]:
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def as_parquet(rows: Rows) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(records(rows)), file)
    return file.getvalue()


WITH_NAMES: dict[str, Callable[[Rows], bytes]] = {
    "csv": lambda rows: as_csv([NAMES, *rows]),
    "xlsx": lambda rows: xlsx({"one": [NAMES, *rows]}),
    "ods": lambda rows: ods({"one": [NAMES, *rows]}),
    "json": lambda rows: json.dumps(records(rows)).encode(),
    "json-lines": lambda rows: "\n".join(map(json.dumps, records(rows))).encode(),
    "json-rows": lambda rows: json.dumps([NAMES, *rows]).encode(),
    "parquet": as_parquet,
}
SHEETS: dict[str, Callable[[Rows], bytes]] = {
    "csv": as_csv,
    "xlsx": lambda rows: xlsx({"one": rows}),
    "ods": lambda rows: ods({"one": rows}),
}
ANY_FILE = pytest.mark.parametrize("write", WITH_NAMES.values(), ids=WITH_NAMES)
ANY_SHEET = pytest.mark.parametrize("write", SHEETS.values(), ids=SHEETS)


def judged(reading: Reading) -> tuple[object, ...]:
    """Return what does not depend on the kind of file."""
    notes = reading.notes
    times = reading.table.index.tolist()
    return (
        *(times, reading.values.tolist(), reading.filled.tolist(), reading.channels, reading.left_out),
        *(reading.questions, notes.totals, notes.decimal, notes.units_in_cells, notes.missing, notes.words),
    )


@ANY_FILE
@pytest.mark.parametrize("choices", [{}, {"dates": "mdy", "words": "one-hot"}, {"decimal": "point", "columns": "sky"}])
def test_numbers_dates_words_totals_and_questions(write: Callable[[Rows], bytes], choices: Any) -> None:
    reading = read_sequence(write(ROWS), **choices)
    assert judged(reading) == judged(read_sequence(WITH_NAMES["csv"](ROWS), **choices))
    assert reading.notes.totals == ("Total",)
    if not choices:
        assert reading.values.tolist() == [[1234.5, 12, 3], [-5, 7, 3], [2000.25, 9, 4], [1.5, 9, 5]]
        assert [list(question.readings) for question in reading.questions] == [["dmy", "mdy"]]


@ANY_FILE
@pytest.mark.parametrize(("mark", "values"), [("found", [1.25, 2.5]), ("point", [1.25, 2.5]), ("comma", [1250, 2500])])
def test_the_decimal_mark_is_asked_and_chosen(write: Callable[[Rows], bytes], mark: str, values: list[float]) -> None:
    rows = [(day, price, "", "", "") for day, price in (("2024-02-01", "1.250"), ("2024-02-02", "2.500"))]
    reading = read_sequence(write(rows), decimal=mark)
    assert reading.table["price"].tolist() == values
    assert [(one.setting, one.written, one.answered) for one in reading.questions] == [
        ("decimal", ("1.250", "2.500"), mark != "found")
    ]


@ANY_SHEET
def test_what_stands_around_the_rows(write: Callable[[Rows], bytes]) -> None:
    reading = read_sequence(write(AROUND))
    notes = reading.notes
    assert (notes.header, notes.above, notes.comments, notes.units) == (3, ("Seoul 2024",), 1, ("€, %",))
    assert (reading.rows, len(reading.values)) == ((5, 8), 4)


@ANY_SHEET
def test_the_row_of_the_names_and_the_rows_are_chosen(write: Callable[[Rows], bytes]) -> None:
    data = write([["a", "b"], ["x", "y"], [1, 2], [3, 4]])
    assert read_sequence(data, header=2).channels == ("x", "y")
    assert read_sequence(data, header=0).channels == ("A", "B")
    twice = write([["a", "a"], [1, 2], ["x", "y"], [3, 4], [5, 6]])
    with pytest.raises(InputError, match="both called"):
        read_sequence(twice)
    assert read_sequence(twice, rows=(3, 5)).channels == ("x", "y"), "which the rest does not keep from being read"


def test_a_number_between_texts_leaves_nothing_open() -> None:
    assert read_sequence(json.dumps(["2", 1.234]).encode()).questions == ()
    assert read_sequence(json.dumps(["2", "1.234"]).encode()).questions != ()
