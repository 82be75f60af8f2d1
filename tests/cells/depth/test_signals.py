"""What is written of each unit is what it computes: put the numbers in, and the signal comes out.

Axes: C channels, all of them at one place of the first example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv1d, conv2d

from cells.depth.deep import UnitTrace, deep
from cells.depth.signals import UnitSignal, signals_of
from cells.depth.units import UNITS, Unit
from tests.cells.depth.made import I, batch, lively

PLACE = 4
SIGNS = {"√": "sqrt", "max(0, ": "relu(", "σ(": "sigmoid(", "[": "cat(", "]": ")", "·": "*", "−": "-", "Σ ": ""}
FUNCTIONS = {
    "sqrt": torch.sqrt,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "cat": lambda *parts: torch.cat(parts),
}


def at_place(values: Tensor) -> Tensor:
    return values[0].flatten(1)[:, PLACE]


def products(conv: torch.nn.Module, read: Tensor) -> Tensor:
    """Return what a convolution makes at the place without its bias."""
    weight = conv.get_parameter("weight")
    convolve = {3: conv1d, 4: conv2d}[read.ndim]
    return at_place(convolve(read, weight, padding=weight.shape[-1] // 2))


def bias_of(conv: torch.nn.Module, like: Tensor) -> Tensor:
    bias = conv.bias
    return torch.zeros_like(like) if bias is None else bias  # type: ignore[return-value]


def evaluated(text: str, numbers: Mapping[str, Tensor]) -> Tensor:
    """Compute a side of an equation whose numbers stand in braces, as a reader would."""
    for sign, python in SIGNS.items():
        text = text.replace(sign, python)
    text = re.sub(r"([})]) ([{(])", r"\1 * \2", text)  # what stands side by side is multiplied
    code = re.sub(r"\{([^}]+)\}", r"numbers['\1']", text)
    value: Tensor = eval(code, {"__builtins__": {}}, {**FUNCTIONS, "numbers": numbers})
    return value


def read_by(unit: Unit, made: UnitTrace, name: str) -> Tensor:
    """Return what the convolution that gives a signal reads."""
    behind = {"conv_1": "relu_1", "branch": {"residual": "relu_2"}.get(unit.kind, "relu")}
    return made[behind[name]] if name in behind else made.x


def shown_numbers(unit: Unit, made: UnitTrace) -> dict[str, Tensor]:
    """Return the number of each field that an equation in numbers may have."""
    numbers = {"x": at_place(made.x), **{name: at_place(values) for name, values in made.items()}}
    for name, conv in unit.convolutions.items():
        summed = products(conv, read_by(unit, made, name))
        numbers |= {f"{name}.products": summed, f"{name}.bias": bias_of(conv, summed)}
    for name, norm in made.norms.items():
        parts = {"scale": norm.weight, "minus_mean": -norm.mean, "variance": norm.variance, "shift": norm.bias}
        numbers |= {f"{name}.{part}": values for part, values in parts.items()}
    return numbers


def symbols_of(unit: Unit, made: UnitTrace, signal: UnitSignal) -> dict[str, Tensor]:
    """Return what each symbol stands for in the equation of one signal."""
    numbers = shown_numbers(unit, made)
    symbols = {"x": numbers["x"], **{one.symbol: numbers[one.name] for one in signals_of(unit)}}
    if signal.name in unit.convolutions:
        read = signal.symbols.partition("∗ ")[2].partition(" ")[0]
        symbols |= {f"W ∗ {read}": numbers[f"{signal.name}.products"], "b": numbers[f"{signal.name}.bias"]}
    if signal.name in made.norms:
        norm = made.norms[signal.name]
        parts = {"γ": norm.weight, "μ": norm.mean, "σ²": norm.variance, "β": norm.bias}
        symbols |= {**parts, "ε": torch.tensor(norm.eps)}
    if "W_T" in signal.symbols:
        symbols |= {"W_T ∗ x": numbers["gate_sum.products"], "b_T": numbers["gate_sum.bias"]}
    if "W_s" in signal.symbols:
        symbols["W_s ∗ x"] = at_place(made["shortcut"])
    return symbols


def with_fields(text: str, symbols: Mapping[str, Tensor]) -> str:
    """Return a formula with a field for every symbol that stands in it, the longest ones first."""
    longest_first = "|".join(map(re.escape, sorted(symbols, key=len, reverse=True)))
    return re.sub(rf"(?<![a-z])({longest_first})(?![a-z])", r"{\1}", text)


@pytest.mark.each_pair
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shortcut", [True, False])
@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("kind", UNITS)
def test_each_equation_gives_the_value_beside_it(
    kind: str, dimensions: int, norm: bool, shortcut: bool, training: bool
) -> None:
    unit = lively(UNITS[kind](I, I, dimensions=dimensions, norm=norm, shortcut=shortcut)).train(training)
    (made,) = deep(unit, batch(dimensions)).units
    numbers = shown_numbers(unit, made)
    eps = {"ε": torch.tensor(next(iter(made.norms.values())).eps if norm else 0.0)}
    for signal in signals_of(unit):
        expected = at_place(made[signal.name])
        value = evaluated(signal.numbers.replace("ε", "{ε}"), numbers | eps)
        torch.testing.assert_close(value, expected, rtol=0, atol=1e-10, msg=f"{signal.name}: {signal.numbers}")
        left, _, right = signal.symbols.partition(" = ")
        assert left == signal.symbol
        symbols = symbols_of(unit, made, signal)
        value = evaluated(with_fields(right, symbols), symbols)
        torch.testing.assert_close(value, expected, rtol=0, atol=1e-10, msg=f"{signal.name}: {signal.symbols}")


@pytest.mark.parametrize("kind", UNITS)
def test_signals_stand_in_the_order_in_which_they_are_computed(kind: str) -> None:
    unit = UNITS[kind](I, I)
    computed, shown = list(unit.signals(torch.ones(2, I, 3, 3))), [one.name for one in signals_of(unit)]
    assert shown == [name for name in computed if name in shown]
    assert len({one.symbol for one in signals_of(unit)}) == len(shown)
    assert [one.name for one in signals_of(unit) if one.kind == "state"] == ["out"]
    assert [one.name for one in signals_of(unit) if one.kind == "gate"] == (["gate"] if kind == "highway" else [])
