"""The share of step 0 that remains: against closed forms, and for every cell."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from cells import InputError, remains
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.cases import SOME_CELLS

STEPS = 51
ages = torch.arange(STEPS, dtype=torch.float64)


def silent(module: nn.Module) -> nn.Module:
    """Return the module in float64 with every parameter zero."""
    module.double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    return module


def filled(module: nn.Module, name: str, rows: slice, value: float) -> None:
    with torch.no_grad():
        module.get_parameter(name)[rows] = value


def noise(*shape: int) -> Tensor:
    """Draw something to read, away from zero at the first step."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64) + 2


@pytest.mark.parametrize(("weight", "after_50"), [(0.9, 0.00515), (1.1, 117.4), (1.0, 1.0), (-0.9, 0.00515)])
def test_an_rnn_of_one_unit_keeps_w_to_the_t(weight: float, after_50: float) -> None:
    module = silent(nn.RNN(1, 1))
    filled(module, "weight_ih_l0", slice(1), 1)
    filled(module, "weight_hh_l0", slice(1), weight)
    xs = torch.zeros(STEPS, 1, dtype=torch.float64)
    xs[0] = 1e-7  # so small that tanh is a straight line
    share = remains(module, xs)
    torch.testing.assert_close(share, abs(weight) ** ages, rtol=1e-9, atol=0)
    assert share[50].item() == pytest.approx(after_50, rel=1e-3)


@pytest.mark.parametrize(("bias", "half_life"), [(0.0, 1.0), (1.0, 2.21), (2.0, 5.46), (4.595, 69.0)])
def test_an_lstm_keeps_its_constant_forget_gate_to_the_t(bias: float, half_life: float) -> None:
    module = silent(nn.LSTM(2, 3))
    filled(module, "bias_ih_l0", slice(3, 6), bias)
    filled(module, "weight_ih_l0", slice(6, 9), 0.7)
    share = remains(module, noise(STEPS, 2))
    keep = torch.tensor(bias, dtype=torch.float64).sigmoid()
    torch.testing.assert_close(share, keep**ages, rtol=1e-9, atol=1e-14)
    assert (torch.tensor(0.5).log() / keep.log()).item() == pytest.approx(half_life, rel=0.005)


def test_a_gru_keeps_its_constant_update_gate_to_the_t() -> None:
    module = silent(nn.GRU(2, 3))
    filled(module, "bias_hh_l0", slice(3, 6), 2.0)
    filled(module, "weight_ih_l0", slice(6, 9), -0.4)
    keep = torch.tensor(2.0, dtype=torch.float64).sigmoid()
    torch.testing.assert_close(remains(module, noise(STEPS, 2)), keep**ages, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("key", SOME_CELLS)
def test_every_cell_starts_at_1_and_is_not_changed(key: str) -> None:
    module, xs = WEIGHTS["random"].make(key, 3, units=4), noise(12, 3).float()
    before = xs.clone(), [parameter.clone() for parameter in module.parameters()]
    share = remains(module, xs)
    assert share.shape == (12,)
    assert share[0] == 1
    assert (share >= 0).all()
    assert torch.equal(xs, before[0])
    assert all(torch.equal(now, old) for now, old in zip(module.parameters(), before[1], strict=True))


@pytest.mark.parametrize("key", SOME_CELLS)
def test_a_batch_is_measured_one_by_one(key: str) -> None:
    module, xs = WEIGHTS["random"].make(key, 3, units=4), noise(9, 2, 3).float()
    together = remains(module, xs)
    assert together.shape == (9, 2)
    for column in range(2):
        torch.testing.assert_close(together[:, column], remains(module, xs[:, column]), rtol=1e-4, atol=1e-6)
    module.batch_first = True
    torch.testing.assert_close(remains(module, xs.transpose(0, 1)), together.T)


def test_the_state_before_counts_for_both_runs() -> None:
    module = silent(nn.RNN(1, 1))
    filled(module, "weight_ih_l0", slice(1), 1)
    filled(module, "weight_hh_l0", slice(1), 1)
    xs, start = torch.tensor([[1.0], [0.0]], dtype=torch.float64), torch.tensor([[0.5]], dtype=torch.float64)
    read, unread = torch.tensor([1.5, 0.5], dtype=torch.float64).tanh()
    expected = (read.tanh() - unread.tanh()) / (read - unread)
    torch.testing.assert_close(remains(module, xs, start), torch.stack([torch.ones_like(expected), expected]))


@pytest.mark.parametrize("key", ["lstm", "gru"])
def test_a_latch_holds_one_bit_over_100_steps_as_its_sharpness_says(key: str) -> None:
    module = WEIGHTS["latch"].make(key, 2, sharpness=10.0)
    share = remains(module, SEQUENCES["bit"].make(length=101).values)
    assert share[100].item() == pytest.approx(torch.tensor(10.0).sigmoid().item() ** 100, rel=1e-4)


def test_what_is_chaotic_grows_beyond_what_was_put_in() -> None:
    module = WEIGHTS["random"].make("rnn", 2, units=32, gain=3.0)
    assert remains(module, SEQUENCES["bit"].make().values).max() > 1.2


@pytest.mark.parametrize("key", SOME_CELLS)
def test_a_first_step_that_reads_nothing_is_refused(key: str) -> None:
    xs = noise(5, 3).float()
    xs[0] = 0
    with pytest.raises(InputError, match="first step makes no difference"):
        remains(WEIGHTS["random"].make(key, 3, units=4), xs)
