"""JSON as sequences: lists of numbers, rows and records, lists by name, a record a line; what is no table is told."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from cells import InputError, read_sequence
from tests.cells.reading.named import Named

FRAME = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [5, 7, 9]})


def read(value: Any, **choices: Any) -> Any:
    return read_sequence(json.dumps(value).encode(), **choices)


class TestTables:
    def test_a_list_of_numbers_is_a_column(self) -> None:
        reading = read([*range(47), None])
        assert reading.values.shape == (48, 1)
        assert reading.filled.sum() == 1

    def test_lists_are_rows_with_a_header_or_without(self) -> None:
        assert read([[1, 2], [3, 4], [5, 6]]).values.tolist() == [[1, 2], [3, 4], [5, 6]]
        assert read([["day", "x"], ["2024-01-01", 1], ["2024-01-02", 2]]).channels == ("x",)

    def test_records_are_rows_and_what_one_lacks_is_a_hole(self) -> None:
        reading = read(
            [{"t": "2024-01-01", "x": 1}, {"t": "2024-01-02"}, {"t": "2024-01-03", "x": 3, "main": {"y": 1}}]
        )
        assert reading.channels == ("x", "main.y")
        assert reading.filled[:, 0].tolist() == [False, True, False]
        assert reading.time is not None

    @pytest.mark.parametrize("orient", ["columns", "index", "records", "values", "split", "table"])
    def test_as_pandas_writes_it(self, orient: Any) -> None:
        reading = read_sequence(
            FRAME.to_json(orient=orient).encode(), columns=None if orient == "values" else ["a", "b"]
        )
        assert reading.values.tolist() == FRAME.to_numpy().tolist()

    def test_a_record_a_line(self) -> None:
        reading = read_sequence(FRAME.to_json(orient="records", lines=True).encode())
        assert (reading.values.tolist(), reading.channels) == (FRAME.to_numpy().tolist(), ("a", "b"))

    def test_of_an_answer_of_a_web_service_the_table_is_read_or_one_of_several(self) -> None:
        answer = {
            "latitude": 37.5,
            "units": {"t": "iso8601"},
            "hourly": {"t": ["2024-01-01", "2024-01-02"], "x": [1, 2]},
        }
        assert read(answer).channels == ("x",)
        reading = read({**answer, "daily": [[1, 2], [3, 4], [5, 6]]})
        assert reading.sheets == ("hourly", "daily")
        assert read({**answer, "daily": [[1], [2]]}, sheet="daily").values.tolist() == [[1], [2]]

    def test_truth_values_and_lists_inside_a_column(self) -> None:
        reading = read([{"x": True, "tags": [1, 2]}, {"x": False, "tags": []}])
        assert (reading.values.tolist(), reading.left_out) == ([[1], [0]], ("tags",))

    def test_a_text_that_begins_like_json_is_text(self) -> None:
        assert read_sequence(b"[Verse 1]\nla la\n").kind == "text"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[1, 2,", "Line 1, character 7: here the JSON breaks off, or is not well written."),
        (b'{"a": 1}\n{"a": \n', "Line 2 is no JSON, but those before it are."),
        (
            b"[[[1]], [[2]]]",
            "The JSON file holds lists inside lists or records: take them apart into rows and columns.",
        ),
        (b"[" * 100_000, "The JSON file holds lists inside lists or records: take them apart into rows and columns."),
        (b"[1, [2]]", "The JSON list mixes numbers, rows and records: all of it must be of one kind."),
        (b"[[1, 2], [3]]", "Row 2 has another number of fields (1) than the first row (2)."),
        (b'{"a": [1, 2], "b": [3]}', "The lists of a JSON record must be of one length; there are a 2, b 1."),
        (b"[]", "The JSON file holds no table: a list of numbers, of rows or of records is read."),
        (b"17", "The JSON file holds no table: a list of numbers, of rows or of records is read."),
        (b"[1, " + b"9" * 400 + b"]", "Row 2, column “A”: 99999999999999999999999… is too large, or not finite."),
        (b"[1, " + b"9" * 5000 + b"]", "The JSON file holds a number of too many digits."),
        (b"[" + b"0," * 8_000_001 + b"0]", "The JSON file holds too many values: at most 8000000 fit."),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:30],
)
def test_what_is_no_table_is_told(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_sequence(Named("own.json", data))
    assert str(raised.value) == message
