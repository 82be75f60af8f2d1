"""Columns of a few different words, as columns of their own or as numbers: held against pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from cells import InputError, Reading, read_sequence

WEATHER = ["sun", "rain", "sun", "snow", "rain", "sun"]
ROWS = [f"{word},{step},{chr(97 + step)}" for step, word in enumerate(WEATHER)]


def read(rows: list[str] = ROWS, **options: Any) -> Reading:
    return read_sequence("\n".join(["weather,x,note", *rows]).encode(), **options)


def test_they_are_left_out_by_themselves_and_their_words_noted() -> None:
    reading = read()
    assert reading.channels == ("x",)
    assert reading.left_out == ("weather", "note")
    assert reading.notes.words == {"weather": ("sun", "rain", "snow")}


@pytest.mark.parametrize("options", [{"words": "one-hot"}, {"columns": ["weather", "x"]}])
def test_a_column_for_each_word_is_pandas_own(options: Any) -> None:
    reading = read(**options)
    expected = pd.get_dummies(pd.Series(WEATHER), prefix="weather", prefix_sep="=", dtype=float)
    assert reading.channels == ("weather=sun", "weather=rain", "weather=snow", "x")
    assert reading.chosen == ("weather", "x")
    assert reading.table[list(expected.columns)].to_numpy().tolist() == expected.to_numpy().tolist()


def test_numbers_are_pandas_own() -> None:
    codes, words = pd.factorize(pd.Series(WEATHER))
    reading = read(words="numbers")
    assert reading.table["weather"].tolist() == codes.tolist()
    assert reading.notes.words["weather"] == tuple(words)


def test_a_missing_word_is_in_none_of_the_columns_and_a_hole_among_numbers() -> None:
    rows = [*ROWS, "-,9,z"]
    assert read(rows, words="one-hot").values[-1].tolist() == [0, 0, 0, 9]
    assert read(rows, words="numbers").filled[:, 0].tolist() == [False] * 6 + [True]


def test_notes_that_are_all_different_are_no_categories() -> None:
    with pytest.raises(InputError, match=r"^Row 2, column “note”: “a” is not a number\.$"):
        read(columns="note")


def test_too_many_words_are_no_categories() -> None:
    rows = [f"w{step % 33},{step},a" for step in range(200)]
    assert "weather" not in read(rows, words="one-hot").notes.words
    assert len(read([row.replace("w32", "w0") for row in rows], words="one-hot").notes.words["weather"]) == 32


def test_a_table_of_categories_alone_is_read_where_it_is_chosen() -> None:
    data = b"w\nsun\nrain\nsun\nrain\n"
    with pytest.raises(InputError, match=r"^There is no column of numbers\.$"):
        read_sequence(data, header=1)
    assert read_sequence(data, header=1, words="one-hot").values.tolist() == [[1, 0], [0, 1]] * 2


def test_long_prose_is_left_out_uncopied_though_it_is_said_again_and_again() -> None:
    reading = read([f"{'so it went on ' * 40},{step},a" for step in range(6)], words="one-hot")
    assert reading.notes.words == {"note": ("a",)}
    assert reading.left_out == ("weather",)
