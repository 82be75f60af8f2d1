"""A study: its grid, its bounds, and what is made of the successes of its seeds."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from cells import InputError
from cells.training import TASKS, follow, recipe
from cells.training.study import (
    LAGS,
    MOST_RUNS,
    Result,
    Run,
    Study,
    lag_of,
    lag_settings,
    results,
    study,
)
from cells.training.tasks import DEEP_TASKS, learners_of

SMALL: dict[str, Any] = {"units": 2, "batch": 2, "updates": 3}


def small(**changes: Any) -> Study:
    given: dict[str, Any] = {"task": "latch", "cells": ["rnn", "gru"], "lags": [12, 8], "seeds": [0, 1], **SMALL}
    return study(**{**given, **changes})


def test_the_grid_has_every_cell_at_every_lag_from_every_seed() -> None:
    made = small()
    assert list(made.recipes) == [Run(cell, lag, seed) for seed in (0, 1) for lag in (8, 12) for cell in ("rnn", "gru")]
    assert made.recipes[Run("gru", 12, 1)] == recipe("latch", "gru", {"length": 12}, seed=1, **SMALL)
    assert made.updates == 2 * 2 * 2 * 3


def test_equal_studies_are_one_and_go_to_other_processes() -> None:
    made = small()
    assert made == small(lags=[8, 12])
    assert hash(made) == hash(small(lags=(8, 12)))
    assert made != small(seeds=[0, 2])
    assert pickle.loads(pickle.dumps(made)) == made


def test_it_works_without_a_cluster_and_goes_on_from_what_is_done() -> None:
    made = small(seeds=[0])
    whole = {one.run: one for one in results(made)}
    assert list(whole) == list(made.recipes)
    for run, result in whole.items():
        *_, last = follow(made.recipes[run])
        assert (result.success, result.update, result.trouble) == (last.success, 3, None)
    first = next(iter(whole))
    assert [one.run for one in results(made, {first: whole[first]})] == [run for run in whole if run != first]


def test_an_outcome_is_what_one_reckons_by_hand() -> None:
    made = small(seeds=[3, 1, 2])
    successes = {3: 0.5, 1: 0.9, 2: 1.0}
    ended = {Run("rnn", 8, seed): Result(Run("rnn", 8, seed), value, 3) for seed, value in successes.items()}
    one_more = {Run("gru", 12, 1): Result(Run("gru", 12, 1), 0.25, 3)}
    outcomes = made.outcomes(ended | one_more)
    (rnn,), (gru,) = outcomes["rnn"], outcomes["gru"]
    assert rnn.successes == ((3, 0.5), (1, 0.9), (2, 1.0))
    assert (rnn.mean, rnn.least, rnn.greatest) == pytest.approx((0.8, 0.5, 1.0))
    assert rnn.deviation == pytest.approx((0.14 / 2) ** 0.5)
    assert (gru.lag, gru.mean, gru.deviation, len(gru.successes), gru.of) == (12, 0.25, 0.0, 1, 3)
    assert made.outcomes({}) == {"rnn": [], "gru": []}


def test_what_is_compared_with_is_told_lag_by_lag() -> None:
    lines = small(task="anbn", lags=[2, 4]).lines()
    assert lines["criterion"] == (0.99, 0.99)
    assert lines["trivial"] == (0.5, 0.25)
    assert all(len(values) == 2 for values in lines.values())


@pytest.mark.parametrize("task", LAGS)
def test_every_task_with_a_lag_can_be_studied_from_the_first_to_the_last(task: str) -> None:
    setting = lag_of(task)
    ends = [int(setting.low), int(setting.high)]
    cells = list(learners_of(task))[:3]
    made = study(task, cells, ends, [0], updates=2)
    longest, shortest = made.recipes[Run(cells[0], ends[1], 0)], made.recipes[Run(cells[0], ends[0], 0)]
    assert task in DEEP_TASKS or longest.problem().steps >= ends[1] - 1
    assert lag_settings(task, ends[0]).items() <= dict(shortest.settings).items()
    usual = study(task, cells, LAGS[task].usual, range(5))
    assert len(usual.recipes) <= MOST_RUNS
    assert not usual.problem.goal.lower, "the figure has success on an axis up to one"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task": "sunspots"}, "The task sunspots has no lag that could be studied"),
        ({"task": "nothing"}, "There is no task nothing"),
        ({"cells": ["rnn", "brain"]}, "There is no cell brain"),
        ({"cells": ["rnn"]}, "A study takes 2 to 4 different cells."),
        ({"cells": ["rnn", "rnn"]}, "A study takes 2 to 4 different cells."),
        ({"lags": []}, "A study takes 1 to 12 different lags."),
        ({"lags": [8, 8]}, "A study takes 1 to 12 different lags."),
        ({"seeds": range(11)}, "A study takes 1 to 10 different seeds."),
        ({"lags": [7]}, "A lag of 7 cannot be studied: for this task it goes from 8 to 500."),
        (
            {"cells": ["rnn", "lstm", "gru"], "lags": range(8, 18), "seeds": range(5)},
            "Cells 3 × lags 10 × seeds 5 are 150 trainings; a study makes at most 120.",
        ),
        ({"updates": 100_000}, "This study would take 800,000 updates in all; at most 400,000 can be made."),
        ({"settings": {"length": 9}}, "A study sets length by itself."),
        ({"seed": 1}, "A study sets seed by itself."),
        ({"units": 0}, "units must be a whole number from 1 to 256, not 0."),
    ],
)
def test_what_cannot_be_studied_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        small(**changes)
    assert str(caught.value).startswith(message)


def test_tasks_without_a_lag_are_those_of_what_there_is_only_once() -> None:
    assert set(TASKS) - set(LAGS) == {"sunspots", "text"}
