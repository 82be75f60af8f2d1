"""The study page run through the app's entry point without a browser: its choices, its course, figure, table, file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cells.core.messages import InputError
from cells.training.recipe import usual_options
from cells.training.study import LAGS, Result, Run, Study, results, study
from pages.shared.figures.palette import PALETTE, Theme
from pages.shared.jobs import pieces
from pages.shared.jobs import studies as studies_module
from pages.shared.jobs.studies import Studies
from pages.shared.scene.link import read_link
from pages.shared.scene.scene import USUAL_CELLS
from pages.shared.words.catalogue import translate
from pages.study.figures.success_by_lag import (
    BOTTOM,
    HEIGHT,
    LABEL_APART,
    MARGIN,
    TOP,
    Level,
    Line,
    end_labels,
    success_by_lag,
)
from pages.study.kind import SEEDS, STUDY, read_lags, write_lags
from pages.study.results import as_csv, open_study
from tests.checking.sampling import few
from tests.pages.scenes import LANGUAGES, MOSTLY_ENGLISH
from tests.pages.shared.jobs.inline import Inline
from tests.pages.visit import link_of, numbers_of, run, told, turn_to, visit
from tests.pages.waiting import wait_until

TINY: dict[str, object] = {
    "study": "latch",
    "cells": "rnn,gru",
    "lags": "8,12",
    "seeds": 2,
    "study_units": 2,
    "study_updates": 10,
}
TINY_STUDY = study("latch", ["rnn", "gru"], [8, 12], range(2), units=2, updates=10)


@cache
def expected_results() -> list[Result]:
    """Run the tiny study without a page. Returns its results."""
    return list(results(TINY_STUDY))


@pytest.fixture
def cluster() -> Iterator[Inline]:
    inline = Inline()
    yield inline
    inline.close()


@pytest.fixture(autouse=True)
def studies(cluster: Inline, monkeypatch: pytest.MonkeyPatch) -> Studies:
    own_studies = Studies(cluster)
    monkeypatch.setattr(studies_module, "STUDIES", own_studies)
    return own_studies


def buttons(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button if button.key in ("study-start", "study-pause", "study-stop")]


def run_to_end(app: AppTest, cluster: Inline, studies: Studies, study_run: Study = TINY_STUDY) -> AppTest:
    """Press start and wait for the end."""
    cluster.free = True
    app.button("study-start").click()
    run(app)
    wait_until(lambda: len(studies.view(study_run, "").results) == len(study_run.recipes))
    return run(app)


def progress_of(app: AppTest) -> str:
    (bar,) = app.get("progress")
    text: str = bar.proto.text
    return text


def figure_of(app: AppTest) -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(app.get_by_key("study-figure").proto.spec)
    return figure


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_runs_to_its_end_and_tells_its_numbers(cluster: Inline, studies: Studies, language: str) -> None:
    app = visit({**TINY, "lang": language}, page="study")
    assert told(app) == []
    assert progress_of(app).startswith(translate(language, "not started"))
    assert not app.dataframe
    run_to_end(app, cluster, studies)
    assert told(app) == []
    assert progress_of(app).startswith(translate(language, "finished"))
    assert buttons(app) == []
    success = {result.run: result.success for result in expected_results()}
    table = app.dataframe[0].value
    mean, lag = translate(language, "mean"), translate(language, "lag")
    assert table[lag].tolist() == [8, 12, 8, 12]
    expected = [
        50 * (success[Run(cell, at, 0)] + success[Run(cell, at, 1)]) for cell in ("rnn", "gru") for at in (8, 12)
    ]
    assert table[mean].tolist() == pytest.approx(expected)
    lines = [trace for trace in figure_of(app)["data"] if trace.get("name")]
    assert [line["name"] for line in lines] == ["RNN", "GRU"]
    assert [100 * y for line in lines for y in numbers_of(line["y"])] == pytest.approx(expected)


def test_it_starts_pauses_goes_on_and_stops(cluster: Inline, studies: Studies) -> None:
    app = visit(TINY, page="study")
    assert buttons(app) == ["study-start"]
    app.button("study-start").click()
    run(app)
    assert buttons(app) == ["study-pause", "study-stop"]
    assert progress_of(app).startswith("waiting for a worker · 0 of 8 trainings · 0 of 80 updates")
    app.button("study-pause").click()
    run(app)
    assert progress_of(app).startswith("paused")
    assert buttons(app) == ["study-start", "study-stop"]
    app.button("study-stop").click()
    run(app)
    assert progress_of(app).startswith("stopped")
    run_to_end(app, cluster, studies)
    assert progress_of(app) == "finished · 8 of 8 trainings · 80 of 80 updates"


def test_another_visit_finds_what_has_been_done(
    cluster: Inline, studies: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "SECONDS_A_PIECE", 60.0)  # a piece is a whole training, busy as the machine may be
    run_to_end(visit(TINY, page="study"), cluster, studies)
    before = cluster.pieces
    more = visit({**TINY, "seeds": 3}, page="study")
    assert progress_of(more) == "paused · 8 of 12 trainings · 80 of 120 updates"
    assert more.button("study-start").label == "Go on"
    run_to_end(more, cluster, studies, study("latch", ["rnn", "gru"], [8, 12], range(3), units=2, updates=10))
    assert cluster.pieces == before + 4


def test_another_study_of_the_visit_is_told_and_can_be_paused(studies: Studies) -> None:
    app = visit(TINY, page="study")
    app.button("study-start").click()
    run(app)
    app.query_params["lags"] = "9"
    run(app)
    assert any("Another study of yours is running" in one.value for one in app.markdown)
    app.button("study-pause-other").click()
    run(app)
    assert not any("Another study of yours is running" in one.value for one in app.markdown)


def test_the_file_has_a_line_a_training(cluster: Inline, studies: Studies) -> None:
    app = run_to_end(visit(TINY, page="study"), cluster, studies)
    (button,) = app.get("download_button")
    assert button.proto.id
    lines = list(csv.DictReader(io.StringIO(as_csv(studies.view(TINY_STUDY, "")).decode())))
    assert [(line["cell"], int(line["lag"]), int(line["seed"])) for line in lines] == [
        tuple(one) for one in TINY_STUDY.recipes
    ]
    assert [float(line["success"]) for line in lines] == [one.success for one in expected_results()]
    assert {(line["task"], line["units"], line["updates"], line["trouble"]) for line in lines} == {
        ("latch", "2", "10", "")
    }


def test_choices_go_into_the_link_and_the_usual_ones_stay_out() -> None:
    app = visit(page="study")
    assert link_of(app) == {}
    app.button("study-order").click()
    run(app)
    assert link_of(app) == {"study": "order"}
    app.text_input("type lags").set_value("30 10").run()
    assert link_of(app) == {"study": "order", "lags": "10,30"}
    app.number_input("set seeds").set_value(1).run()
    app.number_input("set study_units").set_value(4).run()
    app.number_input("set study_updates").set_value(20).run()
    assert link_of(app) == {
        "study": "order",
        "lags": "10,30",
        "seeds": "1",
        "study_units": "4",
        "study_updates": "20",
    }
    app.button("study-latch").click()
    run(app)
    assert link_of(app) == {"study": "latch", "seeds": "1"}, "another task has lags and sizes of its own"


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
@pytest.mark.parametrize(("typed", "reason"), [("9999", "A lag of 9999"), ("ten", "The lags “ten”")])
def test_lags_that_cannot_be_are_told_and_nothing_is_lost(typed: str, reason: str, language: str) -> None:
    app = visit({**TINY, "lang": language}, page="study")
    before = link_of(app)
    app.text_input("type lags").set_value(typed).run()
    assert link_of(app) == before
    assert app.text_input("type lags").value == "8, 12"
    assert told(app)[1] == translate(language, "What was chosen before stays.")
    if language == "en":
        assert told(app)[0].startswith(reason)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"lags": "3,600"}, "A lag of 3 cannot be studied"),
        ({"lags": "ten"}, "The lag “ten” in the link is not a whole number."),
        ({"study": "sunspots"}, "study=sunspots in the link is not one of"),
        ({"cells": "rnn"}, "cells=rnn in the link is not a list"),
        ({"seeds": "9"}, "seeds=9 in the link is not a whole number from 1 to 5."),
        ({"study_updates": "20000"}, "This study would take"),
        ({"lags": "8,9,10,11,12,13,14,15,16", "seeds": "5"}, "Cells 3 × lags 9 × seeds 5 are 135 trainings"),
    ],
)
def test_what_a_link_asks_wrongly_is_told_and_the_page_stays_usable(query: dict[str, str], reason: str) -> None:
    app = visit(query, page="study")
    assert told(app)[0].startswith(reason)
    assert buttons(app) == ["study-start"]


SEEN = (("rnn", "gru"), (8, 12), 2, 2, 10)  # what TINY asks for: cells, lags, seeds, units, updates


@pytest.mark.parametrize(
    ("wrong", "seen", "reasons"),
    [
        ({"lags": "8,ten,12"}, SEEN, ["The lag “ten” in the link is not a whole number."]),
        ({"lags": "1,8,12,99999"}, SEEN, ["A lag of 1 cannot be studied", "A lag of 99999 cannot be studied"]),
        ({"lags": "ten"}, (SEEN[0], LAGS["latch"].usual, 2, 2, 10), ["The lag “ten” in the link"]),
        ({"seeds": "many"}, (*SEEN[:2], 3, 2, 10), ["seeds=many in the link"]),
        ({"study_units": "0"}, (*SEEN[:3], usual_options("latch")["units"], 10), ["study_units=0 in the link"]),
        ({"cells": "rnn,elman,gru"}, SEEN, ["cells=elman in the link is not one of"]),
        ({"cells": "rnn,gru,rnn"}, SEEN, ["cells=rnn,gru,rnn in the link is not a list"]),
        ({"cells": "rnn,elman"}, (USUAL_CELLS, *SEEN[1:]), ["cells=rnn,elman in the link is not a list"]),
        (
            {"lags": ",".join(map(str, range(8, 22)))},
            (SEEN[0], tuple(range(8, 20)), *SEEN[2:]),
            ["A study takes at most 12 lags; left out: 20, 21."],
        ),
        (
            {"study_updates": "20000", "seeds": "5", "lags": "8,9,10,12,20"},
            (SEEN[0], (8, 9, 10, 12, 20), 5, 2, usual_options("latch")["updates"]),
            ["This study would take", "Left out, so that the rest can be used: study_updates."],
        ),
    ],
)
def test_a_bad_value_costs_only_itself(wrong: dict[str, str], seen: tuple[object, ...], reasons: list[str]) -> None:
    scene, misread = read_link({**{name: str(value) for name, value in TINY.items()}, **wrong}, LANGUAGES, "study")
    scene, _, unusable = open_study(scene)
    own = STUDY.own_of(scene)
    assert (scene.cells, own.all_lags, own.seeds, own.units, own.updates) == seen
    problems = [str(problem) for problem in misread + unusable]
    assert len(problems) == len(reasons)
    assert all(problem.startswith(reason) for problem, reason in zip(problems, reasons, strict=True)), problems


def test_beside_a_bad_value_others_can_be_chosen_and_the_link_is_mended() -> None:
    app = visit({**TINY, "lags": "1,8,12"}, page="study")
    app.number_input("set seeds").set_value(1).run()
    assert told(app) == []
    assert link_of(app) == {**{name: str(value) for name, value in TINY.items()}, "seeds": "1"}


def test_it_is_as_it_was_left(studies: Studies) -> None:
    app = visit(TINY, page="study")
    turn_to(app, "step")
    turn_to(app, "study")
    assert link_of(app) == {name: str(value) for name, value in TINY.items()}


@pytest.mark.parametrize("text", ["10,20,40", "40 20; 10", " 10, 20 ,40,10 "])
def test_lags_are_read_as_they_are_written(text: str) -> None:
    assert read_lags(text) == (10, 20, 40)
    assert read_lags(write_lags((10, 20, 40))) == (10, 20, 40)


@pytest.mark.parametrize("text", ["", "a", "-3", "1.5", ",".join(map(str, range(1, 14))), "１０", "9" * 7])
def test_what_is_no_list_of_lags_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"cannot be read: write 1 to 12 whole numbers"):
        read_lags(text)


@pytest.mark.parametrize("task", few(LAGS, "adding", "echo", "reber"))
def test_every_task_opens(task: str) -> None:
    app = visit({"study": task, "seeds": str(SEEDS.high)}, page="study")
    assert told(app) == []
    assert list(figure_of(app)["layout"]["xaxis"]["tickvals"]) == list(LAGS[task].usual)


@pytest.mark.parametrize("means", [[1, 1, 1, 1], [0, 0, 0, 0], [0.3, 1, 1, 0.29], [0.5, 0.51, 0.52, 0.53]])
def test_names_at_the_lines_ends_do_not_lie_on_each_other(means: list[float]) -> None:
    lines = [Line(f"cell {index}", [10], [mean], [mean], [mean], []) for index, mean in enumerate(means)]
    labels = end_labels(lines, ["#000"] * 4)
    heights = [height for _, _, height, _ in labels]
    apart = LABEL_APART * (TOP - BOTTOM) / (HEIGHT - MARGIN["t"] - MARGIN["b"])
    assert all(upper - lower > apart - 1e-9 for lower, upper in pairwise(heights))
    assert BOTTOM < heights[0] <= heights[-1] < TOP
    by_name = {name: height for name, _, height, _ in labels}
    assert all(abs(by_name[f"cell {index}"] - mean) < 4 * apart for index, mean in enumerate(means))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_figure_has_its_numbers(theme: Theme) -> None:
    words = {"lag": "lag", "success": "success", "hover": "{lag} {mean} {least} {greatest}", "seed": "{lag} {seed}"}
    line = Line("RNN", [10, 40], [0.9, 0.5], [0.8, 0.4], [1.0, 0.6], [(10, 0, 0.8), (10, 1, 1.0), (40, 0, 0.5)])
    empty = Line("LSTM", [], [], [], [], [])
    figure = success_by_lag([line, empty], [Level("chance", [0.5, 0.25], "dot")], [10, 40], words, theme)
    level, band, dots, means, *_ = figure.data
    assert list(level.y) == [0.5, 0.5, 0.25, 0.25]
    assert list(band.y) == [1.0, 0.6, 0.4, 0.8]
    assert list(dots.y) == [0.8, 1.0, 0.5]
    assert list(means.y) == [0.9, 0.5]
    assert means.line.color == PALETTE[theme]["cells"][0]["fill"]
    assert list(means.text) == ["RNN: 10 90.0% 80.0% 100.0%", "RNN: 40 50.0% 40.0% 60.0%"]
    assert [note.text for note in figure.layout.annotations] == ["chance", "<b>RNN</b>"], "no line, no name"
    assert figure.layout.annotations[1].font.color == PALETTE[theme]["cells"][0]["ink"]
    assert list(figure.layout.xaxis.tickvals) == [10, 40]
    assert figure.layout.xaxis.type == "log"
