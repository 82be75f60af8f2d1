"""Studies in which layers or units grow: what a link makes of them, and on where one line falls behind another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cells.core.messages import InputError
from cells.training.study import Outcome, Study, study
from pages.shared.jobs import studies as studies_module
from pages.shared.jobs.studies import Studies
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.scene import USUAL_CELLS
from pages.study.behind import behind_sentences, falls_behind_at, pairs_of
from pages.study.results import as_csv, open_study
from tests.pages.scenes import LANGUAGES
from tests.pages.shared.jobs.inline import Inline
from tests.pages.visit import link_of, run, told, visit
from tests.pages.waiting import wait_until

DEEP = study("digits", ["plain", "residual"], [4, 10, 20], range(2))
LAYERS = study("latch", ["rnn", "rnn+", "gru"], [1, 2, 3], range(2), grows="layers")


@pytest.fixture(autouse=True)
def studies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Studies]:
    cluster = Inline(free=True)
    own_studies = Studies(cluster)
    monkeypatch.setattr(studies_module, "STUDIES", own_studies)
    yield own_studies
    cluster.close()


def outcomes_of(made: Study, line: str, *successes: tuple[float, ...]) -> list[Outcome]:
    """Return outcomes of two seeds at each lag, as many as are given."""
    return [Outcome(line, lag, tuple(enumerate(both)), 2) for lag, both in zip(made.lags, successes, strict=False)]


# What a link makes


def study_in(query: dict[str, str]) -> tuple[Study, list[str]]:
    """Return the study that a link asks for, and what a reader is told."""
    scene, misread = read_link(query, LANGUAGES, "study")
    assert write_link(scene) == query or misread
    _, made, unusable = open_study(scene)
    return made, [str(problem) for problem in misread + unusable]


@pytest.mark.parametrize(
    ("query", "cells", "lags", "grows"),
    [
        ({"study": "digits"}, ("plain", "residual"), (4, 10, 20, 30), "lag"),
        ({"study": "digits", "kinds": "dense,plain,highway", "lags": "2,50"}, ("dense", "plain", "highway"), (2, 50),
         "lag"),
        ({"grows": "layers"}, USUAL_CELLS, (1, 2, 3, 4), "layers"),
        ({"cells": "rnn,gru", "grows": "layers", "between": "both"}, ("rnn", "rnn+", "gru", "gru+"), (1, 2, 3, 4),
         "layers"),
        ({"cells": "rnn,gru", "grows": "layers", "between": "residual", "lags": "1,3"}, ("rnn+", "gru+"), (1, 3),
         "layers"),
    ],
)  # fmt: skip
def test_what_grows_is_what_the_link_says(
    query: dict[str, str], cells: tuple[str, ...], lags: tuple[int, ...], grows: str
) -> None:
    made, problems = study_in(query)
    assert problems == []
    assert (made.cells, made.lags, made.grows) == (cells, lags, grows)


def test_every_training_has_the_sizes_that_the_link_says() -> None:
    both, problems = study_in({"grows": "layers", "between": "both", "cells": "rnn,gru", "study_directions": "2"})
    assert problems == []
    for (cell, layers, _), made in both.recipes.items():
        sizes = (made.cell, made.layers, made.directions, made.residual)
        assert sizes == (cell.rstrip("+"), layers, 2, int(cell.endswith("+") and layers > 1))
    normed, _ = study_in({"study": "digits", "study_norm": "yes"})
    settings = [dict(made.settings) for made in normed.recipes.values()]
    assert {one["norm"] for one in settings} == {"yes"}
    assert [one["depth"] for one in settings] == [lag for _, lag, _ in normed.recipes]


@pytest.mark.parametrize(
    ("query", "reason", "cells"),
    [
        ({"study": "digits", "kinds": "plain"}, "kinds=plain in the link is not a list of 2 to 4", DEEP.cells),
        ({"study": "digits", "kinds": "plain,vgg"}, "kinds=plain,vgg in the link is not", DEEP.cells),
        ({"study": "digits", "lags": "4,51"}, "A depth of 51 cannot be studied", DEEP.cells),
        ({"study": "digits", "study_directions": "2"}, "A stack of units has a depth", DEEP.cells),
        ({"study": "echo", "study_directions": "2"}, "Both directions can learn only", USUAL_CELLS),
        ({"grows": "depth"}, "grows=depth in the link is not one of", USUAL_CELLS),
        ({"grows": "layers", "between": "both"}, "With and without a residual connection", USUAL_CELLS),
    ],
)
def test_what_cannot_be_studied_is_told_and_costs_only_itself(
    query: dict[str, str], reason: str, cells: tuple[str, ...]
) -> None:
    made, problems = study_in(query)
    assert problems[0].startswith(reason)
    assert made.cells == cells


# Where one line falls behind


@pytest.mark.parametrize(
    ("ones", "others", "lag"),
    [
        ([(0.9, 0.9), (0.5, 0.6), (0.1, 0.1)], [(0.9, 0.9), (0.7, 0.8), (0.8, 0.9)], 10),
        ([(0.5, 0.6), (0.9, 0.9), (0.1, 0.1)], [(0.7, 0.8), (0.9, 0.9), (0.8, 0.9)], 20),
        ([(0.5, 0.7), (0.5, 0.7), (0.5, 0.7)], [(0.6, 0.9), (0.6, 0.9), (0.6, 0.9)], None),
        ([(0.5, 0.6), (0.5, 0.6), (0.5, 0.6)], [(0.6, 0.9), (0.7, 0.9), (0.6, 0.9)], None),
        ([(0.1, 0.1), (0.1, 0.1), (0.1, 0.1)], [(0.2, 0.3), (0.2, 0.3), (0.2, 0.3)], 4),
    ],
)
def test_a_line_falls_behind_where_its_best_seed_stays_below_the_others_worst(
    ones: list[tuple[float, float]], others: list[tuple[float, float]], lag: int | None
) -> None:
    first = falls_behind_at(outcomes_of(DEEP, "plain", *ones), outcomes_of(DEEP, "residual", *others))
    assert (first and first.lag) == lag


def test_only_plain_stacks_and_cells_without_the_connection_are_held_against_others() -> None:
    assert pairs_of(DEEP) == [("plain", "residual")]
    assert pairs_of(study("digits", ["residual", "dense"], [4], range(1))) == []
    assert pairs_of(study("digits", ["dense", "plain", "highway"], [4], range(1))) == [
        ("plain", "dense"),
        ("plain", "highway"),
    ]
    assert pairs_of(LAYERS) == [("rnn", "rnn+")]
    assert pairs_of(study("latch", ["rnn", "lstm"], [10], range(1))) == []


def test_the_sentence_has_the_lag_and_the_means_and_waits_for_every_seed() -> None:
    worse = outcomes_of(DEEP, "plain", (0.9, 0.8), (0.5, 0.6), (0.1, 0.1))
    better = outcomes_of(DEEP, "residual", (0.8, 0.9), (0.7, 0.8), (0.9, 0.9))
    (sentence,) = behind_sentences(DEEP, {"plain": worse, "residual": better})
    assert sentence == (
        "From 10 on “plain” falls behind “residual”: 55% against 75% there, and from there on its best seed is below "
        "the other’s worst."
    )
    (never,) = behind_sentences(DEEP, {"plain": better, "residual": worse})
    assert never == (
        "Up to 20 the best seed of “plain” is not always below the worst of “residual”: no falling behind."
    )
    half = [*better[:2], Outcome("residual", 20, ((0, 0.9),), 2)]
    assert behind_sentences(DEEP, {"plain": worse, "residual": half}) == []
    assert behind_sentences(DEEP, {"plain": worse, "residual": better[:2]}) == []


# A whole study


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ({"study": "digits", "lags": "1,2"}, ["plain", "residual"]),
        ({"study": "latch", "cells": "rnn,gru", "grows": "layers", "between": "residual", "lags": "1,2"},
         ["RNN, residual", "GRU, residual"]),
    ],
)  # fmt: skip
def test_a_study_is_run_and_told_in_the_words_of_what_grows(
    query: dict[str, str], lines: list[str], studies: Studies
) -> None:
    query |= {"seeds": "1", "study_units": "2", "study_updates": "10"}
    made, _ = study_in(query)
    app = visit(query, page="study")
    app.button("study-start").click()
    run(app)
    wait_until(lambda: len(studies.view(made, "").results) == len(made.recipes))
    run(app)
    assert (told(app), link_of(app)) == ([], query)
    table = app.dataframe[0].value
    assert table.iloc[:, 0].drop_duplicates().tolist() == lines
    assert table.iloc[:, 1].tolist() == [1, 2, 1, 2]
    assert as_csv(studies.view(made, "")).count(b"\n") == 5


def test_a_study_takes_no_cell_for_a_stack_and_no_stack_for_a_cell() -> None:
    for task, learner in (("digits", "lstm"), ("latch", "residual")):
        with pytest.raises(InputError, match=f"There is no cell {learner}"):
            study(task, [learner, "plain"], [4], range(1))
