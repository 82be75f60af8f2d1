"""The data page, and one's own data on the others, run through the app's entry point without a browser."""

from __future__ import annotations

import io
import json
import math
import re
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from cells import read_sequence, standardised, trace
from cells.inputs.tabular import EXAMPLE, read_co2
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.scene.registry import KINDS
from pages.shared.uploads.bundle import Bundle, write_bundle
from pages.shared.uploads.files import OwnFile
from pages.shared.words.numbers import format_power
from tests.cells.reading.made_files import fmt, header, npy, riff, tone, wav
from tests.checking.sampling import few, rare
from tests.pages.arrays import array_of
from tests.pages.data.own_file import (
    EVEN,
    IRREGULAR,
    before_after,
    choose_source,
    figures,
    sentences,
    step_through,
    upload,
    written,
)
from tests.pages.visit import data_of, figure_of, go_in_history, link_of, numbers_of, run, told, turn_to, visit

SENTENCES = [
    "5 rows, columns of numbers: 1.",
    "Left out, as they hold no numbers: note.",
    "The rows were not in the order of “when”, and were sorted.",
    "Rows averaged with another of the same time: 1.",
    "The times in “when” are irregular, usually 1 d apart; longer gaps: 1.",
    "They are brought to a step every 1 d.",
    "2 of 6 steps have no value in the data; they were filled with the mean of the values on both sides.",
]
WRITTEN = "The file: commas between the columns, UTF-8. Rounded to float32; the largest change of a value is {change}."


@cache
def stepped_through() -> AppTest:
    """Return the step page with the file, for tests that only look at it."""
    return step_through(upload())


def numbers(app: AppTest, name: str) -> NDArray[np.floating]:
    """Return a signal of the stepper's first pane, (T, H)."""
    return array_of(data_of(app), name)


def test_a_first_visit_shows_the_co2_of_ten_years_with_its_holes() -> None:
    app = visit(page="data")
    assert (link_of(app), told(app)) == ({}, [])
    reading = read_co2()
    assert sentences(app)[-1].startswith("59 of 2,284 steps have no value in the data")
    drawn = before_after(app)
    assert len(drawn["as the cell reads it"]) == 520
    assert len(drawn["filled"]) == int(reading.filled[:520].sum()) == 520 - len(drawn["in the data"])
    table = app.dataframe[0].value
    scaled = standardised(reading)
    assert table.iloc[0].tolist() == ["co2", scaled.mean[0], scaled.deviation[0]]


def test_a_file_is_read_told_and_drawn_before_and_after() -> None:
    app = upload()
    assert told(app) == []
    change = standardised(read_sequence(IRREGULAR)).reading.rounding
    assert sentences(app) == SENTENCES, "words come first"
    assert written(app) == WRITTEN.format(change=format_power(math.log10(change)))
    drawn = before_after(app)
    assert drawn["as the cell reads it"] == EVEN
    assert sorted(drawn["in the data"]) == [1, 2.1, 2.3, 3, 6]
    assert drawn["filled"] == [4.5, 4.5]
    assert app.dataframe[-1].value["note"].tolist() == ["c", "a", "b", "b", "d"], "the preview is the file"
    assert list(app.dataframe[-1].value.index) == [2, 3, 4, 5, 6], "under the rows' own numbers"
    assert set(link_of(app)) == {"input", "file"}


def test_it_says_the_same_in_korean() -> None:
    app = upload(lang="ko")
    assert len(sentences(app)) == len(SENTENCES)
    assert all(re.search("[가-힣]", sentence) for sentence in sentences(app))
    assert {line["name"] for line in json.loads(app.get_by_key("before-after").proto.spec)["data"]} == {
        "셀이 읽는 값",
        "데이터의 값",
        "채운 값",
    }


def test_the_file_is_stepped_through_and_its_filled_steps_are_marked() -> None:
    app = stepped_through()
    data = data_of(app)
    assert (data["page"], data["steps"], data["filled"]) == ("step", 6, [3, 4])
    assert data["labels"][0] == "2024-01-01"
    reading = standardised(read_sequence(IRREGULAR)).reading
    module = WEIGHTS["random"].make("lstm", 1)
    expected = trace(module, reading.values)[0]
    assert numbers(app, "forget") == pytest.approx(expected["forget"].numpy(), abs=1e-6)


@pytest.mark.parametrize(
    "page", few([page for page in KINDS if page != "step" and KINDS[page].inputs], "compare", "arrange")
)
def test_the_file_goes_along_to_every_page(page: str) -> None:
    app = turn_to(step_through(upload()), page)
    assert told(app) == []
    assert link_of(app)["input"] == "file"


def test_another_visit_does_not_have_the_file() -> None:
    link = link_of(stepped_through())
    other = visit(link)
    assert told(other)[0].startswith("The link shows somebody's own file")
    assert data_of(other)["labels"] == list(SEQUENCES["pulse"].make().labels)
    assert link_of(other) == link, "and once the file is opened, the link shows it"
    assert told(turn_to(other, "data"))[0].startswith("The link shows somebody's own file")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.npy", npy(np.array([{}], object)), "pickled: these are never opened"),
        rare("x.npz", b"PK\x03\x04" + bytes(50), "The file is damaged, cut off or locked"),
        rare("x.npy", header((1 << 40,)) + bytes(16), "8796093022208"),
        rare("x.wav", riff(fmt(), bytes(100), 4_000_000_000), "4000000000"),
        ("x.gatescope.zip", write_bundle(Bundle("step", {}, OwnFile("a.csv", b"1")))[:-40], "The bundle is damaged"),
        rare("dates.csv", b"when,x\n2024-01-01,1\nsoon,2\n2024-01-03,3\n", "Row 3, column “when”: “soon” is no time"),
    ],
)
def test_hostile_files_are_refused(name: str, data: bytes, message: str) -> None:
    app = upload(name, data)
    assert message in told(app)[0]
    assert not figures(app) or link_of(app) == {}, "a bundle that is none changes nothing"


@pytest.mark.parametrize(
    ("name", "data", "steps"),
    [
        rare("x.npy", npy(np.arange(30.0)), 30),
        ("x.wav", wav(tone(440.0)), None),
        ("story.txt", "옛날 옛적에".encode("cp949"), 6),
        rare("x.tsv", "a\tb\n1\t2\n3\t4\n".encode("utf-16"), 2),
    ],
)
def test_every_kind_of_file_is_stepped_through(name: str, data: bytes, steps: int | None) -> None:
    app = step_through(upload(name, data))
    assert told(app) == []
    file = io.BytesIO(data)
    file.name = name
    assert data_of(app)["steps"] == len(read_sequence(file).values) == (steps or data_of(app)["steps"])


def test_a_text_shows_its_characters() -> None:
    app = upload("story.txt", ("once upon a time " * 40).encode())
    assert sentences(app) == ["680 characters, different ones: 11. A step reads one of them."]
    assert app.text[-1].value == ("once␣upon␣a␣time␣" * 40)[:600] + " …"
    assert not app.dataframe


def test_a_recording_is_read_as_sound() -> None:
    app = visit(page="data")
    choose_source(app, "microphone")
    app.audio_input(key="recording").upload("audio.wav", wav(tone(440.0)), "audio/wav")
    assert told(run(app)) == []
    assert link_of(app)["input"] == "file"
    assert written(app).startswith("The file: WAV")


def test_a_file_stays_open_when_its_field_is_emptied_until_it_is_forgotten() -> None:
    app = upload()
    link = link_of(app)
    app.file_uploader(key="upload").clear()
    run(app)
    assert link_of(app) == link
    assert before_after(app)["as the cell reads it"] == EVEN
    assert any("pump.csv" in line.value for line in app.text), "its name stands there"
    app.button(key="forget").click()
    run(app)
    assert link_of(app) == {}
    assert told(go_in_history(app, link))[0].startswith("The link shows somebody's own file")


class TestChoices:
    def test_of_columns_rows_interval_and_filling(self) -> None:
        rows = b"t,a,b\n" + b"".join(f"2024-01-{day:02d},{day},{day * day}\n".encode() for day in (1, 2, 3, 5, 8))
        app = upload(data=rows)
        app.button_group(key="choose columns").set_value(["b"])
        run(app)
        app.number_input(key="last row").set_value(5)
        run(app)
        app.button_group(key="choose method").set_value("linear")
        run(app)
        app.text_input(key="choose interval").set_value("12h")
        run(app)
        assert told(app) == []
        chosen = {"columns": "b", "rows": "2-5", "method": "linear", "interval": "12h"}
        assert {name: value for name, value in link_of(app).items() if name in chosen} == chosen
        expected = read_sequence(rows, columns="b", rows=(2, 5), interval="12h", method="linear")
        assert before_after(app)["as the cell reads it"] == expected.sequence.in_double().values[:, 0].tolist()

    def test_of_the_time(self) -> None:
        app = upload()
        app.selectbox(key="choose time").set_value("-")
        run(app)
        assert link_of(app)["time"] == "-"
        assert before_after(app)["as the cell reads it"] == [3, 1, 2.1, 2.3, 6]

    def test_one_that_does_not_fit_is_refused(self) -> None:
        app = upload()
        before = link_of(app)
        app.text_input(key="choose interval").set_value("soon")
        assert told(run(app))[0].startswith("“soon” is no interval")
        assert link_of(app) == before

    def test_of_the_scale(self) -> None:
        app = upload()
        app.button_group(key="choose scale").set_value("raw")
        app = step_through(run(app))
        assert link_of(app)["scale"] == "raw"
        assert [row[0] for row in data_of(app)["inputs"]] == pytest.approx(EVEN)

    def test_of_the_section(self) -> None:
        app = visit(page="data")
        app.number_input(key="choose first").set_value(101)
        run(app)
        app.number_input(key="choose length").set_value(50)
        app = step_through(run(app))
        assert (link_of(app)["first"], link_of(app)["length"]) == ("100", "50")
        sequence = SEQUENCES["co2"].make(first=100, length=50)
        assert data_of(app)["labels"] == list(sequence.labels)
        app.button(key="section-next").click()
        assert link_of(run(app))["first"] == "150"
        app.button(key="section-back").click()
        assert link_of(run(app))["first"] == "100"

    def test_of_another_reading_begins_at_its_beginning(self) -> None:
        app = visit({"first": 2000}, page="data")
        app.text_input(key="choose interval").set_value("MS")
        run(app)
        assert (told(app), link_of(app)) == ([], {"interval": "MS"})

    def test_a_section_behind_the_end_is_told(self) -> None:
        app = visit({"input": "co2", "first": 5000})
        assert told(app)[0] == "The section begins at step 5000; the last step, counted from 0, is 2283."
        assert told(visit({"input": "co2", "first": 5000}, page="data"))[0] == told(app)[0]


class TestPaste:
    def test_what_is_pasted_goes_into_the_link(self) -> None:
        app = visit(page="data")
        choose_source(app, "table")
        assert app.text_area(key="paste").value == EXAMPLE
        app.text_area(key="paste").set_value("x\n1\n2\n4\n")
        run(app)
        assert link_of(app) == {"input": "table", "table": "x\n1\n2\n4\n"}
        again = visit(link_of(app))
        assert data_of(again)["steps"] == 3

    def test_what_cannot_be_read_stays_in_its_field(self) -> None:
        app = visit({"input": "table", "table": "x\n1\n2\n"}, page="data")
        app.text_area(key="paste").set_value("x\n1\ntwo\n3\n")
        assert told(run(app)) == ["Row 3, column “x”: “two” is not a number."]
        assert app.text_area(key="paste").value == "x\n1\ntwo\n3\n"
        app.button(key="back-to-former").click()
        run(app)
        assert link_of(app)["table"] == "x\n1\n2\n"

    def test_a_link_with_a_table_that_cannot_be_read_keeps_it(self) -> None:
        app = visit({"input": "table", "table": "a,b\nx,y\n"}, page="data")
        assert told(app)[0] == "There is no column of numbers."
        assert app.text_area(key="paste").value == "a,b\nx,y\n"


class TestBundle:
    def test_it_brings_file_and_link_back_in_another_visit(self) -> None:
        link = {**link_of(stepped_through()), "cell": "gru", "step": "4", "unit": "2"}
        bundle = write_bundle(Bundle("step", link, OwnFile("pump.csv", IRREGULAR)))
        app = upload("pump.gatescope.zip", bundle)
        assert told(app) == []
        assert link_of(app) == link
        data = data_of(app)
        assert (data["page"], data["cell"], data["step"], data["steps"]) == ("step", "gru", 4, 6)

    def test_of_the_data_page_itself(self) -> None:
        link = {**link_of(upload()), "method": "linear"}
        app = upload("b.zip", write_bundle(Bundle("data", link, OwnFile("pump.csv", IRREGULAR))))
        assert link_of(app) == link
        assert before_after(app)["filled"] == [4, 5]


class TestPrecision:
    def test_everything_runs_in_double(self) -> None:
        app = visit({"input": "sine", "precision": "float64"})
        sequence = SEQUENCES["sine"].make().in_double()
        expected = trace(WEIGHTS["random"].make("lstm", 1).double(), sequence.values)[0]
        assert data_of(app)["width"] == 8
        assert (numbers(app, "hidden")[1:] == expected["hidden"].numpy()).all()
        assert sequence.values.dtype == torch.float64
        assert sequence.rounding > 0

    def test_it_is_a_choice_beside_the_weights_that_says_what_rounding_changes(self) -> None:
        app = visit({"input": "sine"})
        small = [line.value.replace("\\", "") for line in app.markdown]
        change = SEQUENCES["sine"].make().rounding
        written = format_power(math.log10(change))
        assert f":small[Rounded to float32; the largest change of a value is {written}.]" in small
        app.button_group(key="choose precision").set_value("float64")
        run(app)
        assert link_of(app)["precision"] == "float64"
        assert not [line.value for line in app.markdown if "Rounded" in line.value]


def test_the_overview_of_a_file_is_there_too() -> None:
    assert len(numbers_of(figure_of(stepped_through())["data"][0]["y"])) == 6
