"""Biases that decide how long a memory lasts, and the strength of recurrent matrices: for every cell.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from cells import (
    CELLS,
    InputError,
    recurrent_strength,
    state_jacobians,
    surely_vanishes,
    trace,
    with_chrono_biases,
    with_forget_bias,
)
from cells.core.stepwise import Recurrent
from cells.weights import WEIGHTS
from tests.cells.cases import KEEPING, KINDS, SOME_CELLS, Case, H, I, P, T
from tests.checking.sampling import few

WITHOUT = {"rnn", "rnn-relu", "lstm-no-forget-gate"}
# Also the one whose input gate decides what is kept, and one without an input gate.
keeping = pytest.mark.parametrize(
    "cell", few((key for key in CELLS if key not in WITHOUT), *KEEPING, "lstm-coupled", "lstm-no-input-gate")
)


def biases_alone(cell: str, **options: int) -> Recurrent:
    """Return a module whose weights are zero, but whose biases are not."""
    module = CELLS[cell].module(I, H, **options)
    for name, parameter in module.named_parameters():
        if not name.startswith("bias"):
            nn.init.zeros_(parameter)
    return module


def kept(module: Recurrent) -> list[Tensor]:
    found = [layer.kept() for layer in trace(module, torch.randn(T, I))]
    return [share for share in found if share is not None]


@keeping
def test_a_forget_bias_keeps_its_sigmoid_in_every_layer_and_direction(cell: str) -> None:
    module = biases_alone(cell, num_layers=2, bidirectional=True)
    before = {name: values.clone() for name, values in module.named_parameters()}
    for bias in (-2.0, 0.0, 4.595):
        shares = kept(with_forget_bias(module, bias))
        assert len(shares) == 4
        for share in shares:
            assert_close(share, torch.full_like(share, 1 / (1 + math.exp(-bias))))
    assert all(torch.equal(values, before[name]) for name, values in module.named_parameters())


@keeping
def test_chrono_biases_give_each_unit_a_time_of_its_own(cell: str) -> None:
    module = with_chrono_biases(biases_alone(cell), longest=100, seed=3)
    (share,) = kept(module)
    times = 1 / (1 - share[0])  # of a gate that keeps f, 1 / (1 - f) is 1 + u
    assert ((times >= 2) & (times <= 100)).all()
    assert len(set(times.tolist())) == H
    (again,) = kept(with_chrono_biases(biases_alone(cell), longest=100, seed=3))
    assert torch.equal(again, share)
    gates = CELLS[cell].gates
    rows = dict(zip(gates, module.get_parameter("bias_ih_l0").chunk(len(gates)), strict=True))
    if {"input", "forget"} <= set(gates):
        assert torch.equal(rows["input"], -rows["forget"])


def test_chrono_biases_are_drawn_evenly_up_to_the_longest() -> None:
    module = with_chrono_biases(nn.LSTM(1, 4000), longest=50)
    drawn = module.get_parameter("bias_ih_l0")[4000:8000].exp()
    assert drawn.min() >= 1
    assert drawn.max() <= 49
    assert drawn.mean().item() == pytest.approx(25, rel=0.03)
    assert drawn.std().item() == pytest.approx(48 / math.sqrt(12), rel=0.03)
    assert not module.get_parameter("bias_hh_l0")[:8000].any()
    shortest = with_chrono_biases(nn.LSTM(1, 3), longest=2)
    assert not shortest.get_parameter("bias_ih_l0")[:6].any()


@keeping
def test_only_the_biases_of_what_keeps_are_changed(cell: str) -> None:
    module = Case(cell).module()
    changed = dict(with_forget_bias(module, 1.5).named_parameters())
    for name, values in module.named_parameters():
        differing = (changed[name] != values).sum().item()
        assert differing == (H if name.startswith("bias") else 0)


@pytest.mark.parametrize("cell", sorted(WITHOUT))
def test_a_cell_without_a_keeping_gate_is_refused(cell: str) -> None:
    with pytest.raises(InputError, match="no gate that decides what is kept"):
        with_forget_bias(CELLS[cell].module(I, H), 1.0)


def test_what_cannot_be_given_is_refused() -> None:
    with pytest.raises(InputError, match="no biases"):
        with_chrono_biases(nn.LSTM(I, H, bias=False), longest=10)
    for longest in (1.5, math.nan):
        with pytest.raises(InputError, match=f"2 steps or more, not {longest}"):
            with_chrono_biases(nn.LSTM(I, H), longest=longest)
    with pytest.raises(TypeError, match="not Linear"):
        with_forget_bias(nn.Linear(I, H), 1.0)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_an_orthogonal_block_times_a_gain_has_that_gain(cell: str) -> None:
    strengths = recurrent_strength(WEIGHTS["random"].make(cell, I, units=6, gain=0.75))
    assert list(strengths) == list(CELLS[cell].gates)
    for strength in strengths.values():
        assert strength.radius == pytest.approx(0.75, rel=1e-5)
        assert strength.norm == pytest.approx(0.75, rel=1e-5)


def test_a_radius_is_not_a_norm() -> None:
    module = nn.RNN(1, 2)
    with torch.no_grad():
        module.get_parameter("weight_hh_l0").copy_(torch.tensor([[0.5, 4.0], [0.0, -0.25]]))
    (strength,) = recurrent_strength(module).values()
    assert strength.radius == pytest.approx(0.5)
    assert strength.norm > 4
    assert surely_vanishes(module) is False


@pytest.mark.each_value
@pytest.mark.parametrize("cell", ["rnn", "rnn-relu"])
@pytest.mark.parametrize("gain", [0.3, 0.95])
def test_below_1_every_step_back_makes_a_gradient_smaller(cell: str, gain: float) -> None:
    module = WEIGHTS["random"].make(cell, I, units=6, gain=gain)
    assert surely_vanishes(module) is True
    jacobians = state_jacobians(module, torch.randn(30, I))
    assert (torch.linalg.matrix_norm(jacobians, ord=2) <= gain + 1e-6).all()
    assert torch.linalg.matrix_norm(torch.linalg.multi_dot([*jacobians]), ord=2) <= gain**30 + 1e-6


@pytest.mark.parametrize("cell", few(CELLS, *KINDS, "rnn-relu"))
def test_of_a_cell_with_gates_the_theorem_does_not_speak(cell: str) -> None:
    weak, strong = (WEIGHTS["random"].make(cell, I, units=4, gain=gain) for gain in (0.5, 1.5))
    expected = (True, False) if cell in ("rnn", "rnn-relu") else (None, None)
    assert (surely_vanishes(weak), surely_vanishes(strong)) == expected


def test_a_projected_lstm_has_the_strength_of_both_matrices() -> None:
    module = nn.LSTM(I, H, proj_size=P)
    block = module.get_parameter("weight_hh_l0").chunk(4)[1] @ module.get_parameter("weight_hr_l0")
    found = recurrent_strength(module)["forget"]
    assert found.norm == pytest.approx(torch.linalg.matrix_norm(block, ord=2).item(), rel=1e-5)
    assert found.radius <= found.norm


def test_weights_that_are_not_finite_have_no_strength() -> None:
    module = nn.RNN(I, H)
    nn.init.constant_(module.get_parameter("weight_hh_l0"), math.inf)
    with pytest.raises(InputError, match="not finite"):
        recurrent_strength(module)
    with pytest.raises(InputError, match="layers: 2"):
        recurrent_strength(nn.LSTM(I, H, num_layers=2))
