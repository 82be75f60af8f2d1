"""Data that cannot be read: its place is empty but for the reason, the rows around the spot, and the ways on."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from cells.sequences import SEQUENCES
from tests.cells.reading.bad_tables import BAD
from tests.cells.reading.made_sheets import xlsx
from tests.checking.sampling import few
from tests.pages.data.own_file import EVEN, before_after, figures, has, step_through, unescaped, upload
from tests.pages.scenes import MOSTLY_ENGLISH
from tests.pages.visit import data_of, link_of, run, told, turn_to, visit

BROKEN = b"junk\na,b;c,1,2\nx,y\n1,2\n3,4\n5,8\nthe,end,of,it\n"


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
@pytest.mark.parametrize("case", few(BAD, "a word among numbers", "a picture"))
def test_the_place_of_a_table_that_cannot_be_read_is_empty_and_the_former_one_a_click_away(
    case: str, language: str
) -> None:
    app = upload(lang=language)
    before = link_of(app)
    upload("mine.csv", BAD[case][0], app)
    (reason,) = told(app)
    assert reason == BAD[case][1] if language == "en" else re.search("[가-힣]", reason)
    assert not figures(app), "nobody's other data stands under the name of the file"
    assert link_of(app)["file"] != before["file"]
    assert told(run(app)) == [reason], "it is said as long as it is so"
    app.button(key="back-to-former").click()
    run(app)
    assert (told(app), link_of(app)) == ([], before)
    assert before_after(app)[{"en": "as the cell reads it", "ko": "셀이 읽는 값"}[language]] == EVEN


class TestSheets:
    def test_one_of_several_is_chosen_in_the_link_and_read_from_its_beginning(self) -> None:
        workbook = xlsx(
            {"spring": [["x", "y"], [1, 2], [3, 4]], "summer": [["x"], [5], [7], [8]], "notes": [["words"]]}
        )
        app = upload("river.xlsx", workbook)
        assert before_after(app)["as the cell reads it"] == [1, 3]
        app.button_group(key="choose columns").set_value(["y"])
        run(app)
        app.selectbox(key="choose sheet").set_value("summer")
        run(app)
        assert (told(app), link_of(app)["sheet"], link_of(app).get("columns")) == ([], "summer", None)
        assert before_after(app)["as the cell reads it"] == [5, 7, 8]
        assert data_of(step_through(app))["steps"] == 3

    def test_one_that_cannot_be_read_leaves_the_choice_of_the_others(self) -> None:
        app = upload("river.xlsx", xlsx({"notes": [["words"], ["more"]], "data": [[5], [7]]}))
        assert told(app) == ["There is no column of numbers."]
        app.selectbox(key="choose sheet").set_value("data")
        assert told(run(app)) == []
        assert before_after(app)["as the cell reads it"] == [5, 7]

    def test_a_workbook_of_notes_leaves_the_choice_too_and_so_does_a_chosen_one(self) -> None:
        app = upload("notes.xlsx", xlsx({"note": [["Read me first"]], "other": [["later"]]}))
        assert told(app) == ["There are no rows below the header."]
        assert app.selectbox(key="choose sheet").value == "note"
        app = upload("river.xlsx", xlsx({"note": [["Read me first"]], "data": [[5], [7]]}), app)
        assert (told(app), app.selectbox(key="choose sheet").value) == ([], "data")
        app.selectbox(key="choose sheet").set_value("note")
        assert told(run(app)) == ["There are no rows below the header."]
        assert app.selectbox(key="choose sheet").value == "note"
        app.selectbox(key="choose sheet").set_value("data")
        assert told(run(app)) == []

    def test_a_file_without_several_has_no_such_choice(self) -> None:
        app = upload()
        assert (has(app, "choose sheet"), figures(app)) == (False, ["before-after"])


def advice(app: AppTest) -> list[str]:
    """Return what a reader is told that he can do."""
    return [unescaped(line.value) for line in app.markdown]


class TestRefusal:
    def test_it_shows_the_rows_around_the_spot_under_their_numbers(self) -> None:
        app = upload("mine.csv", b"a,b\n1,2\n3,four\n5,6\n7,8\n9,9\n")
        assert told(app) == ["Row 3, column “b”: “four” is not a number."]
        rows = app.dataframe[0].value
        assert rows.index.tolist() == ["2", "▸ 3", "4", "5"]
        assert rows["b"].tolist() == ["2", "four", "6", "8"]
        assert "Mend the row, or read the table without it or without its column." in advice(app)

    def test_of_a_text_that_is_no_table_it_shows_the_lines(self) -> None:
        app = upload("mine.csv", b"a,b\n1,2\n3,4,5\n6,7\n")
        rows = app.dataframe[0].value
        assert rows.index.tolist() == ["1", "2", "▸ 3", "4"]
        assert rows[""].tolist() == ["a,b", "1,2", "3,4,5", "6,7"]
        assert "Mend the row, or read the table without it." in advice(app)

    def test_other_columns_or_rows_can_be_chosen_then(self) -> None:
        app = upload("mine.csv", b"a,b\n1,2\n3,four\n5,6\n")
        app.button_group(key="choose columns").set_value(["a"])
        assert told(run(app)) == []
        assert before_after(app)["as the cell reads it"] == [1, 3, 5]
        app.button_group(key="choose columns").set_value(["a", "b"])
        assert told(run(app))[0] == "Row 3, column “b”: “four” is not a number."
        assert link_of(app)["columns"] == "a", "what was read of one's own file stays"

    def test_words_alone_can_be_read_as_numbers(self) -> None:
        app = upload("mine.csv", b"weather\n" + b"sun\nrain\nsnow\n" * 3)
        assert told(app) == ["There is no column of numbers."]
        assert "It holds words: under “columns” above these can be read as numbers." in advice(app)
        app.selectbox(key="choose words").set_value("numbers")
        assert told(run(app)) == []
        assert before_after(app)["as the cell reads it"] == [0, 1, 2] * 3
        assert not has(upload("mine.csv", b"a,b\nx,y\nz,w\n", app), "choose words")

    def test_two_in_a_row_do_not_push_out_the_former_file(self) -> None:
        app = upload()
        before = link_of(app)
        for data in (b"a,b\nx,y\n", b"a,b\nz,w\n", b"\x89PNG"):
            upload("mine.csv", data, app)
        app.button(key="back-to-former").click()
        run(app)
        assert (told(app), link_of(app)) == ([], before)

    def test_on_a_first_visit_the_example_is_a_click_away(self) -> None:
        app = upload("mine.csv", b"a,b\nx,y\n", lang="en")
        app.button(key="back-to-former").click()
        assert (told(run(app)), link_of(app)) == ([], {"lang": "en"})
        other = visit({"input": "table", "table": "a,b\nx,y\n"}, page="data")
        other.button(key="show-example").click()
        assert (told(run(other)), link_of(other)) == ([], {})

    def test_it_stays_on_the_page(self) -> None:
        app = visit({"input": "sine"})
        turn_to(app, "data")
        upload("mine.csv", b"a,b\nx,y\n", app)
        assert told(turn_to(app, "step")) == []
        assert data_of(app)["labels"] == list(SEQUENCES["sine"].make().labels), "as it was left"

    @pytest.mark.parametrize(
        "query",
        [
            {"input": "table", "rows": "x"},
            {"input": "file", "weights": "model"},
            {"input": "table", "weights": "model", "table": "a,a\n1,2\n2,3"},
        ],
    )
    def test_links_that_ended_in_a_traceback(self, query: dict[str, str]) -> None:
        app = visit(query, page="data")
        assert told(app)
        assert not figures(app)

    def test_what_stands_in_for_a_file_on_another_page_does_not_go_by_its_name(self) -> None:
        app = visit({"input": "file", "file": "0123456789abcdef"})
        titles = [menu.proto.popover.label for menu in app.get("popover")]
        assert ":gray[sequence] write, then hold" in titles


class TestInPart:
    def test_the_rows_of_a_file_that_is_no_table_as_a_whole(self) -> None:
        app = upload(data=BROKEN)
        assert told(app)[0].startswith("Row 7 has another number of fields")
        app.number_input(key="read from row").set_value(3)
        run(app)
        app.number_input(key="read to row").set_value(6)
        run(app)
        assert told(app) == []
        assert link_of(app)["rows"] == "3-6"
        assert before_after(app)["as the cell reads it"] == [1, 3, 5]

    def test_of_a_pasted_table_too(self) -> None:
        app = visit({"input": "table", "table": BROKEN.decode()}, page="data")
        assert told(app)[0].startswith("Row 7 has another number of fields")
        app.number_input(key="read from row").set_value(3)
        run(app)
        app.number_input(key="read to row").set_value(6)
        run(app)
        assert (told(app), link_of(app)["rows"]) == ([], "3-6")

    def test_it_is_not_offered_where_all_is_read(self) -> None:
        assert "read from row" not in {field.key for field in upload().number_input}

    def test_a_choice_that_does_not_do_yet_stays_in_its_field(self) -> None:
        app = upload(data=BROKEN)
        app.number_input(key="read from row").set_value(3)
        assert told(run(app))[0].startswith("Row 7 has another number of fields")
        assert app.number_input(key="read from row").value == 3
        assert app.number_input(key="read to row").value is None
        assert not figures(app)

    def test_the_row_of_names_of_a_workbook_that_has_one_name_twice(self) -> None:
        app = upload("mine.xlsx", xlsx({"one": [["flow", "flow"], ["a", "b"], [1, 2], [3, 4]]}))
        assert told(app) == ["Columns 1 and 2 are both called “flow”: rename one."]
        assert app.dataframe[0].value.values.tolist() == [["1", "2"], ["3", "4"]]
        app.number_input(key="read header").set_value(2)
        assert told(run(app)) == []
        assert (link_of(app)["header"], before_after(app)["as the cell reads it"]) == ("2", [1, 3])

    def test_records_have_no_row_of_names_and_what_breaks_off_no_rows(self) -> None:
        app = upload("mine.json", b'[{"x": 1}, {"x": 2}, {"x": "two"}, {"x": 3}]')
        assert told(app) == ["Row 3, column “x”: “two” is not a number."]
        assert not has(app, "read header")
        app.number_input(key="read to row").set_value(2)
        assert told(run(app)) == []
        assert link_of(app)["rows"] == "1-2"
        app = upload("mine.json", b'[{"x": 1}, {"x"')
        assert (len(told(app)), has(app, "read from row")) == (1, False)
