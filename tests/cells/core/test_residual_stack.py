"""A stack with residual connections, held against a plain loop of one-layer modules of PyTorch.

Axes: T time steps, I input features, H hidden units, D directions.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from cells import CELLS, Clamp, trace, with_forget_bias
from cells.core.stepwise import Recurrent
from cells.modules.blank import blank_module
from cells.registry import cell_of
from tests.cells.cases import SOME_CELLS, H, I, T

LAYERS = 3
DIRECTIONS = (1, 2)


def stack(cell: str, directions: int = 1) -> Recurrent:
    module = blank_module(cell, I, H, LAYERS, directions, residual=True).double()
    generator = torch.Generator().manual_seed(4)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5, generator=generator)
    return module


def sequence(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)


def one_layer(module: Recurrent, cell: str, layer: int, *, reverse: bool) -> nn.Module:
    ending = f"_l{layer}{'_reverse' if reverse else ''}"
    own = {name: values for name, values in module.state_dict().items() if name.endswith(ending)}
    single = CELLS[cell].module(own[f"weight_ih{ending}"].shape[1], H, dtype=torch.float64)
    single.load_state_dict({f"{name.removesuffix(ending)}_l0": values for name, values in own.items()})
    return single


def plain_loop(module: Recurrent, cell: str, xs: Tensor) -> list[Tensor]:
    """Return what each layer hands up: (T, D H)."""
    handed_up: list[Tensor] = []
    for layer in range(LAYERS):
        read = handed_up[-1] if layer else xs
        ways = [one_layer(module, cell, layer, reverse=bool(way))(read.flip(0) if way else read)[0] for way in range(2)
                if not way or module.bidirectional]  # fmt: skip
        hidden = torch.cat([way.flip(0) if turned else way for turned, way in enumerate(ways)], dim=-1)
        handed_up.append(hidden + read if layer else hidden)
    return handed_up


@pytest.mark.each_value
@pytest.mark.parametrize("directions", DIRECTIONS)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_module_and_trace_are_a_plain_loop_of_one_layer_modules(cell: str, directions: int) -> None:
    module, xs = stack(cell, directions), sequence(T, I)
    assert cell_of(module) is CELLS[cell]
    expected = plain_loop(module, cell, xs)
    torch.testing.assert_close(module(xs)[0], expected[-1], rtol=0, atol=1e-12)
    for layer in trace(module, xs):
        part = slice(H * layer.reverse, H * (1 + layer.reverse))
        below = expected[layer.layer - 1] if layer.layer else xs
        torch.testing.assert_close(layer.inputs, below, rtol=0, atol=1e-12)
        torch.testing.assert_close(layer.output, expected[layer.layer][:, part], rtol=0, atol=1e-12)
        assert layer.is_residual == (layer.layer > 0)
        own = layer.output - below[:, part] if layer.layer else layer.output
        torch.testing.assert_close(layer["hidden"], own, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_batches_states_and_last_states_are_as_in_pytorchs_own_stack(cell: str) -> None:
    module, xs = stack(cell, 2), sequence(T, 2, I)
    together, last = module(xs)
    alone, last_alone = module(xs[:, 1])
    torch.testing.assert_close(together[:, 1], alone, rtol=0, atol=1e-12)
    ends, ends_alone = (one if isinstance(one, tuple) else (one,) for one in (last, last_alone))
    for end, end_alone, name in zip(ends, ends_alone, CELLS[cell].rule.states, strict=True):
        torch.testing.assert_close(end[:, 1], end_alone, rtol=0, atol=1e-12)
        for values, layer in zip(end_alone, trace(module, xs[:, 1]), strict=True):
            torch.testing.assert_close(values, layer.last[name], rtol=0, atol=1e-12)
    on, _ = module(xs, last)
    assert not torch.equal(on, together)


def test_a_copy_learns_for_itself_and_what_is_loaded_counts() -> None:
    module, xs = stack("lstm"), sequence(T, I)
    before = module(xs)[0]
    copy = deepcopy(module)
    assert torch.equal(copy(xs)[0], before)
    assert list(copy.state_dict()) == list(nn.LSTM(I, H, LAYERS).state_dict())
    with torch.no_grad():
        copy.get_parameter("weight_ih_l1").zero_()
    assert torch.equal(module(xs)[0], before)
    blank = blank_module("lstm", I, H, LAYERS, residual=True).double()
    blank.load_state_dict(module.state_dict())
    assert torch.equal(blank(xs)[0], before)
    module(xs)[0].sum().backward()
    assert all(parameter.grad is not None for parameter in module.parameters())


def test_a_held_signal_acts_through_the_sum_on_the_layers_above() -> None:
    module, xs = stack("gru"), sequence(T, I)
    held = trace(module, xs, clamp=Clamp("hidden", 0.0, layer=1))
    assert not held[1]["hidden"].any()
    torch.testing.assert_close(held[2].inputs, held[0]["hidden"], rtol=0, atol=0)


def test_a_bias_is_set_in_every_layer_and_direction() -> None:
    biased = with_forget_bias(stack("lstm", 2), 2.5)
    rows = slice(H, 2 * H)
    biases = [values[rows] for name, values in biased.named_parameters() if name.startswith("bias_ih")]
    assert len(biases) == 2 * LAYERS
    assert all(bool((bias == 2.5).all()) for bias in biases)
