"""Jacobians of each state by the one before: against plain autograd, for every cell.

Axes: T time steps, I input features, H hidden units, S units of all that is carried from step to step.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.testing import assert_close

from cells import CELLS, InputError, state_jacobians, state_places, trace
from cells.core.rule import no_hold
from cells.core.stepwise import weights_of
from tests.cells.cases import SOME_SLOPES, Case, H, I, P, T
from tests.cells.gradients.loops import CASES, TOLERANCE, jacobian, joined

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
cells = pytest.mark.parametrize("cell", SOME_SLOPES)
cases = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.mark.each_value
@cases
def test_each_is_what_autograd_says_of_the_module_over_one_step(case: Case) -> None:
    module, xs, states = case.module(), case.sequence(), case.states()
    (layer,) = trace(module, xs, case.as_argument(states))
    names, tolerance = CELLS[case.cell].rule.states, TOLERANCE[case.dtype]
    size = sum(case.state_sizes.values())
    found = state_jacobians(module, xs, case.as_argument(states))
    assert found.dtype == case.dtype
    if CELLS[case.cell].rule.previous_signals:
        found = found[:1]  # a later step reads more than its module can be given
    for t, jacobians in enumerate(found):
        before = [layer.before(name)[t].unsqueeze(0).requires_grad_() for name in names]
        _, after = module(xs[t : t + 1], tuple(before) if len(before) > 1 else before[0])
        expected = jacobian(joined(after), *before)
        assert_close(jacobians[:size, :size], expected, rtol=tolerance, atol=tolerance)
        assert expected.abs().max() > 0.01


@pytest.mark.each_value
@cases
def test_their_product_is_what_autograd_says_of_the_module_over_the_whole_run(case: Case) -> None:
    module, xs, states = case.module(), case.sequence(), case.states()
    first = [state[:, 0].requires_grad_() for state in states.values()]
    _, last = module(xs, tuple(first) if len(first) > 1 else first[0])
    expected = jacobian(joined(last), *first)
    given = [state.detach() for state in first]
    found = state_jacobians(module, xs, (given[0], given[1]) if len(given) > 1 else given[0])
    product = torch.linalg.multi_dot([*found.flip(0)])[: len(expected), : len(expected)]
    assert_close(product, expected, rtol=TOLERANCE[case.dtype], atol=TOLERANCE[case.dtype])


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_what_a_rule_recalls_is_part_of_the_state(dtype: torch.dtype) -> None:
    case = Case("lstm-full-gate-recurrence", dtype=dtype, batched=False)
    module, xs, states = case.module(), case.sequence(), case.states()
    (layer,) = trace(module, xs, case.as_argument(states))
    names = ("hidden", "cell", "input", "forget", "output")
    assert list(state_places(module)) == list(names)
    found = state_jacobians(module, xs, case.as_argument(states))
    assert found.shape == (T, 5 * H, 5 * H)
    weights = weights_of(module, "l0")
    for t in range(1, T):
        before = {name: layer[name][t - 1].clone().requires_grad_() for name in names}
        after = CELLS[case.cell].rule.step(linear(xs[t], weights.w_ih, weights.b_ih), before, weights, no_hold)
        expected = jacobian(torch.cat([after[name] for name in names]), *before.values())
        assert_close(found[t], expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
        assert expected[:, 2 * H :].abs().max() > 0.01


@cells
def test_shapes_and_places_say_what_is_carried(cell: str) -> None:
    module = CELLS[cell].module(I, H)
    slices = state_places(module)
    size = (1 + len(CELLS[cell].rule.states) - 1 + len(CELLS[cell].rule.previous_signals)) * H
    assert state_jacobians(module, torch.zeros(T, I)).shape == (T, size, size)
    assert [range(size)[part] for part in slices.values()] == [range(at, at + H) for at in range(0, size, H)]
    assert list(slices)[: len(CELLS[cell].rule.states)] == list(CELLS[cell].rule.states)


def test_a_projected_state_is_smaller() -> None:
    module = nn.LSTM(I, H, proj_size=P)
    assert state_jacobians(module, torch.zeros(T, I)).shape == (T, P + H, P + H)
    assert state_places(module) == {"hidden": slice(0, P), "cell": slice(P, P + H)}


@cells
def test_nothing_is_changed_and_nothing_remembers(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence().requires_grad_()
    before = [p.clone() for p in module.parameters()], xs.detach().clone()
    found = state_jacobians(module, xs)
    assert not found.requires_grad
    assert xs.grad is None
    assert all(p.grad is None for p in module.parameters())
    assert torch.equal(xs.detach(), before[1])
    assert all(torch.equal(p, old) for p, old in zip(module.parameters(), before[0], strict=True))


@cells
def test_it_runs_without_gradients_and_without_learning_weights(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    expected = state_jacobians(module, xs)
    module.requires_grad_(False)
    with torch.no_grad():
        assert torch.equal(state_jacobians(module, xs), expected)
    with torch.inference_mode():
        assert torch.equal(state_jacobians(module, xs), expected)


@cells
def test_one_step_is_enough(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    assert_close(state_jacobians(module, xs[:1]), state_jacobians(module, xs)[:1])


@cells
def test_many_steps_are_cut_into_pieces(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    whole = state_jacobians(module, xs)
    monkeypatch.setattr("cells.gradients.differentiable.AT_ONCE", 3 * whole[0].numel())
    assert_close(state_jacobians(module, xs), whole)


@cells
def test_nan_in_the_sequence_leaves_the_steps_before_it(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    expected = state_jacobians(module, xs)
    xs[4, 1] = math.nan
    found = state_jacobians(module, xs)
    assert_close(found[:4], expected[:4])
    assert found[4:].isnan().any(dim=(1, 2)).all()


@pytest.mark.each_value
@pytest.mark.parametrize(("weight", "after_50"), [(0.9, 0.00515), (1.1, 117.4), (1.0, 1.0), (-0.9, 0.00515)])
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_an_rnn_of_one_unit_around_zero_multiplies_by_w_each_step(
    weight: float, after_50: float, dtype: torch.dtype
) -> None:
    module = nn.RNN(1, 1, bias=False, dtype=dtype)
    nn.init.constant_(module.get_parameter("weight_hh_l0"), weight)
    product = state_jacobians(module, torch.zeros(50, 1, dtype=dtype)).prod(dim=0).item()
    assert product == pytest.approx(weight**50, rel=1e-5 if dtype == torch.float32 else 1e-12)
    assert product == pytest.approx(after_50, rel=1e-3)


def refused(module: nn.Module, xs: Tensor, named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        state_jacobians(module, xs)
    assert str(caught.value) == caught.value.template.format(**caught.value.values)


@cells
def test_several_layers_or_directions_are_refused(cell: str) -> None:
    refused(CELLS[cell].module(I, H, num_layers=2), torch.zeros(T, I), "layers: 2, directions: 1")
    refused(CELLS[cell].module(I, H, bidirectional=True), torch.zeros(T, I), "layers: 1, directions: 2")
    with pytest.raises(InputError, match="layers: 2"):
        state_places(CELLS[cell].module(I, H, num_layers=2))


@cells
def test_a_batch_is_refused(cell: str) -> None:
    refused(CELLS[cell].module(I, H), torch.zeros(T, 3, I), r"one sequence.*\(7, 3, 4\)")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_refused(dtype: torch.dtype) -> None:
    refused(nn.GRU(I, H, dtype=dtype), torch.zeros(T, I, dtype=dtype), "float.*16: gradients.*float64")


def test_what_trace_refuses_is_refused() -> None:
    refused(nn.GRU(I, H), torch.zeros(T, I + 1), "5 features")
    refused(nn.GRU(I, H), torch.zeros(0, I), "no step")
    with pytest.raises(TypeError, match="not Linear"):
        state_jacobians(nn.Linear(I, H), torch.zeros(T, I))
    with pytest.raises(TypeError, match="not list"):
        state_jacobians(nn.GRU(I, H), [[0.0] * I])  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"hidden state has shape"):
        state_jacobians(nn.GRU(I, H), torch.zeros(T, I), torch.zeros(2, H))
