"""The tasks on what there is only once: what is learnt from, what is judged by, and what the simple solutions score.

Axes: T time steps, B sequences of a batch.
"""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch

from cells import TASKS, InputError
from cells.training.series_tasks import MAX_ALPHABET, MAX_CHARACTERS
from cells.training.task import seeded
from tests import ROOT


def test_the_sunspots_scores_are_those_of_the_shipped_numbers() -> None:
    file = ROOT / "cells" / "data" / "sunspots.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        counts = {int(row["year"]): float(row["sunspots"]) for row in csv.DictReader(opened)}
    learnt = np.array([counts[year] for year in range(1700, 1921)])
    judged, before, earlier = (np.array([counts[y - back] for y in range(1921, 1956)]) for back in (0, 1, 2))
    variance = np.var([counts[year] for year in range(1700, 1956)])
    weights = np.linalg.lstsq(np.stack([learnt[1:-1], learnt[:-2], np.ones(219)], axis=1), learnt[2:], rcond=None)[0]
    problem = TASKS["sunspots"].problem()
    regression = weights[0] * before + weights[1] * earlier + weights[2]
    for forecast, score in (
        (regression, problem.criterion),
        (learnt.mean(), problem.chance),
        (before, problem.trivial),
    ):
        assert score == pytest.approx(np.mean((judged - forecast) ** 2) / variance, rel=1e-5)
    assert weights[:2] == pytest.approx([1.349, -0.657], abs=5e-4)


def test_the_years_that_judge_are_not_learnt_from() -> None:
    problem = TASKS["sunspots"].problem(length=50)
    fresh = problem.judged_by(7, seeded(0))
    assert problem.sequence().labels == tuple(str(year) for year in range(1700, 1955))
    assert fresh.mask[:, 0].nonzero().flatten().tolist() == list(range(220, 255)), "asked for 1921 to 1955"
    batch = problem.sample(500, seeded(0))
    known = fresh.inputs[:221, 0, 0]
    last = max(int((known.unfold(0, 50, 1) == window).all(dim=1).nonzero()[0]) for window in batch.targets[..., 0].T)
    assert last + 50 == 221, "the last year that is learnt is 1920"
    assert torch.equal(batch.inputs[1:], batch.targets[:-1])


def test_the_last_tenth_of_a_text_is_not_learnt_from() -> None:
    text = "ab" * 450 + "zy" * 50
    problem = TASKS["text"].problem(length=20, text=text)
    batch, fresh = problem.sample(500, seeded(0)), problem.judged_by(3, seeded(0))
    assert problem.channels == ("a", "b", "z", "y")
    assert batch.targets.max() == 1
    assert torch.equal(batch.inputs.argmax(dim=-1)[1:], batch.targets[:-1])
    asked = fresh.targets.T[fresh.mask.T]
    assert "".join("abzy"[index] for index in asked.tolist()) == "zy" * 50, "judged section by section, each once"
    assert fresh.inputs.shape == (40, 5, 4)
    assert not fresh.mask[:20].any()


def test_a_long_text_is_judged_by_twenty_sections() -> None:
    fresh = TASKS["text"].problem(length=10, text="abcdefghij" * 1000).judged_by(1, seeded(0))
    assert fresh.mask.shape == (20, 20)


def test_the_simple_solutions_of_a_text() -> None:
    problem = TASKS["text"].problem(length=10, text="aab" * 40)
    assert problem.chance == 1 / 2
    assert problem.trivial == pytest.approx(7 / 10), "a is said of ten characters, a a b ..."
    assert problem.criterion == problem.trivial, "what follows a is as often a as b, and a came first"
    problem = TASKS["text"].problem(length=10, text="abc" * 40)
    assert (problem.criterion, problem.chance) == (1, 1 / 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There is no text"),
        ("hello world", "The text has 11 characters; for sections of 40 it needs at least 80"),
        ("ab" * 39, "The text has 78 characters"),
        ("a" * (MAX_CHARACTERS + 1), f"at most {MAX_CHARACTERS} characters"),
        ("a" * (4 * MAX_CHARACTERS + 1), f"at most {MAX_CHARACTERS} characters"),
        ("".join(map(chr, range(0xAC00, 0xAC00 + MAX_ALPHABET + 1))), f"has {MAX_ALPHABET + 1} different characters"),
    ],
    ids=["empty", "short", "nearly", "long", "far-too-long", "alphabet"],
)
def test_a_text_that_cannot_be_learnt_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        TASKS["text"].problem(text=text)


@pytest.mark.parametrize("length", [8, 40, 100, 500])
def test_the_shortest_text_that_is_named_is_enough(length: int) -> None:
    with pytest.raises(InputError) as refused:
        TASKS["text"].problem(length=length, text="ab")
    least = int(str(refused.value.values["least"]))
    assert TASKS["text"].problem(length=length, text="ab" * least).steps == length
    TASKS["text"].problem(length=length, text="a" * (least - 1) + "b")
    with pytest.raises(InputError):
        TASKS["text"].problem(length=length, text="a" * (least - 1))


def test_korean_is_read_by_the_syllable() -> None:
    problem = TASKS["text"].problem(length=8, text="나는 나 너는 너 " * 10)
    assert problem.channels == ("나", "는", "␣", "너")
