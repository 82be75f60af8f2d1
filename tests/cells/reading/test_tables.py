"""Tables and text as sequences: how they are written is found out, and what is wrong is said with row and column."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch

from cells import InputError, read_sequence, standardised
from cells.inputs.typed import HELLO
from cells.reading import limits
from tests.cells.reading.bad_tables import BAD
from tests.cells.reading.named import Named

PLAIN = "시각,값,level\n1,2.5,3\n2,3.5,-4e2\n3,0.1,5\n"
VALUES = [[1, 2.5, 3], [2, 3.5, -400], [3, 0.1, 5]]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"]


def values(written: str | bytes, **options: str | list[str] | bool | None) -> list[list[float]]:
    data = written.encode() if isinstance(written, str) else written
    kept: list[list[float]] = read_sequence(data, **options).values.tolist()  # type: ignore[arg-type]
    return [[round(value, 4) for value in row] for row in kept]


class TestHowItIsWritten:
    @pytest.mark.each_value
    @pytest.mark.parametrize("encoding", ENCODINGS)
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_delimiter_and_encoding_are_found_out(self, encoding: str, delimiter: str) -> None:
        reading = read_sequence(PLAIN.replace(",", delimiter).encode(encoding), time=False)
        assert reading.channels == ("시각", "값", "level")
        assert torch.allclose(reading.values, torch.tensor(VALUES))
        assert encoding in reading.written
        assert reading.filled.sum() == 0

    def test_a_path_bytes_and_an_open_file_are_read_alike(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.csv"
        path.write_text(PLAIN, encoding="utf-8")
        upload = Named("mine.csv", PLAIN.encode())
        upload.seek(7)
        with path.open("rb") as opened:
            readings = [read_sequence(file, time=False) for file in (path, str(path), PLAIN.encode(), upload, opened)]
            assert not opened.closed
        assert not upload.closed
        assert all(torch.equal(reading.values, readings[0].values) for reading in readings)

    def test_a_text_mode_file_is_refused(self) -> None:
        with pytest.raises(TypeError, match="binary"):
            read_sequence(io.StringIO(PLAIN))  # type: ignore[arg-type]

    def test_a_decimal_comma_is_understood_where_it_does_not_part(self) -> None:
        assert values("a;b\n1,5;2\n-0,25;3\n") == [[1.5, 2], [-0.25, 3]]

    def test_without_a_header_columns_have_letters(self) -> None:
        reading = read_sequence(b"1,2\n3,4\n")
        assert reading.channels == ("A", "B")
        assert reading.values.tolist() == [[1, 2], [3, 4]]
        assert reading.sequence.labels == ("1", "2")

    def test_names_of_years_are_a_header_still(self) -> None:
        assert read_sequence(b"place,1990,1991\n1,2,3\n4,5,6\n").channels == ("place", "1990", "1991")

    def test_quoted_fields_hold_delimiters(self) -> None:
        reading = read_sequence(b'"a, b",c\n1,"2"\n3,4\n')
        assert reading.channels == ("a, b", "c")
        assert reading.values.tolist() == [[1, 2], [3, 4]]

    def test_a_delimiter_at_every_end_makes_no_column(self) -> None:
        reading = read_sequence(b"a,b,\n1,2,\n3,4,\n")
        assert reading.channels == ("a", "b")

    def test_one_column_is_a_sequence_and_a_blank_in_it_a_hole(self) -> None:
        reading = read_sequence(b"x\n1\n\n4\n\n\n")
        assert reading.values.tolist() == [[1], [2.5], [4]]
        assert reading.filled.tolist() == [[False], [True], [False]]

    @pytest.mark.parametrize(("method", "between"), [("mean", [2.5, 2.5]), ("linear", [2, 3]), ("previous", [1, 1])])
    def test_holes_are_filled_and_marked(self, method: str, between: list[float]) -> None:
        reading = read_sequence(b"x,y\n,1\n1,2\n,3\nNA,4\n4,5\n", method=method)
        assert reading.values[:, 0].tolist() == [1, 1, *between, 4]
        assert reading.filled.tolist() == [[True, False], [False] * 2, [True, False], [True, False], [False] * 2]

    def test_empty_rows_between_are_left_out_and_counted(self) -> None:
        reading = read_sequence(b"a,b\n1,2\n\n3,4\n,\n")
        assert reading.values.tolist() == [[1, 2], [3, 4]]
        assert reading.blank == 2

    def test_columns_of_words_are_left_out_and_named(self) -> None:
        reading = read_sequence(b"place,x\nhere,1\nthere,2\n")
        assert reading.channels == ("x",)
        assert reading.left_out == ("place",)

    def test_columns_are_chosen_and_kept_in_their_order(self) -> None:
        assert values("a,b,c\n1,2,3\n4,5,6\n", columns=["c", "a"]) == [[3, 1], [6, 4]]
        assert values("a,b,c\n1,2,3\n4,5,6\n", columns="b") == [[2], [5]]

    def test_a_section_is_a_part_with_its_own_labels(self) -> None:
        part = read_sequence(b"x\n" + b"\n".join(b"%d" % step for step in range(5000))).section(3000, 3)
        assert part.values.flatten().tolist() == [3000, 3001, 3002]
        assert part.labels == ("3001", "3002", "3003")

    @pytest.mark.parametrize("name", ["story.txt", ""])
    def test_plain_text_is_a_step_a_character(self, name: str) -> None:
        reading = read_sequence(Named(name, HELLO.encode()))
        assert reading.kind == "text"
        assert reading.sequence.symbolic
        assert "".join(reading.sequence.labels) == HELLO.replace(" ", "␣")
        assert reading.values.sum() == len(HELLO)


class TestPrecision:
    def test_the_largest_change_is_told(self) -> None:
        reading = read_sequence(b"x\n0.5\n0.1\n16777217\n")
        assert reading.values.dtype == torch.float32
        assert reading.rounding == 1.0

    def test_nothing_is_told_where_nothing_changes(self) -> None:
        assert read_sequence(b"x\n0.5\n-3\n").rounding == 0.0

    def test_standardising_says_its_numbers(self) -> None:
        scaled = standardised(read_sequence(b"x,still\n1,7\n3,7\n5,7\n"))
        assert scaled.mean == (3.0, 7.0)
        assert scaled.deviation == pytest.approx(((8 / 3) ** 0.5, 0.0))
        found = scaled.reading.values
        assert found.mean(dim=0).tolist() == pytest.approx([0, 0])
        assert found[:, 1].tolist() == [0, 0, 0]
        assert found[:, 0].std(correction=0).item() == pytest.approx(1)


class TestWhatCannotBeUsed:
    @pytest.mark.parametrize("case", BAD)
    def test_it_is_said(self, case: str) -> None:
        data, message = BAD[case]
        with pytest.raises(InputError) as raised:
            read_sequence(Named("mine.csv", data))
        assert str(raised.value) == message

    def test_a_file_past_the_limit_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "large.csv"
        with path.open("wb") as file:
            file.truncate(limits.MAX_BYTES + limits.MEGABYTE)  # a hole: it takes no room
        with pytest.raises(InputError, match=r"^The file has 65\.0 MB; at most 64 MB fit\.$"):
            read_sequence(path)

    def test_too_many_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cells.reading.tables.MAX_READ_STEPS", 3)
        with pytest.raises(InputError, match=r"^The table has 4 rows; at most 3 fit\.$"):
            read_sequence(b"1\n2\n3\n4\n")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"columns": ["c"]}, "There is no column “c”; there are a, b."),
            ({"time": "c"}, "There is no column “c”; there are a, b."),
            ({"columns": ["b"]}, "Row 2, column “b”: “x” is not a number."),
            ({"columns": []}, "There is no column of numbers."),
            ({"method": "nearest"}, "There is no method “nearest”; there are mean, linear, previous."),
            ({"interval": "1h"}, "An interval needs a column of times, and there is none."),
        ],
    )
    def test_a_choice_that_does_not_fit(self, options: dict[str, str], message: str) -> None:
        with pytest.raises(InputError) as raised:
            values("a,b\n1,x\n2,y\n", **options)
        assert str(raised.value) == message

    def test_a_table_is_insisted_on_where_a_column_is_asked_for(self) -> None:
        with pytest.raises(InputError, match=r"^There is no column “a”; there are Hello\.$"):
            values("Hello\nyou\n", columns=["a"])
