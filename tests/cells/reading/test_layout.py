"""What stands around the rows of a table: titles, comments, units, totals; and the rows that are chosen by hand."""

from __future__ import annotations

from typing import Any

import pytest

from cells import InputError, Reading, read_sequence

TABLE = ["date,temp", "2024-01-01,1", "2024-01-02,3", "2024-01-03,2"]
VALUES = [[1], [3], [2]]
LOGGER = [
    '"TOA5","CR1000","1","prog","x"',
    '"TIMESTAMP","RECORD","T"',
    '"TS","RN","degC"',
    '"","","Avg"',
    '"2024-01-01 00:00:00",0,1.5',
    '"2024-01-01 00:10:00",1,2.5',
]


def read(*rows: str, **options: Any) -> Reading:
    return read_sequence("\n".join(rows).encode(), **options)


class TestWhatIsLeftOut:
    @pytest.mark.parametrize(
        ("rows", "header", "note"),
        [
            (["", *TABLE], 2, {}),
            (["", "", *TABLE], 3, {}),
            (["Weather in Seoul 2024", *TABLE], 2, {"above": ("Weather in Seoul 2024",)}),
            (["Weather", "", "Seoul", "", *TABLE], 5, {"above": ("Weather", "Seoul")}),
            (["Weather,", *TABLE], 2, {"above": ("Weather",)}),
            ([TABLE[0], "yyyy-mm-dd,°C", *TABLE[1:]], 1, {"units": ("yyyy-mm-dd, °C",)}),
            ([TABLE[0], ",[degC]", *TABLE[1:]], 1, {"units": ("[degC]",)}),
            (["# made by hand", "# in 2024", *TABLE], 3, {"comments": 2}),
            ([*TABLE[:2], "# moved", *TABLE[2:]], 1, {"comments": 1}),
            ([*TABLE, "Total,6"], 1, {"totals": ("Total",)}),
            ([*TABLE, "합계:,6", "평균,2"], 1, {"totals": ("합계:", "평균")}),
            ([*TABLE, "Sum"], 1, {"totals": ("Sum",)}),
            (
                ["# by hand", "Weather", *TABLE[:1], ",°C", *TABLE[1:], "Total,6"],
                3,
                {"comments": 1, "above": ("Weather",), "units": ("°C",), "totals": ("Total",)},
            ),
        ],
    )
    def test_the_table_is_read_and_the_rest_is_noted(
        self, rows: list[str], header: int, note: dict[str, object]
    ) -> None:
        reading = read(*rows)
        assert reading.values.tolist() == VALUES
        assert reading.channels == ("temp",)
        assert reading.notes.header == header
        assert reading.blank == 0
        found = {name: getattr(reading.notes, name) for name in ("above", "comments", "units", "totals")}
        assert {name: value for name, value in found.items() if value} == note

    def test_rows_keep_the_numbers_of_a_spreadsheet(self) -> None:
        reading = read("# c", "Title", "a,b", "m,s", "1,2", "# c", "3,4", "Total,6")
        assert reading.rows == (5, 7)
        assert reading.preview.index.tolist() == [5, 7]
        with pytest.raises(InputError, match=r"^Row 7, column “b”: “x” is not a number\.$"):
            read("# c", "Title", "a,b", "m,s", "1,2", "# c", "3,x", "4,5", "Total,6")
        with pytest.raises(InputError, match=r"^Row 6 has another number of fields \(3\) than the first row \(2\)\.$"):
            read("# c", "Title", "a,b", "m,s", "1,2", "3,4,5", "5,6")

    def test_what_a_logger_writes(self) -> None:
        reading = read(*LOGGER)
        assert reading.channels == ("RECORD", "T")
        assert reading.values.tolist() == [[0, 1.5], [1, 2.5]]
        assert reading.notes.units == ("TS, RN, degC", "Avg")

    def test_a_preamble_longer_than_the_table(self) -> None:
        reading = read("Station 108", "Seoul", "lat 37.6", "lon 127", "t;v", "1;2", "3;4")
        assert reading.values.tolist() == [[1, 2], [3, 4]]
        assert reading.notes.header == 5

    @pytest.mark.parametrize(
        ("rows", "name"), [(["temp", "°C", "1", "2"], "temp"), (["Seoul, or near", "temp", "1", "2"], "temp")]
    )
    def test_of_a_single_column_too(self, rows: list[str], name: str) -> None:
        reading = read(*rows, header=None)
        assert (reading.channels, reading.values.tolist()) == ((name,), [[1], [2]])

    @pytest.mark.parametrize(
        ("rows", "names"),
        [
            (["# x,y", "1,2.5", "3,4"], ("x", "y")),
            (["#,y", "1,2.5", "3,4"], ("#", "y")),
            (["# c", "x,y", "1,2.5", "3,4"], ("x", "y")),
        ],
    )
    def test_a_comment_may_name_the_columns(self, rows: list[str], names: tuple[str, ...]) -> None:
        reading = read(*rows)
        assert reading.channels == names
        assert reading.values.tolist() == [[1, 2.5], [3, 4]]

    def test_what_begins_like_a_comment_and_is_none(self) -> None:
        assert len(read("tag,x", "#a,1", "#b,2").values) == 2
        assert len(read("x,y", "#N/A,1", "2,2", "3,3").values) == 3
        quoted = read("x,note", '1,"two lines', '# of a note"', "2,b")
        assert quoted.values.tolist() == [[1], [2]]

    def test_a_hole_in_a_column_of_one_is_none_of_comments(self) -> None:
        assert read("x", "1", "# c", "3", "", "5").values.tolist() == [[1], [3], [4], [5]]

    def test_a_first_row_of_holes_is_no_row_of_units(self) -> None:
        reading = read("w,x", "sun,-", "rain,3", "sun,4")
        assert len(reading.values) == 3
        assert reading.notes.units == ()

    def test_words_above_a_late_number_are_no_units(self) -> None:
        rows = [f"{word},{step}" for step, word in enumerate("abcdefgh")]
        assert len(read("w,x", *rows).values) == 8
        assert read("w,v", *["sun,hot"] * 6, "rain,3", words="one-hot").notes.units == ()

    def test_a_single_row_that_is_called_total_stays(self) -> None:
        assert read("w,x", "Total,6").values.tolist() == [[6]]


class TestChosenByHand:
    BROKEN = ("junk", "a,b;c,1,2", "x,y", "1,2", "3,4", "the,end,of,it")

    def test_the_rows_of_what_is_no_table_as_a_whole(self) -> None:
        with pytest.raises(InputError, match=r"^Row 6 has another number of fields"):
            read(*self.BROKEN)
        reading = read(*self.BROKEN, rows=(3, 5))
        assert (reading.channels, reading.values.tolist()) == (("x", "y"), [[1, 2], [3, 4]])
        assert (reading.rows, reading.notes.header) == ((4, 5), 3)
        assert read(*self.BROKEN, rows=(5, 5)).values.tolist() == [[3, 4]]
        assert read(*self.BROKEN, header=3, rows=(5, 5)).channels == ("x", "y")

    def test_rows_of_a_table_are_chosen_below_its_names(self) -> None:
        assert read("x,y", "1,2", "3,4", "5,6", rows=(3, 4)).channels == ("x", "y")

    def test_the_row_of_names(self) -> None:
        rows = ["a,b", "x,y", "1,2", "3,4"]
        assert read(*rows).channels == ("a", "b")
        assert read(*rows, header=2).channels == ("x", "y")
        assert read(*rows, header=0).channels == ("A", "B")
        years = ["1990,1991", "1,2", "3,4"]
        assert len(read(*years).values) == 3
        assert read(*years, header=1).channels == ("1990", "1991")

    @pytest.mark.parametrize("header", [2, 9])
    def test_a_row_that_cannot_name_them(self, header: int) -> None:
        with pytest.raises(InputError, match=f"^Row {header} cannot name the columns"):
            read("x,y", "", "1,2", "3,4", header=header)
