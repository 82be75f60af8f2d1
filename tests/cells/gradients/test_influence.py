"""The influence of each input on each later hidden state: against plain autograd, for every cell.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import CELLS, InputError, input_influence, measured_influence
from cells.core.stepwise import Recurrent
from cells.core.threads import one_thread_below
from tests.cells.cases import SOME_SLOPES, Case, H, I, T
from tests.cells.gradients.loops import CASES, TOLERANCE, jacobian

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
cells = pytest.mark.parametrize("cell", SOME_SLOPES)


def by_autograd(module: Recurrent, xs: Tensor, state: Tensor | tuple[Tensor, Tensor] | None = None) -> Tensor:
    """Measure the influence from the module's own outputs, unit by unit: (T, T)."""
    xs = xs.clone().requires_grad_()
    outputs, _ = module(xs, state)
    return torch.stack([jacobian(h, xs).view(-1, *xs.shape).square().sum((0, 2)).sqrt() for h in outputs])


@pytest.mark.each_value
@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_what_autograd_says_of_the_module(case: Case) -> None:
    module, xs, state = case.module(), case.sequence(), case.as_argument(case.states())
    found, expected = input_influence(module, xs, state), by_autograd(module, xs, state)
    assert found.dtype == case.dtype
    assert_close(found, expected, rtol=TOLERANCE[case.dtype], atol=TOLERANCE[case.dtype])
    assert torch.equal(found, found.tril())
    assert (found.diagonal() > 0.01).all()


@cells
def test_an_input_wider_than_the_state_is_measured_whole(cell: str) -> None:
    module, xs = CELLS[cell].module(23, 2, dtype=torch.float64), torch.randn(T, 23, dtype=torch.float64)
    assert_close(input_influence(module, xs), by_autograd(module, xs), rtol=1e-10, atol=1e-10)


@cells
def test_one_step_is_enough(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    assert input_influence(module, xs[:1]).shape == (1, 1)
    assert_close(input_influence(module, xs[:1]), input_influence(module, xs)[:1, :1])


def straight(weight: float, dtype: torch.dtype) -> nn.RNN:
    """Return a relu unit h = w h + x, which multiplies by w for ever."""
    module = nn.RNN(1, 1, nonlinearity="relu", bias=False, dtype=dtype)
    nn.init.constant_(module.get_parameter("weight_ih_l0"), 1)
    nn.init.constant_(module.get_parameter("weight_hh_l0"), weight)
    return module


@pytest.mark.each_pair
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("weight", [0.5, 0.75, 1.5, 1e-3])
def test_the_logarithms_are_right_far_beyond_the_range_of_the_dtype(weight: float, dtype: torch.dtype) -> None:
    xs = torch.zeros(500, 1, dtype=dtype)
    xs[:] = 1e-30 if weight > 1 else 1  # so that the states themselves stay finite
    found = measured_influence(straight(weight, dtype), xs)
    ages = (torch.arange(500).unsqueeze(1) - torch.arange(500)).double()
    finite = (found.log10 > -math.inf).tril()
    assert finite.equal(torch.ones(500, 500).tril().bool())
    exact = ages * math.log10(torch.tensor(weight, dtype=dtype).item())
    assert_close(found.log10[finite], exact[finite], rtol=1e-6, atol=1e-6)
    assert (found.log10.triu(1) == torch.full((500, 500), -math.inf).triu(1).nan_to_num(0, neginf=-math.inf)).all()


def test_what_underflows_single_precision_is_marked_and_double_precision_holds_it() -> None:
    xs = torch.ones(200, 1)
    found = measured_influence(straight(0.5, torch.float32), xs)
    ages = torch.arange(200).unsqueeze(1) - torch.arange(200)
    assert torch.equal(found.underflowed, ages > 126)
    assert (found.values[ages > 149] == 0).all()
    assert not found.overflowed.any()
    assert found.finite.all()
    (message,) = found.messages()
    assert str(message).startswith("2701 of 40000 norms are too small for single precision")
    assert "first at [127, 0]. Double precision holds more" in str(message)
    double = measured_influence(straight(0.5, torch.float64), xs.double())
    assert double.messages() == []
    assert double.values[199, 0].item() == pytest.approx(0.5**199)


def test_what_overflows_single_precision_is_marked_and_double_precision_holds_it() -> None:
    xs = torch.full((200, 1), 1e-30)
    found = measured_influence(straight(2.0, torch.float32), xs)
    ages = torch.arange(200).unsqueeze(1) - torch.arange(200)
    assert torch.equal(found.overflowed, ages >= 128)
    assert torch.equal(found.finite, ages < 128)
    assert (found.values[ages >= 128] == math.inf).all()
    assert found.log10[199, 0].item() == pytest.approx(199 * math.log10(2))
    assert "too large for single precision and stand as infinity, the first at [128, 0]" in str(found.messages()[0])
    assert measured_influence(straight(2.0, torch.float64), xs.double()).messages() == []


def test_beyond_double_precision_nothing_more_is_offered() -> None:
    xs = torch.full((1200, 1), 1e-200, dtype=torch.float64)
    messages = measured_influence(straight(0.5, torch.float64), xs).messages()
    assert [("even for double" in str(message), "holds more" in str(message)) for message in messages] == [
        (True, False)
    ]


@cells
def test_nan_in_the_sequence_leaves_the_steps_before_it(cell: str) -> None:
    case = Case(cell, batched=False)
    module, xs = case.module(), case.sequence()
    expected = input_influence(module, xs)
    xs[4] = math.nan
    found = measured_influence(module, xs)
    assert_close(found.values[:4], expected[:4])
    assert found.undefined[4:].tril(4).equal(torch.ones(T - 4, T).tril(4).bool())
    assert "no number, the first at [4, 0]" in str(found.messages()[-1])


@cells
def test_a_section_is_cut_out_of_the_whole(cell: str) -> None:
    module, xs = CELLS[cell].module(I, H), torch.randn(T, I)
    whole, section = measured_influence(module, xs), measured_influence(module, xs, steps=slice(2, 5))
    assert_close(section.log10.tril().nan_to_num(), whole.log10[2:5, 2:5].tril().nan_to_num(), rtol=1e-5, atol=1e-5)
    assert section.values.shape == (3, 3)


def test_several_layers_and_batches_are_refused() -> None:
    with pytest.raises(InputError, match="layers: 2"):
        input_influence(nn.LSTM(I, H, num_layers=2), torch.zeros(T, I))
    with pytest.raises(InputError, match="not in a batch"):
        input_influence(nn.LSTM(I, H), torch.zeros(T, 2, I))


@pytest.mark.parametrize("bad", [False, True])
def test_the_threads_of_the_process_are_given_back(bad: bool) -> None:
    def seen(units: int) -> int:
        with one_thread_below(units):
            if bad:
                raise ZeroDivisionError
            return torch.get_num_threads()

    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        if bad:
            with pytest.raises(ZeroDivisionError):
                seen(64)
        else:
            assert (seen(64), seen(512)) == (1, 2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
