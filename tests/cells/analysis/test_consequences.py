"""Consequences of a clamp against what the two runs show, counted here by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cells import Clamp, LayerTrace, trace
from cells.analysis.consequences import Consequence, consequences, survival
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.cases import SOME_CELLS


def both(clamp: Clamp, cell: str = "lstm", weights: str = "latch", steps: int = 60) -> tuple[LayerTrace, LayerTrace]:
    """Return the held run and the original, walked alike."""
    xs = SEQUENCES["pulse"].make(length=steps).values
    module = WEIGHTS[weights].make(cell, 2)
    (now,), (before,) = trace(module, xs, clamp=clamp), trace(module, xs, clamp=Clamp(clamp.signal, 0, steps=()))
    return now, before


def half_life_by_hand(keep: list[float]) -> int:
    """Return how many steps leave at least half."""
    left, steps = 1.0, 0
    for share in keep:
        left *= share
        if left < 0.5:
            break
        steps += 1
    return steps


@pytest.mark.parametrize("keep", [[1.0] * 5, [0.9] * 20, [0.5, 1.0, 0.5], [0.4, 1.0], [0.0], [2.0, 0.3, 5.0]])
def test_survival_counts_the_steps_in_a_row_that_leave_half(keep: list[float]) -> None:
    assert int(survival(torch.tensor(keep).unsqueeze(1))) == half_life_by_hand(keep)


def test_a_constant_forget_gate_survives_its_half_life() -> None:
    for gate, steps in ((0.5, 1), (0.7311, 2), (0.8808, 5), (0.99, 68)):  # half-lives 1, 2.21, 5.46 and 69 (68.97)
        assert int(survival(torch.full((100, 1), gate, dtype=torch.float64))) == steps


def test_a_gate_held_shut_loses_the_memory_earlier() -> None:
    now, before = both(Clamp("forget", 0.0, steps=20))
    (consequence,) = consequences(now, before)
    formerly = half_life_by_hand(before["forget"][20:, 0].tolist())
    assert consequence == Consequence("shorter", step=19, steps=formerly)
    assert formerly == 16, "until −1 is written at step 36"


def test_a_gate_held_open_lets_the_memory_survive() -> None:
    now, before = both(Clamp("forget", 1.0, steps=range(30, 45)))
    (consequence,) = consequences(now, before)
    difference = half_life_by_hand(now["forget"][30:, 0].tolist()) - half_life_by_hand(
        before["forget"][30:, 0].tolist()
    )
    assert consequence == Consequence("longer", step=29, steps=difference, to_end=True)


def test_a_memory_that_is_held_itself_is_lost() -> None:
    (consequence,) = consequences(*both(Clamp("cell", 0.0, steps=20)))
    assert (consequence.kind, consequence.step) == ("shorter", 19)


def test_an_output_gate_changes_what_is_shown_for_a_while() -> None:
    now, before = both(Clamp("output", 0.0, steps=20))
    (consequence,) = consequences(now, before)
    assert (consequence.kind, consequence.step, consequence.now) == ("passing", 20, 0.0)
    assert consequence.before == pytest.approx(float(before["hidden"][20, 0]))


def test_a_gate_held_where_it_stood_changes_nothing() -> None:
    value = float(both(Clamp("forget", 0.0, steps=()))[1]["forget"][20, 0])
    assert consequences(*both(Clamp("forget", value, steps=20))) == [Consequence("nothing")]


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_the_end_that_is_told_is_the_end_of_both_runs(cell: str) -> None:
    now, before = both(Clamp("hidden", 1.0, steps=range(40, 60)), cell, "random")
    ends: Tensor = (now["hidden"][-1] - before["hidden"][-1]).abs()
    for unit, one in enumerate(consequences(now, before)):
        assert one.kind != "nothing"
        if one.kind == "end":
            assert (one.now, one.before) == (
                float(now["hidden"][-1, unit]),
                float(before["hidden"][-1, unit]),
            )
            assert float(ends[unit]) >= 0.005


def test_what_is_held_in_one_unit_is_told_of_that_unit() -> None:
    xs = SEQUENCES["pulse"].make().values
    module = WEIGHTS["random"].make("lstm", 2, gain=0.0)  # without recurrence the units know nothing of each other
    (now,), (before,) = (
        trace(module, xs, clamp=Clamp("forget", 0.0, units=3, steps=10)),
        trace(module, xs, clamp=Clamp("forget", 0.0, steps=())),
    )
    kinds = [consequence.kind for consequence in consequences(now, before)]
    assert kinds.count("nothing") == len(kinds) - 1
    assert kinds[3] != "nothing"
