"""The state before the first step: zero, drawn, or learned by the gradient that reaches it.

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cells import CELLS, InputError, ReadAt, first_state, gradient_flow, trace
from cells.core.forward_pass import State
from cells.core.stepwise import Recurrent
from cells.gradients.initial_states import FIRST_STATES, GIVEN, LEARNED, ZERO
from tests.cells.cases import KINDS, SOME_CELLS
from tests.checking.sampling import few

T, H = 12, 4
LAST = T - 1


def made(cell: str) -> tuple[Recurrent, Tensor]:
    """Return a module with its usual weights, and a sequence."""
    return CELLS[cell].module(3, H), torch.randn(T, 3)


def loss(module: Recurrent, xs: Tensor, state: State | None, at: int = LAST) -> float:
    return float(ReadAt(at)(trace(module, xs, state)[0]["hidden"]))


def parts(state: State | None) -> tuple[Tensor, ...]:
    assert state is not None
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_given_state_is_drawn_by_its_seed_within_bounds(cell: str) -> None:
    module, xs = made(cell)
    assert first_state(module, xs, ZERO, LAST) is None
    one, same, other = (parts(first_state(module, xs, GIVEN, LAST, seed)) for seed in (1, 1, 2))
    assert len(one) == len(CELLS[cell].rule.states)
    for a, b, c in zip(one, same, other, strict=True):
        assert a.shape == (1, H)
        assert torch.equal(a, b)
        assert not torch.equal(a, c)
        assert a.abs().max() <= 1
    double = parts(first_state(module.double(), xs.double(), GIVEN, LAST, 1))
    assert double[0].dtype == torch.float64


@pytest.mark.parametrize("cell", few(CELLS, *KINDS, "rnn-relu"))
def test_learning_lowers_the_loss_that_the_gradient_comes_from(cell: str) -> None:
    module, xs = made(cell)
    weights = [values.clone() for values in module.parameters()]
    slopes = gradient_flow(module, xs, 3).first.values()
    reached = any(bool(slope.any()) for slope in slopes)  # a relu may let nothing through
    learned = first_state(module, xs, LEARNED, 3)
    assert (loss(module, xs, learned, 3) < loss(module, xs, None, 3)) == reached
    assert reached or cell == "rnn-relu"
    for values, before in zip(module.parameters(), weights, strict=True):
        assert torch.equal(values, before)
        assert values.grad is None


def test_the_first_step_of_learning_goes_down_the_gradient_of_the_flow() -> None:
    module, xs = made("lstm")
    slopes = gradient_flow(module, xs, 2).first
    moved = dict(zip(CELLS["lstm"].rule.states, parts(first_state(module, xs, LEARNED, 2)), strict=True))
    for name, slope in slopes.items():
        direction = -moved[name].flatten()
        assert torch.cosine_similarity(direction, slope, dim=0) > 0.9


def test_what_no_gradient_reaches_learns_nothing() -> None:
    module, xs = CELLS["rnn"].module(1, 2), torch.full((60, 1), 30.0)
    with torch.no_grad():
        module.get_parameter("weight_ih_l0").fill_(1)  # every unit is saturated for good
    (learned,) = parts(first_state(module, xs, LEARNED, 59))
    assert not learned.any()


def test_what_is_behind_the_loss_may_be_anything() -> None:
    module, xs = made("gru")
    broken = xs.clone()
    broken[6:] = torch.nan
    assert torch.equal(parts(first_state(module, broken, LEARNED, 5))[0], parts(first_state(module, xs, LEARNED, 5))[0])


def test_a_loss_that_is_no_number_teaches_nothing() -> None:
    module, xs = made("rnn")
    xs[0] = torch.nan
    assert not parts(first_state(module, xs, LEARNED, LAST))[0].any()


def test_another_kind_is_refused_with_the_choices() -> None:
    module, xs = made("rnn")
    with pytest.raises(InputError, match="zero, given, learned"):
        first_state(module, xs, "random", LAST)
    assert list(FIRST_STATES) == [ZERO, GIVEN, LEARNED]
