"""The two cases of fading that can be worked out by hand, against the known numbers."""

from __future__ import annotations

import math

import pytest

from cells.gradients.worked_examples import BIASES, STEPS, WEIGHTS_OF_ONE, constant_gate, one_unit

GATES = {0.0: (0.5, 1.0), 1.0: (0.7311, 2.21), 2.0: (0.8808, 5.46), 4.595: (0.99, 69.0)}


def test_the_cases_are_those_of_the_table() -> None:
    assert tuple(GATES) == BIASES
    assert (STEPS, WEIGHTS_OF_ONE) == (50, (0.9, 1.1))


@pytest.mark.parametrize(("bias", "known"), GATES.items())
def test_a_constant_gate_keeps_its_share_at_every_step(bias: float, known: tuple[float, float]) -> None:
    case = constant_gate(bias)
    assert case.per_step == pytest.approx(known[0], rel=1e-3)
    assert case.half_life == pytest.approx(known[1], rel=2e-3)
    assert case.remaining == pytest.approx(case.per_step**STEPS, rel=1e-9)


@pytest.mark.parametrize(("weight", "remaining"), [(0.9, 0.00515), (1.1, 117.4)])
def test_one_unit_around_zero_fades_or_grows_by_its_weight(weight: float, remaining: float) -> None:
    case = one_unit(weight)
    assert case.per_step == pytest.approx(weight, rel=1e-12)
    assert case.remaining == pytest.approx(remaining, rel=1e-3)
    assert case.half_life == pytest.approx(math.log(0.5) / math.log(weight), rel=1e-9)
