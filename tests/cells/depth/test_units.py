"""Every signal of every unit: against plain torch.nn.functional, in one and two dimensions, learning and not."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from cells import deep
from cells.depth.units import UNITS
from tests.cells.depth.made import batch, stack_of
from tests.cells.depth.textbook import TEXTBOOK, convolve, normalise

exact = partial(assert_close, rtol=1e-12, atol=1e-12)
kinds = pytest.mark.parametrize("kind", UNITS)
both_modes = pytest.mark.parametrize("training", [False, True])


@pytest.mark.each_pair
@kinds
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("norm", [False, True])
@both_modes
@pytest.mark.parametrize("wider", [None, 6])
def test_every_number_is_the_textbooks(
    kind: str, *, dimensions: int, norm: bool, training: bool, wider: int | None
) -> None:
    stack = stack_of(kind, dimensions=dimensions, norm=norm, training=training, wider=wider, shortcut=wider is not None)
    x = batch(dimensions)
    weights = dict(stack.state_dict())
    trace = deep(stack, x)
    h = convolve(weights, "stem", x)
    exact(trace.first, h)
    for unit in trace.units:
        own = {name.removeprefix(f"{unit.name}."): values for name, values in weights.items()}
        expected = TEXTBOOK[kind](own, h, training=training)
        exact(unit.x, h)
        assert list(unit) == list(expected), "in the order in which they are computed"
        for name, signal in unit.items():
            exact(signal, expected[name], msg=f"{name} of {unit.name}")
        h = expected["out"]
    exact(trace.out, h)
    if kind in ("residual", "dense"):
        h = (normalise(weights, "last_norm", h, training=training) if norm else h).clamp(min=0)
    means = h.flatten(2).mean(2)
    exact(trace.scores, means @ weights["readout.weight"].T + weights["readout.bias"])
    assert trace.scores is not None
    exact(trace.scores, stack(x).detach())


@kinds
@both_modes
def test_the_module_alone_gives_what_its_trace_says(kind: str, *, training: bool) -> None:
    stack = stack_of(kind, training=training, outputs=0)
    x = batch()
    trace = deep(stack, x)
    assert trace.scores is None
    assert torch.equal(trace.out, stack(x)), "bit for bit"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@kinds
def test_other_precisions_are_kept(kind: str, dtype: torch.dtype) -> None:
    stack, x = stack_of(kind).to(dtype), batch(dtype=dtype)
    trace = deep(stack, x)
    assert {signal.dtype for unit in trace.units for signal in unit.values()} == {dtype}
    assert torch.equal(trace.scores, stack(x))  # type: ignore[arg-type]


@pytest.mark.parametrize("norm", [False, True])
@kinds
def test_a_convolutions_bias_is_told_beside_its_products(kind: str, *, norm: bool) -> None:
    stack = stack_of(kind, norm=norm)
    (trace, *_), unit = deep(stack, batch()).units, stack.units[0]
    assert isinstance(unit, UNITS[kind])
    assert set(trace.biases) == set(unit.convolutions)
    for name, conv in unit.convolutions.items():
        bias = getattr(conv, "bias", None)
        assert (bias is None) is (norm and name != "gate_sum")
        exact(trace.biases[name], torch.zeros_like(trace.biases[name]) if bias is None else bias.detach())
        assert trace.biases[name].shape == trace[name].shape[1:2]


def closed_form(kind: str, kernel: int, read: int, written: int, *, norm: bool, shortcut: bool) -> int:
    """Count the parameters of a unit: a weight for each of kernel × kernel places, two numbers a normalised channel."""
    places, bias = kernel**2, 0 if norm else 1
    first = written * (read * places + bias)
    way = written * (read + bias) if shortcut else 0
    counts = {
        "plain": first + 2 * written * norm,
        "residual": first + written * (written * places + bias) + 2 * (read + written) * norm + way,
        "dense": first + 2 * read * norm,
        "highway": first + 2 * written * norm + written * (read * places + 1) + way,
    }
    return counts[kind]


@kinds
@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("shortcut", [False, True])
def test_parameters_are_as_many_as_the_sizes_say(kind: str, *, norm: bool, shortcut: bool) -> None:
    unit = UNITS[kind](5, 7, kernel=3, norm=norm, shortcut=shortcut)
    assert sum(weight.numel() for weight in unit.parameters()) == closed_form(
        kind, 3, 5, 7, norm=norm, shortcut=shortcut
    )


@kinds
def test_a_units_normalisations_are_named_by_what_they_give(kind: str) -> None:
    (unit,) = deep(UNITS[kind](2, 2).double().eval(), batch()).units
    module = UNITS[kind](2, 2)
    assert unit.kind == kind
    assert set(unit.norms) == set(module.norms) == {name for name in unit if name.startswith("norm")}
    assert all(isinstance(norm, nn.BatchNorm2d) for norm in module.norms.values())
    assert UNITS[kind](2, 2, norm=False).norms == {}
    assert UNITS[kind](2, 3).channels_out == (5 if kind == "dense" else 3)
    assert repr(unit).startswith(f"UnitTrace('', '{kind}', ")
    assert len(unit) == len(list(unit))
