"""Gradients down a stack and back through time, held against torch's own.

Axes: T time steps, I input features, H hidden units, D directions.
"""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import Tensor, nn

from cells import InputError, gradient_flow
from cells.core.stepwise import Recurrent
from cells.gradients.losses import ReadAt, ReadEnds
from cells.gradients.stacked_flow import gradient_flows
from cells.modules.blank import blank_module
from tests.cells.cases import SOME_SLOPES, H, I, T

LAYERS = 3


def stack(cell: str, directions: int, *, residual: bool, dtype: torch.dtype = torch.float64) -> Recurrent:
    module = blank_module(cell, I, H, LAYERS, directions, residual=residual).to(dtype)
    generator = torch.Generator().manual_seed(2)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5, generator=generator)
    return module


def sequence(steps: int = T) -> Tensor:
    return torch.randn(steps, I, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@pytest.mark.each_value
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("cell", SOME_SLOPES)
def test_every_layers_gradient_is_torchs(cell: str, directions: int, residual: bool) -> None:
    module, xs = stack(cell, directions, residual=residual), sequence().requires_grad_()
    read = ReadEnds() if directions == 2 else ReadAt(T - 2)
    flows = gradient_flows(module, xs.detach(), read)
    loss = read(module(xs)[0])
    loss.backward()  # type: ignore[no-untyped-call]
    close = partial(torch.testing.assert_close, rtol=0, atol=1e-12)
    close(flows[0].loss, loss.detach())
    totals = {name: values for flow in flows for name, values in flow.totals.items()}
    for name, parameter in module.named_parameters():
        close(totals[name], parameter.grad)
    for flow in flows:
        for name, values in flow.contributions.items():
            close(values.sum(0), totals[name])
    read_below = flows[0].inputs + (flows[1].inputs.flip(0) if directions == 2 else 0)
    close(read_below, xs.grad)
    whole = torch.cat([parameter.grad.flatten() for parameter in module.parameters() if parameter.grad is not None])
    assert flows[0].norm == pytest.approx(whole.norm().item())
    clipped = gradient_flows(module, xs.detach(), read, clip=flows[0].norm / 4)
    assert clipped[-1].scale == pytest.approx(0.25)


def test_the_gradient_at_every_state_is_what_a_nudge_of_it_does() -> None:
    module, xs, read = stack("rnn", 1, residual=True), sequence(), ReadAt(T - 1)
    layers = [nn.RNN(width, H, dtype=torch.float64) for width in (I, H, H)]
    for number, layer in enumerate(layers):
        own = {name: values for name, values in module.state_dict().items() if name.endswith(f"l{number}")}
        layer.load_state_dict({name.replace(f"l{number}", "l0"): values for name, values in own.items()})
    nudges = [torch.zeros(T, H, dtype=torch.float64, requires_grad=True) for _ in layers]
    handed = xs
    for number, layer in enumerate(layers):
        state, states = torch.zeros(1, H, dtype=torch.float64), []
        for t in range(T):
            _, state = layer(handed[t : t + 1], state)
            state = state + nudges[number][t]
            states.append(state[0])
        handed = torch.stack(states) + (handed if number else 0)
    slopes = torch.autograd.grad(read(handed), nudges)
    for flow, slope in zip(gradient_flows(module, xs, read), slopes, strict=True):
        torch.testing.assert_close(flow.gradients["hidden"], slope, rtol=0, atol=1e-12)


def test_a_single_layer_is_followed_as_by_gradient_flow() -> None:
    module, xs = nn.LSTM(I, H, dtype=torch.float64), sequence()
    (flow,), alone = gradient_flows(module, xs, 4, clip=0.1), gradient_flow(module, xs, 4, clip=0.1)
    for name, values in alone.gradients.items():
        assert torch.equal(flow.gradients[name], values)
    assert (flow.norm, flow.scale) == (alone.norm, alone.scale)


def test_what_vanishes_on_its_way_down_is_still_measured() -> None:
    single = stack("rnn", 1, residual=False, dtype=torch.float32)
    with torch.no_grad():
        for name, values in single.named_parameters():
            values.mul_(1e-12 if "weight" in name else 0)
    double = [flow.norms["hidden"].log10 for flow in gradient_flows(single.double(), sequence(), ReadAt(T - 1, 0))]
    xs = sequence().float()
    found = [flow.norms["hidden"].log10 for flow in gradient_flows(single.float(), xs, ReadAt(T - 1, 0))]
    assert double[0][0] < -90
    for ours, theirs in zip(found, double, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)


def test_a_batch_and_a_half_precision_are_refused() -> None:
    with pytest.raises(InputError, match="in one sequence"):
        gradient_flows(nn.GRU(I, H, 2), torch.zeros(T, 2, I), 0)
    with pytest.raises(InputError, match="gradients are measured in"):
        gradient_flows(nn.GRU(I, H, 2, dtype=torch.bfloat16), torch.zeros(T, I, dtype=torch.bfloat16), 0)
