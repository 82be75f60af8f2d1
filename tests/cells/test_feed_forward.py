"""The feed-forward net against PyTorch's own layers, and what it declares of itself against what it computes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from cells import CELLS, InputError
from cells.families.conventions import SHORT
from cells.feed_forward import FEED_FORWARD, FeedForward, feed_forward_trace

T, F, H = 9, 3, 5  # steps, features, units


def steps(dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(T, F, generator=torch.Generator().manual_seed(2), dtype=dtype)


def as_sequential(net: FeedForward) -> nn.Sequential:
    """Make the net of PyTorch's layers."""
    sequential = nn.Sequential(nn.Linear(F, H), nn.Tanh(), nn.Linear(H, H), nn.Tanh()).to(net.bias_h.dtype)
    names = ("0.weight", "0.bias", "2.weight", "2.bias")
    own = (net.weight_h, net.bias_h, net.weight_y, net.bias_y)
    sequential.load_state_dict(dict(zip(names, own, strict=True)))
    return sequential


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_it_is_two_layers_of_pytorch_one_after_the_other(dtype: torch.dtype) -> None:
    net, xs = FeedForward(F, H).to(dtype), steps(dtype)
    sequential, exact = as_sequential(net), 1e-6 if dtype == torch.float32 else 1e-14
    traced = feed_forward_trace(net, xs)
    assert torch.allclose(net(xs), sequential(xs), rtol=0, atol=exact)
    assert torch.allclose(traced["output"], sequential(xs), rtol=0, atol=exact)
    assert torch.allclose(traced["hidden"], sequential[:2](xs), rtol=0, atol=exact)
    assert traced["output"].dtype == dtype
    assert not traced["output"].requires_grad


def test_the_same_seed_gives_the_same_net_and_draws_from_nobody_else() -> None:
    state = torch.get_rng_state()
    one, same, other = FeedForward(F, H, 4), FeedForward(F, H, 4), FeedForward(F, H, 5)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), same.parameters(), strict=True))
    assert not torch.equal(one.weight_h, other.weight_h)


def test_a_trace_stays_true_when_the_net_goes_on_learning() -> None:
    net = FeedForward(F, H)
    traced = feed_forward_trace(net, steps())
    before = traced.parts()["output"]["sum"]
    with torch.no_grad():
        net.weight_y.zero_()
    assert torch.equal(traced.parts()["output"]["sum"], before)


@pytest.mark.parametrize("units", [slice(None), slice(1, 3), 2])
def test_its_sums_are_made_of_their_parts_and_squashed_they_are_its_signals(units: slice | int) -> None:
    traced = feed_forward_trace(FeedForward(F, H), steps())
    parts = traced.parts(units)
    read = {"hidden": "input", "output": "hidden"}
    for layer, made in parts.items():
        assert torch.equal(made[read[layer]] + made["bias"], made["sum"])
        assert torch.allclose(torch.tanh(made["sum"]), traced[layer][:, units], atol=1e-6)


def test_it_declares_what_it_computes_and_carries_nothing() -> None:
    traced = feed_forward_trace(FeedForward(F, H), steps())
    assert [*traced] == [signal.name for signal in FEED_FORWARD.shown]
    assert (FEED_FORWARD.states, traced.initial, traced.last, traced.origin()) == ((), {}, {}, None)
    assert FEED_FORWARD.key not in CELLS
    with pytest.raises(TypeError, match="no recurrent module"):
        FEED_FORWARD.module(F, H)
    numbers = {*traced, "x"} | {f"{layer}.{part}" for layer, made in traced.parts().items() for part in made}
    shown = [pipe.carries for pipe in FEED_FORWARD.drawing.pipes] + [port.shows for port in FEED_FORWARD.drawing.ports]
    assert set(shown) <= numbers
    written = [equation.symbols(FEED_FORWARD.notations[SHORT]) for equation in FEED_FORWARD.equations]
    assert written == ["h_t = tanh(W_h x_t + b_h)", "y_t = tanh(W_y h_t + b_y)"]


@pytest.mark.parametrize("xs", [torch.zeros(T, F + 1), torch.zeros(0, F), torch.zeros(T, F).double(), torch.zeros(F)])
def test_a_sequence_that_does_not_fit_is_refused(xs: Tensor) -> None:
    with pytest.raises(InputError):
        feed_forward_trace(FeedForward(F, H), xs)


def test_a_batch_is_read_side_by_side() -> None:
    net, batch = FeedForward(F, H), torch.stack([steps(), steps().flip(0)], dim=1)
    traced = feed_forward_trace(net, batch)
    assert traced["output"].shape == (T, 2, H)
    assert torch.allclose(traced["output"], net(batch), rtol=0, atol=1e-6)
