"""Numbers as people write them: held against Babel, which writes them for every country."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from babel.numbers import format_decimal, format_percent, get_decimal_symbol

from cells import InputError, Reading, read_sequence

AMOUNTS = [1234.5, -5.25, 0.125, 1_234_567.875, 12.0, -98_765.5]
# What read_csv takes for missing by itself, as its documentation lists it.
WORDS_OF_PANDAS = "#N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,None,n/a,nan,null"
LOCALES = ["en", "de", "fr", "de_CH", "en_IN", "pt_BR", "ko", "sv"]


def read(*rows: str, **options: Any) -> Reading:
    return read_sequence("\n".join(rows).encode(), **options)


def first(reading: Reading) -> list[float]:
    values: list[float] = reading.table.iloc[:, 0].tolist()
    return values


def asked(reading: Reading) -> list[tuple[str, str, list[str]]]:
    return [(question.setting, question.column, list(question.readings)) for question in reading.questions]


class TestColumnsThatDecideThemselves:
    @pytest.mark.parametrize("locale", LOCALES)
    def test_numbers_of_every_country_are_read_as_babel_writes_them(self, locale: str) -> None:
        written = [
            format_decimal(amount, locale=locale, format="#,##0.###" if locale != "en_IN" else None)
            for amount in AMOUNTS
        ]
        reading = read("amount;other", *(f'"{entry}";x' for entry in written))
        assert first(reading) == AMOUNTS
        assert reading.questions == ()
        assert reading.notes.decimal == ("comma" if get_decimal_symbol(locale) == "," else "")

    @pytest.mark.parametrize(
        ("entries", "values"),
        [
            (["1,234", "1,5"], [1.234, 1.5]),
            (["1,234", "1.5"], [1234, 1.5]),
            (["1.234", "1,5"], [1234, 1.5]),
            (["0,123", "1,234"], [0.123, 1.234]),
            (["1,234,567", "1,234"], [1_234_567, 1234]),
            (["1.234.567", "1.234"], [1_234_567, 1234]),
            (["1234,567", "1,234"], [1234.567, 1.234]),
            (["１，２３４．５", "−２"], [1234.5, -2]),
            (["١٢٫٥", "٣"], [12.5, 3]),
            (["12%", "3.5 %"], [12, 3.5]),
            (["$1,234.50", "$3"], [1234.5, 3]),
            (["1500원", "300원"], [1500, 300]),
            (["(5.5)", "2"], [-5.5, 2]),
            (["+5", "1e3"], [5, 1000]),
            (["1'234'567", "2"], [1_234_567, 2]),
            (["True", "false"], [1, 0]),
        ],
    )
    def test_a_column_is_judged_as_a_whole(self, entries: list[str], values: list[float]) -> None:
        reading = read("a;b", *(f"{entry};x" for entry in entries))
        assert first(reading) == values
        assert asked(reading) == []

    def test_the_last_row_of_many_decides_for_all(self) -> None:
        reading = read("a;b", *["1,234;x"] * 3000, "1,5;x")
        assert first(reading) == [1.234] * 3000 + [1.5]
        assert asked(reading) == []

    def test_another_column_of_the_file_decides(self) -> None:
        assert first(read("a;b", "1.237;3,5", "2.500;4")) == [1237, 2500]
        assert asked(read("a;b", "1.237;3,5", "2.500;4")) == []

    def test_what_was_left_out_of_cells_is_noted(self) -> None:
        assert read("share;price;z", "12%;€5;1", "3%;€6;2").notes.units_in_cells == {"share": "%", "price": "€"}

    def test_percent_counts_as_written_as_babel_has_it_times_a_hundred(self) -> None:
        written = [format_percent(amount, locale="en", format="#,##0.##%") for amount in (0.12, 1.5)]
        assert first(read("a;b", *(f"{entry};1" for entry in written))) == [12, 150]

    def test_points_group_nothing_where_commas_part_the_columns(self) -> None:
        reading = read("a,b", "1.237,3", "2.500,4")
        assert first(reading) == [1.237, 2.5]
        assert asked(reading) == []

    def test_plain_numbers_are_those_of_pandas(self) -> None:
        entries = ["0.1", "1e-7", "123456.789", "-0.0", "7", ".5", "5."]
        assert first(read("a;b", *(f"{entry};x" for entry in entries))) == pd.to_numeric(pd.Series(entries)).tolist()


class TestLongCells:
    def test_many_decimals_are_a_number(self) -> None:
        third = "0." + "3" * 400
        assert first(read("a,b", f"{third},1", f"{third},2")) == [float(third)] * 2
        assert first(read("a;b", f"{third.replace('.', ',')};1", "1,5;2")) == [float(third), 1.5]

    def test_many_digits_are_named_as_they_are_written(self) -> None:
        with pytest.raises(InputError, match=r"^Row 2, column “a”: 9{23}… is too large, or not finite\.$"):
            read("a,b", f"{'9' * 400},1", "2,2")

    def test_a_hopelessly_long_cell_is_left_as_it_is(self) -> None:
        assert read("a,b", f"{'9' * 100_000},1", "2,2").left_out == ("a",)


class TestColumnsThatLeaveItOpen:
    @pytest.mark.parametrize(
        ("rows", "likely", "values", "other"),
        [
            (["a;b", "1.237;3", "2.500;4"], ["point", "comma"], [1.237, 2.5], [1237, 2500]),
            (["a;b", "1,237;3", "2,500;4"], ["comma", "point"], [1.237, 2.5], [1237, 2500]),
            (["a,b", '"1,237",3', '"2,500",4'], ["point", "comma"], [1237, 2500], [1.237, 2.5]),
        ],
    )
    def test_both_readings_are_given_the_likely_first(
        self, rows: list[str], likely: list[str], values: list[float], other: list[float]
    ) -> None:
        reading = read(*rows)
        assert asked(reading) == [("decimal", "a", likely)]
        assert first(reading) == values
        (question,) = reading.questions
        assert [[float(entry) for entry in entries] for entries in question.readings.values()] == [values, other]
        assert question.written in {("1.237", "2.500"), ("1,237", "2,500")}
        assert not question.answered
        for choice, expected in zip(likely, (values, other), strict=True):
            answered = read(*rows, decimal=choice)
            assert first(answered) == expected
            assert [one.answered for one in answered.questions] == [True]

    def test_five_entries_are_shown(self) -> None:
        rows = [f"{row}.{row:03};1" for row in range(101, 150)]
        assert read("a;b", "7;1", *rows).questions[0].written == tuple(row.removesuffix(";1") for row in rows[:5])

    def test_a_choice_changes_no_column_that_decides_itself(self) -> None:
        assert first(read("a;b", "1.5;3", "2.25;4", decimal="comma")) == [1.5, 2.25]

    def test_an_unknown_choice_is_told(self) -> None:
        with pytest.raises(InputError, match=r"^“dot” is no choice of decimal; there are found, point, comma\.$"):
            read("a", "1", decimal="dot")


class TestOneColumnOfDecimalCommas:
    def test_under_one_name_it_is_likely_one_column(self) -> None:
        reading = read("temp", "1,5", "-2,5")
        assert (reading.channels, first(reading)) == (("temp",), [1.5, -2.5])
        assert asked(reading) == [("decimal", "temp", ["comma", "point"])]
        both = read("temp", "1,5", "-2,5", decimal="point")
        assert (both.channels, both.values.tolist()) == (("A", "B"), [[1, 5], [-2, 5]])

    def test_without_a_name_it_is_likely_two(self) -> None:
        reading = read("1,5", "-2,5")
        assert reading.values.tolist() == [[1, 5], [-2, 5]]
        assert asked(reading) == [("decimal", "A", ["point", "comma"])]
        assert first(read("1,5", "-2,5", decimal="comma")) == [1.5, -2.5]

    def test_groups_of_thousands_make_one_likely(self) -> None:
        reading = read("1.234,5", "-5,0")
        assert first(reading) == [1234.5, -5]
        assert asked(reading) == [("decimal", "A", ["comma", "point"])]

    @pytest.mark.parametrize("rows", [("a,b", "1,5", "2,5"), ("1,5,2", "2,5,3"), ("1.5,2", "2.5,3"), ("# a,b", "1,5")])
    def test_what_can_only_be_several_is_not_asked(self, rows: tuple[str, ...]) -> None:
        assert asked(read(*rows)) == []


class TestMissingValues:
    def test_signs_and_words_are_holes_and_counted(self) -> None:
        words = ["-", "?", ".", "--", "N/A", "n/a", "NULL", "nan", "#DIV/0!", "결측", "NaN", "", "  "]
        reading = read("a,b", *(f"{word},1" for word in words), "7,1", "9,1")
        assert np.isnan(reading.table["a"]).tolist() == [True] * len(words) + [False, False]
        assert dict(reading.notes.missing) == {word: 1 for word in words if word.strip()}
        assert reading.filled[:, 0].tolist() == [True] * len(words) + [False, False]

    def test_every_spelling_of_pandas_is_one(self) -> None:
        reading = read("a,b", *(f"{word},1" for word in WORDS_OF_PANDAS.split(",")), "7,1", "9,1")
        assert reading.table["a"].dropna().tolist() == [7, 9]

    def test_a_minus_among_plus_signs_is_a_word(self) -> None:
        reading = read("sign,x", "+,1", "-,2", "+,3", "-,4")
        assert reading.notes.words == {"sign": ("+", "-")}
        assert dict(reading.notes.missing) == {}

    def test_a_word_among_numbers_is_still_told(self) -> None:
        with pytest.raises(InputError, match=r"^Row 3, column “a”: “one” is not a number\.$"):
            read("a,b", "-,1", "one,2", "3,3", "4,3")
