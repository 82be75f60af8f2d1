"""The gradient on its way back through time: against plain autograd, for every cell.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import InputError, ReadAt, gradient_flow
from cells.core.stepwise import Recurrent
from tests.cells.cases import SOME_SLOPES, Case, H, I, T
from tests.cells.gradients.loops import CASES, TOLERANCE, Loop, looped

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
cells = pytest.mark.parametrize("cell", SOME_SLOPES)
cases = pytest.mark.parametrize("case", CASES, ids=str)


def some_loss(outputs: Tensor) -> Tensor:
    """Read every step but the last two, some together."""
    return outputs[:-2].square().sum() + 3 * outputs[1, 0] * outputs[-3, -1]


def taken_apart(case: Case, loss: Any = some_loss) -> tuple[Recurrent, Tensor, Any, Loop, Tensor]:
    """Return a module, a sequence, its first state, and the same run in a loop with its loss."""
    module, xs, states = case.module(), case.sequence(), case.states()
    run = looped(module, case.cell, xs, states)
    return module, xs, case.as_argument(states), run, loss(run.outputs)


def grads(loss: Tensor, tensors: list[Tensor]) -> list[Tensor]:
    return list(torch.autograd.grad(loss, tensors, retain_graph=True, allow_unused=True, materialize_grads=True))


@pytest.mark.each_value
@cases
def test_the_gradient_at_every_signal_is_what_autograd_says(case: Case) -> None:
    module, xs, state, run, loss = taken_apart(case)
    flow = gradient_flow(module, xs, some_loss, state)
    near = TOLERANCE[case.dtype]
    assert_close(flow.loss, loss.detach(), rtol=near, atol=near)
    assert set(flow.gradients) == set(run.signals[0])
    for name, found in flow.gradients.items():
        expected = torch.stack(grads(loss, [now[name] for now in run.signals]))
        assert_close(found, expected, rtol=near, atol=near)
        assert_close(flow.norms[name].values, expected.norm(dim=1), rtol=near, atol=near)
        assert not found[-2:].any()
    assert flow.gradients["hidden"][:-2].any(dim=1).all()
    assert_close(flow.inputs, torch.stack(grads(loss, run.xs)), rtol=near, atol=near)


@pytest.mark.each_value
@cases
def test_each_step_adds_what_autograd_says_of_weights_of_its_own(case: Case) -> None:
    module, xs, state, run, loss = taken_apart(case)
    flow = gradient_flow(module, xs, some_loss, state)
    near = TOLERANCE[case.dtype]
    assert list(flow.contributions) == [name for name, _ in module.named_parameters()]
    for name, found in flow.contributions.items():
        expected = torch.stack(grads(loss, [weights[name] for weights in run.weights]))
        assert_close(found, expected, rtol=near, atol=near)
        index = tuple(size - 1 for size in found.shape[1:])
        assert_close(flow.contributions.share(name, *index), expected.flatten(1)[:, -1], rtol=near, atol=near)
        assert_close(flow.contributions.norms(name), expected.double().flatten(1).norm(dim=1), rtol=near, atol=near)


@pytest.mark.each_value
@cases
def test_contributions_sum_to_what_autograd_gives_the_module(case: Case) -> None:
    module, xs, states = case.module(), case.sequence(), case.states()
    first = {name: state[:, 0].requires_grad_() for name, state in states.items()}
    outputs, _ = module(xs, tuple(first.values()) if len(first) > 1 else first["hidden"])
    names, parameters = zip(*module.named_parameters(), strict=True)
    expected = grads(some_loss(outputs), [*parameters, *first.values()])
    flow = gradient_flow(module, xs, some_loss, case.as_argument(states))
    near = TOLERANCE[case.dtype]
    for name, gradient in zip(names, expected, strict=False):
        assert_close(flow.contributions[name].sum(0), gradient, rtol=near, atol=near)
        assert_close(flow.totals[name], gradient, rtol=near, atol=near)
    assert flow.norm == pytest.approx(torch.cat([g.flatten() for g in expected[: len(names)]]).norm().item(), rel=near)
    assert flow.scale == 1
    for name, gradient in zip(first, expected[len(names) :], strict=True):
        assert_close(flow.first[name], gradient[0], rtol=near, atol=near)
        assert_close(flow.first_norms[name].values, gradient.norm(), rtol=near, atol=near)
    assert flow.messages() == []


@pytest.mark.each_value
@cells
@pytest.mark.parametrize("k", [1, 3, T - 2, T, 100])
def test_truncated_each_output_reaches_back_k_steps(cell: str, k: int) -> None:
    case = Case(cell, dtype=torch.float64, batched=False)
    module, xs, states = case.module(), case.sequence(), case.states()
    flow = gradient_flow(module, xs, some_loss, case.as_argument(states), truncate=k)
    whole = looped(module, cell, xs, states)
    (direct,) = grads(some_loss(outputs := whole.outputs.detach().requires_grad_()), [outputs])
    hidden, weights = (
        torch.zeros(T, H, dtype=torch.float64),
        torch.zeros(T, *module.get_parameter("weight_hh_l0").shape),
    )
    first = torch.zeros(H, dtype=torch.float64)
    weights = weights.double()
    for t in range(T):
        run = looped(module, cell, xs, states, cut=lambda step, t=t: step == t - k + 1 and step > 0)  # type: ignore[misc]
        part = (run.outputs[t] * direct[t]).sum()
        hidden += torch.stack(grads(part, [now["hidden"] for now in run.signals]))
        weights += torch.stack(grads(part, [own["weight_hh_l0"] for own in run.weights]))
        first += grads(part, [run.first["hidden"]])[0]
    assert_close(flow.gradients["hidden"], hidden, rtol=1e-10, atol=1e-10)
    assert_close(flow.contributions["weight_hh_l0"], weights, rtol=1e-10, atol=1e-10)
    assert_close(flow.totals["weight_hh_l0"], weights.sum(0), rtol=1e-10, atol=1e-10)
    assert_close(flow.first["hidden"], first, rtol=1e-10, atol=1e-10)


@cells
def test_a_truncated_single_reading_leaves_zeros_before(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    whole, cut = gradient_flow(module, xs, 5), gradient_flow(module, xs, 5, truncate=2)
    for name, gradient in cut.gradients.items():
        assert_close(gradient[4:], whole.gradients[name][4:])
        assert not gradient[:4].any()
    assert not cut.first["hidden"].any()
    assert cut.contributions["bias_ih_l0"][4:6].any(dim=1).all()
    assert not cut.contributions["bias_ih_l0"][[0, 1, 2, 3, 6]].any()


@cells
def test_clipping_scales_the_whole_gradient_down_to_a_norm(cell: str) -> None:
    case = Case(cell, dtype=torch.float64, batched=False)
    module, xs = case.module(), case.sequence()
    free = gradient_flow(module, xs, some_loss)
    bound = free.norm / 3
    clipped, far = (
        gradient_flow(module, xs, some_loss, clip=bound),
        gradient_flow(module, xs, some_loss, clip=free.norm * 2),
    )
    assert clipped.norm == free.norm
    assert clipped.scale == pytest.approx(1 / 3)
    assert torch.cat([total.flatten() for total in clipped.totals.values()]).norm().item() == pytest.approx(bound)
    torch.autograd.backward(some_loss(module(xs)[0]))
    nn.utils.clip_grad_norm_(module.parameters(), bound)
    for name, parameter in module.named_parameters():
        assert_close(clipped.totals[name], parameter.grad, rtol=1e-5, atol=1e-10)  # PyTorch's adds 1e-6 to the norm
        assert_close(clipped.contributions[name], free.contributions[name] / 3)
        assert torch.equal(far.totals[name], free.totals[name])
    assert torch.equal(clipped.gradients["hidden"], free.gradients["hidden"])
    assert far.scale == 1


@cells
def test_a_step_or_a_unit_can_be_the_loss(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    squares, unit = gradient_flow(module, xs, 3), gradient_flow(module, xs, ReadAt(3, unit=2))
    assert_close(squares.totals, gradient_flow(module, xs, lambda outputs: outputs[3].square().sum()).totals)
    assert_close(unit.totals, gradient_flow(module, xs, lambda outputs: outputs[3, 2]).totals)
    assert squares.loss.shape == unit.loss.shape == ()
    assert unit.loss == module(xs)[0][3, 2]


def test_a_readout_with_weights_of_its_own_can_be_in_the_loss() -> None:
    module, readout, xs = nn.LSTM(I, H), nn.Linear(H, 1), torch.randn(T, I)
    flow = gradient_flow(module, xs, lambda outputs: readout(outputs).square().mean())
    readout(module(xs)[0]).square().mean().backward()
    for name, parameter in module.named_parameters():
        assert_close(flow.totals[name], parameter.grad)
    assert flow.loss.requires_grad is False


@cells
def test_nothing_is_changed_and_nothing_remembers(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs, states = case.module(), case.sequence(), case.states()
    state = case.as_argument({name: values.requires_grad_() for name, values in states.items()})
    with torch.inference_mode():
        flow = gradient_flow(module, xs, some_loss, state)
        shares = flow.contributions["weight_hh_l0"]
    assert all(p.grad is None for p in module.parameters())
    assert states["hidden"].grad is None
    tensors = [*flow.gradients.values(), *flow.totals.values(), *flow.first.values(), flow.inputs, shares]
    assert not any(tensor.requires_grad for tensor in tensors)


@cells
def test_one_step_is_enough(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()[:1]
    flow = gradient_flow(module, xs, 0)
    module(xs)[0].square().sum().backward()
    for name, parameter in module.named_parameters():
        assert flow.contributions[name].shape == (1, *parameter.shape)
        assert_close(flow.totals[name], parameter.grad)


def straight(weight: float, dtype: torch.dtype) -> nn.RNN:
    """Return a relu unit h = w h + x, which multiplies by w for ever."""
    module = nn.RNN(1, 1, nonlinearity="relu", bias=False, dtype=dtype)
    nn.init.constant_(module.get_parameter("weight_ih_l0"), 1)
    nn.init.constant_(module.get_parameter("weight_hh_l0"), weight)
    return module


@pytest.mark.parametrize(("weight", "small"), [(0.5, 1.0), (2.0, 1e-30)])
def test_norms_are_measured_beyond_single_precision_and_what_it_cannot_hold_is_marked(
    weight: float, small: float
) -> None:
    flow = gradient_flow(straight(weight, torch.float32), torch.full((200, 1), small), ReadAt(199, unit=0))
    norms, ages = flow.norms["hidden"], torch.arange(199, -1, -1).double()
    assert_close(norms.log10, ages * math.log10(weight), rtol=1e-6, atol=1e-6)
    assert torch.equal(norms.underflowed, ages > (126 if weight < 1 else 200))
    assert torch.equal(norms.overflowed, ages > (127 if weight > 1 else 200))
    assert "[0]. Double precision holds more" in str(flow.messages()[0])
    assert flow.first_norms["hidden"].log10.item() == pytest.approx(200 * math.log10(weight))
    double = gradient_flow(straight(weight, torch.float64), torch.full((200, 1), small).double(), ReadAt(199, unit=0))
    assert double.messages() == []


def test_clipping_rescues_a_gradient_that_overflows() -> None:
    xs = torch.full((200, 1), 1e-30)
    free, clipped = (gradient_flow(straight(2.0, torch.float32), xs, ReadAt(199, 0), clip=clip) for clip in (None, 1.0))
    assert free.totals["weight_hh_l0"].isfinite().all()
    assert free.norm > 1e30
    assert math.hypot(*(total.item() for total in clipped.totals.values())) == pytest.approx(1)
    assert clipped.contributions["weight_ih_l0"].sum().item() == pytest.approx(clipped.totals["weight_ih_l0"].item())


def test_a_late_loud_reading_and_an_early_quiet_one_are_both_kept() -> None:
    """The gradient from far behind has died away, or grown beyond measure, when the early reading joins it."""
    xs = torch.ones(400, 1)
    for weight in (0.5, 1.5):
        flow = gradient_flow(straight(weight, torch.float32), xs * 1e-30, lambda out: 1e-3 * out[20, 0] + out[399, 0])
        ages = torch.arange(20, -1, -1).double()
        logs = torch.log10(1e-3 * weight**ages + weight ** (ages + 379))
        assert_close(flow.norms["hidden"].log10[:21], logs, rtol=1e-5, atol=1e-5)


@pytest.mark.each_value
@cells
@pytest.mark.parametrize("truncate", [None, 3])
def test_what_lies_behind_the_loss_may_be_anything(cell: str, truncate: int | None) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    expected = gradient_flow(module, xs, 3, truncate=truncate)
    xs[4:] = math.nan
    found = gradient_flow(module, xs, 3, truncate=truncate)
    assert_close(found.totals, expected.totals)
    assert_close(found.gradients["hidden"], expected.gradients["hidden"])
    assert_close(found.contributions["weight_hh_l0"], expected.contributions["weight_hh_l0"])
    assert found.messages() == []


@cells
def test_a_loss_that_is_no_number_is_marked(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    xs[3] = math.nan
    flow = gradient_flow(module, xs, 4, clip=1.0)
    assert flow.loss.isnan()
    assert flow.norms["hidden"].undefined[3:5].all()
    assert math.isnan(flow.norm)
    assert "no number, the first at" in str(flow.messages()[-1])
    assert flow.scale == 1


@pytest.mark.parametrize(
    ("loss", "named"),
    [
        (T, "step 7: this run has steps 0 to 6"),
        (-1, "step -1"),
        (ReadAt(0, unit=H), "unit 5: this run has units 0 to 4"),
        (lambda outputs: outputs, r"one number, a tensor: it gave shape \(7, 5\)"),
        (lambda outputs: 1.0, "it gave float"),
        (lambda outputs: torch.zeros(()), "does not depend"),
        (lambda outputs: outputs.detach().sum(), "does not depend"),
        (lambda outputs: torch.zeros((), requires_grad=True), "does not depend"),
    ],
)
def test_a_loss_that_cannot_be_followed_is_refused(loss: Any, named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        gradient_flow(nn.GRU(I, H), torch.zeros(T, I), loss)
    assert str(caught.value) == caught.value.template.format(**caught.value.values)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"truncate": 0}, "whole number of steps, 1 or more, not 0"),
        ({"truncate": 2.5}, "not 2.5"),
        ({"clip": 0.0}, "above 0, not 0.0"),
        ({"clip": math.nan}, "not nan"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        gradient_flow(nn.GRU(I, H), torch.zeros(T, I), 0, **options)


def test_a_weight_that_is_not_there_is_refused() -> None:
    shares = gradient_flow(nn.GRU(I, H), torch.zeros(T, I), 0).contributions
    for index in ((3 * H, 0), (0,), (0, 0, 0), (-1, 0)):
        with pytest.raises(InputError, match=r"shape \(15, 4\): it has no weight at"):
            shares.share("weight_ih_l0", *index)
    for name in ("weight_ih", "weight_hr_l0"):
        with pytest.raises(KeyError):
            shares[name]


def test_several_layers_and_batches_are_refused() -> None:
    with pytest.raises(InputError, match="layers: 2"):
        gradient_flow(nn.LSTM(I, H, num_layers=2), torch.zeros(T, I), 0)
    with pytest.raises(InputError, match="not in a batch"):
        gradient_flow(nn.LSTM(I, H), torch.zeros(T, 2, I), 0)
