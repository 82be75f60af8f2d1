"""Half-lives of what fades: against closed forms.

Axes: T time steps.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from cells import (
    InputError,
    Norms,
    gate_half_life,
    gradient_flow,
    half_life,
    highway,
    input_influence,
    with_forget_bias,
)
from cells.gradients.losses import ReadAt

ages = torch.arange(51, dtype=torch.float64)
TABLE = [(0.0, 0.5, 1.0), (1.0, 0.7311, 2.21), (2.0, 0.8808, 5.46), (4.595, 0.99, 69.0)]


@pytest.mark.parametrize(("bias", "gate", "steps"), TABLE)
def test_a_constant_forget_gate_has_the_half_life_of_the_table(bias: float, gate: float, steps: float) -> None:
    assert gate_half_life(bias) == pytest.approx(steps, rel=0.002)
    assert half_life(gate**ages) == pytest.approx(steps, rel=0.002)
    module = nn.LSTM(2, 3, dtype=torch.float64)
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    way = highway(with_forget_bias(module, bias), torch.randn(51, 2, dtype=torch.float64))
    assert way.kept[-2].item() == pytest.approx(gate, rel=1e-4)
    for norms in (way.full, way.highway):
        assert half_life(norms.flip(0)) == pytest.approx(gate_half_life(bias), rel=1e-9)
        assert norms.values[0].item() == pytest.approx(math.sqrt(3) * way.kept[-2].item() ** 50, rel=1e-9)
    assert not way.rest.values.any()


@pytest.mark.each_value
@pytest.mark.parametrize(("weight", "after_50"), [(0.9, 0.00515), (1.1, 117.4)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_rnn_of_one_unit_around_zero_fades_or_grows_as_the_table_says(
    weight: float, after_50: float, dtype: torch.dtype
) -> None:
    module, xs = nn.RNN(1, 1, bias=False, dtype=dtype), torch.zeros(51, 1, dtype=dtype)
    for name in ("weight_ih_l0", "weight_hh_l0"):
        nn.init.constant_(module.get_parameter(name), weight if name == "weight_hh_l0" else 1)
    flow = gradient_flow(module, xs, ReadAt(50, unit=0))
    assert flow.norms["hidden"].values[0].item() == pytest.approx(after_50, rel=1e-3)
    assert input_influence(module, xs)[50, 0].item() == pytest.approx(after_50, rel=1e-3)
    assert highway(module, xs).full.values[0].item() == pytest.approx(after_50, rel=1e-3)
    expected = math.log(0.5) / math.log(weight)
    assert half_life(flow.norms["hidden"].flip(0)) == pytest.approx(expected, rel=1e-5)
    assert (expected < 0) == (weight > 1)


@pytest.mark.parametrize("bias", [-1000.0, -800.0, -20.0, 0.0, 30.0, 1000.0])
def test_a_gate_that_is_all_but_shut_or_open_has_a_half_life_too(bias: float) -> None:
    steps = gate_half_life(bias)
    if bias < 0:
        assert steps == pytest.approx(math.log(2) / -bias, rel=1e-6)
    else:
        assert steps == (math.inf if bias > 700 else pytest.approx(math.log(2) / math.log1p(math.exp(-bias)), rel=1e-9))


def test_what_stays_has_no_half_life_and_rounding_gives_none() -> None:
    assert half_life(torch.ones(40)) == math.inf
    wobbling = 1 + 1e-7 * torch.tensor([1.0, -1.0]).repeat(50)
    assert half_life(wobbling) == math.inf


def test_only_what_comes_before_the_first_0_or_nan_speaks() -> None:
    for end in ([0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]):
        assert half_life(torch.tensor([8.0, 4.0, 2.0, *end])) == pytest.approx(1)


def test_logarithms_speak_beyond_the_range_of_the_norms() -> None:
    logs = -ages * 10 * math.log10(2)
    assert half_life(Norms((10**logs).float(), logs)) == pytest.approx(0.1)


@pytest.mark.parametrize("norms", [torch.ones(1), torch.zeros(5), torch.tensor([1.0, 0.0, 1.0]), torch.ones(0)])
def test_one_norm_is_too_few(norms: Tensor) -> None:
    with pytest.raises(InputError, match="two norms or more"):
        half_life(norms)
