"""What a file leaves open on the data page: asked with both readings, chosen there, and part of the link."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from cells import read_sequence
from tests.pages.data.own_file import before_after, sentences, unescaped, upload, written
from tests.pages.visit import link_of, run, told, visit

DATES = b"when,x\n01/02/2024,1\n02/02/2024,5\n03/02/2024,2\n04/02/2024,4\n05/02/2024,3\n06/02/2024,6\n"
MONEY = b"price;n\n1.237;1\n2.500;2\n1.750;3\n"
WEATHER = b"weather,x\nsun,1\nrain,3\nsun,2\nrain,5\n"
LAID_OUT = "# by hand\nSeoul 2024\nday,temp,share\n,°C,%\n1,-,5%\n2,3.5,7%\n3,4,9%\n합계,7.5,21%\n".encode()


def question(app: AppTest) -> list[list[str]]:
    """Return the table of the question, row by row; [] where nothing is asked."""
    tables = [unescaped(line.value) for line in app.markdown if "| --- |" in line.value]
    rows = [re.split(r" ?\| ?", row.strip("| ")) for table in tables for row in table.split("\n")]
    return [row for row in rows if row[0] != "---"]


def answer(app: AppTest, setting: str, value: str) -> AppTest:
    app.button(key=f"answer-{setting}-{value}").click()
    return run(app)


def choose(app: AppTest, setting: str, value: str) -> AppTest:
    app.selectbox(key=f"choose {setting}").set_value(value)
    return run(app)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_both_readings_of_the_first_five_entries_stand_side_by_side(lang: str) -> None:
    app = upload(data=DATES, lang=lang)
    head, *rows = question(app)
    assert rows == [[f"{day:02}/02/2024", f"2024-02-{day:02}", f"2024-{day:02}-02"] for day in range(1, 6)]
    assert (
        head
        == {
            "en": ["in the file", "day, month, year", "month, day, year"],
            "ko": ["파일에 적힌 대로", "일·월·년 순서", "월·일·년 순서"],
        }[lang]
    )
    assert before_after(app)[{"en": "as the cell reads it", "ko": "셀이 읽는 값"}[lang]] == [1, 5, 2, 4, 3, 6]


def test_an_answer_goes_into_the_link_and_is_asked_no_more() -> None:
    app = answer(upload(data=DATES), "dates", "mdy")
    assert link_of(app)["dates"] == "mdy"
    assert question(app) == []
    expected = read_sequence(DATES, dates="mdy").sequence.in_double().values[:, 0].tolist()
    assert before_after(app)["as the cell reads it"] == expected
    assert "The times in “when” are read as: month, day, year." in sentences(app)
    assert question(choose(app, "dates", "found")), "and may be asked again"
    assert "dates" not in link_of(app)


def test_the_likely_reading_can_be_confirmed() -> None:
    app = answer(upload(data=MONEY), "decimal", "point")
    assert (link_of(app)["decimal"], question(app)) == ("point", [])
    assert before_after(app)["as the cell reads it"] == [1.237, 2.5, 1.75]
    app = choose(app, "decimal", "comma")
    assert before_after(app)["as the cell reads it"] == [1237, 2500, 1750]
    assert "The comma is the decimal mark: 1,5 is one and a half." in sentences(app)


def test_of_a_single_column_no_word_is_said_of_what_parts_columns() -> None:
    app = upload(data=b"1.234,5\n-5,0\n2,25\n")
    assert question(app)[1] == ["1.234,5", "1234.5", "1.234", "5"]
    assert written(app).startswith("The file: UTF-8.")


def test_what_a_file_decides_is_not_asked() -> None:
    app = upload(data=DATES.replace(b"06/02", b"31/02").replace(b"31/02", b"13/02"))
    assert question(app) == []
    assert "The times in “when” are read as: day, month, year." in sentences(app)


def test_a_link_with_a_pasted_table_carries_the_choice() -> None:
    table = DATES.decode()
    app = visit({"input": "table", "table": table, "dates": "mdy"}, page="data")
    assert (told(app), question(app), link_of(app)["dates"]) == ([], [], "mdy")
    wrong = visit({"input": "table", "table": table, "dates": "noon"}, page="data")
    assert told(wrong)[0].startswith("dates=noon in the link is not one of")


def test_times_as_numbers_can_be_read_otherwise() -> None:
    app = upload(data=b"time,x\n45292,1\n45293,2\n45294,4\n")
    assert question(app)[1] == ["45292", "2024-01-01", "45292 s"]
    assert choose(app, "dates", "ms").selectbox(key="choose dates").value == "ms"
    assert "The times in “time” are read as: milliseconds." in sentences(app)


def test_columns_of_words_are_read_by_choice() -> None:
    app = upload(data=WEATHER)
    assert sentences(app)[1].startswith("Left out, as they hold words")
    assert read_sequence(WEATHER, words="one-hot").channels == ("weather=sun", "weather=rain", "x")
    app = choose(app, "words", "numbers")
    assert (told(app), link_of(app)["words"]) == ([], "numbers")
    assert "The words in “weather” are numbered: sun = 0, rain = 1." in sentences(app)
    assert before_after(app)["as the cell reads it"] == [0, 1, 0, 1]
    app = choose(app, "words", "one-hot")
    assert before_after(app)["as the cell reads it"] == [1, 0, 1, 0]
    assert app.button_group(key="choose columns").value == ["weather", "x"]


def test_what_stands_around_the_rows_is_said() -> None:
    assert sentences(upload(data=LAID_OUT))[:7] == [
        "3 rows, columns of numbers: 2.",
        "Above the names, and left out: Seoul 2024.",
        "Lines that begin with #, and were left out: 1.",
        "Below the names, and left out: °C, %.",
        "At the end, and left out as they sum up the others: 합계.",
        "Signs left out, so that 12% is 12: share (%).",
        "Read as missing values: “-” (1).",
    ]


def test_the_row_of_names_is_chosen() -> None:
    app = upload(data=b"a,b\nx,y\n1,2\n3,4\n")
    assert app.number_input(key="choose header").proto.placeholder == "1"
    app.number_input(key="choose header").set_value(2)
    assert link_of(run(app))["header"] == "2"
    assert app.button_group(key="choose columns").value == ["x", "y"]
    app.number_input(key="choose header").set_value(0)
    assert link_of(run(app))["header"] == "-"
    app.number_input(key="choose header").set_value(None)
    assert "header" not in link_of(run(app))
