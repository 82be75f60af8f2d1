"""The sizes of units and stacks: what they may be, what is said of others, and how many parameters follow."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator, nn

from cells import InputError, PlainUnit, Plan, ResidualUnit, Stack, deep
from cells.depth.stack import checked_plan
from cells.depth.units import UNITS
from tests.cells.depth.made import batch, stack_of

LIMITS = {
    "depth": (1, 50),
    "channels": (1, 32),
    "growth": (1, 16),
    "kernel": (1, 9),
    "wider": (1, 32),
    "inputs": (1, 4096),
    "outputs": (0, 4096),
    "dimensions": (1, 2),
}
NO_WHOLE = {"True": True, "3.0": 3.0, "'4'": "4", "nan": math.nan, "inf": math.inf, "[3]": [3]}


@pytest.mark.parametrize("name", LIMITS)
def test_every_size_has_limits_and_they_are_told(name: str) -> None:
    low, high = LIMITS[name]
    for value in (low, high):
        assert checked_plan(Plan("residual", **{name: value}))  # type: ignore[arg-type]
    bad: dict[str, Any] = {str(value): value for value in (low - 1, high + 1, -(10**30))} | NO_WHOLE
    for written, value in bad.items():
        told = re.escape(f"{name} must be a whole number from {low} to {high}, not {written}.")
        with pytest.raises(InputError, match=told):
            Stack(replace(Plan("residual"), **{name: value}))
    if name != "wider":
        with pytest.raises(InputError, match=f"{name} must be a whole number from {low} to {high}, not None"):
            checked_plan(replace(Plan("residual"), **{name: None}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kernel": 4}, "A kernel has an odd size, so that it has a middle, not 4."),
        ({"norm": 1}, "norm must be True or False, not 1."),
        ({"shortcut": "yes"}, "shortcut must be True or False, not 'yes'."),
        ({"kind": "resnet"}, "There is no unit resnet; there are plain, residual, dense, highway."),
        ({"kind": ["plain"]}, "There is no unit ['plain']; there are"),
        ({"kind": None}, "There is no unit None; there are"),
    ],
)
def test_other_choices_are_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        Stack(replace(Plan("plain"), **changes))


def test_a_stack_is_made_of_a_plan() -> None:
    with pytest.raises(TypeError, match="made of a Plan, not of str"):
        Stack("residual")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"read": 0}, "read must be a whole number from 1 to 4096, not 0"),
        ({"written": "8"}, "written must be a whole number from 1 to 4096, not '8'"),
        ({"dimensions": 3}, "dimensions must be a whole number from 1 to 2, not 3"),
        ({"kernel": 2}, "A kernel has an odd size, so that it has a middle, not 2"),
        ({"kernel": True}, "kernel must be a whole number from 1 to 255, not True"),
        ({"norm": None}, "norm must be True or False, not None"),
    ],
)
def test_a_units_sizes_are_told_too(kind: str, sizes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        UNITS[kind](**{"read": 2, "written": 2, **sizes})


def test_whole_numbers_of_other_kinds_will_do() -> None:
    stack = Stack(Plan("residual", depth=np.int64(2), channels=np.int32(3), kernel=np.int8(3)))  # type: ignore[arg-type]
    assert len(deep(stack.eval(), torch.zeros(1, 1, 4, 4)).units) == 2


@pytest.mark.parametrize("kind", UNITS)
def test_the_deepest_runs_and_the_shallowest(kind: str) -> None:
    for depth, growth in (1, 1), (50, 16):
        stack = Stack(Plan(kind, depth=depth, growth=growth, channels=2)).eval()
        trace = deep(stack, batch(dtype=torch.float32)[:1, :1])
        assert len(trace.units) == depth
        assert trace.out.shape[1] == stack.channels_out == (2 + depth * growth if kind == "dense" else 2)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("kind", UNITS)
def test_a_stack_has_as_many_parameters_as_its_plan_says(kind: str, *, norm: bool) -> None:
    n, c, k, inputs, outputs, places = 6, 4, 3, 2, 5, 9
    read = [c + k * index if kind == "dense" else c for index in range(n)]
    bias = 0 if norm else 1
    a_unit = {
        "plain": lambda r: c * (r * places + bias) + 2 * c * norm,
        "residual": lambda r: 2 * c * (r * places + bias) + 4 * c * norm,
        "dense": lambda r: k * (r * places + bias) + 2 * r * norm,
        "highway": lambda r: c * (r * places + bias) + c * (r * places + 1) + 2 * c * norm,
    }[kind]
    last = c + k * n if kind == "dense" else c
    last_norm = 2 * last * norm if kind in ("residual", "dense") else 0
    expected = c * (inputs * places + 1) + sum(map(a_unit, read)) + last_norm + outputs * (last + 1)
    stack = Stack(Plan(kind, depth=n, channels=c, growth=k, inputs=inputs, outputs=outputs, norm=norm))
    assert sum(weight.numel() for weight in stack.parameters()) == expected


@pytest.mark.parametrize("kind", ["plain", "residual", "highway"])
@pytest.mark.parametrize(("depth", "at"), [(1, 0), (2, 1), (5, 2)])
def test_a_stack_widens_in_the_middle(kind: str, depth: int, at: int) -> None:
    plan = Plan(kind, depth=depth, channels=3, wider=4, shortcut=True)
    units = list(Stack(plan).units)
    assert plan.widens_at == at
    assert [unit.written for unit in units] == [3] * at + [4] * (depth - at)
    assert [unit.has_shortcut for unit in units] == [index == at for index in range(depth)]
    assert Plan(kind, channels=3, wider=3).widens_at is Plan("dense", wider=9).widens_at is None


def test_weights_are_drawn_as_they_are_named() -> None:
    stack = stack_of("highway", channels=32, inputs=32, depth=2)
    drawn = stack.draw(Generator().manual_seed(0), "he", keep_bias=2.0)
    assert drawn is stack
    unit: Any = stack.units[0]
    assert unit.conv.weight.std().item() == pytest.approx(math.sqrt(2 / (32 * 9)), rel=0.03)
    assert unit.gate.bias.tolist() == [-2.0] * 32
    assert not any(stack.get_parameter("stem.bias"))
    assert unit.norm.weight.tolist() == unit.norm.running_var.tolist() == [1.0] * 32
    assert not any(unit.norm.running_mean)
    assert not unit.norm.num_batches_tracked
    again = stack_of("highway", channels=32, inputs=32, depth=2).draw(Generator().manual_seed(0), "he", keep_bias=2.0)
    assert all(torch.equal(one, other) for one, other in zip(stack.parameters(), again.parameters(), strict=True))
    bound = 1 / math.sqrt(32 * 9)
    stack.draw(Generator().manual_seed(0))
    for layer in (stack.stem, unit.conv):
        assert 0.98 * bound < layer.weight.abs().max() <= bound
        assert layer.weight.mean().abs() < bound / 20
    with pytest.raises(InputError, match=r"Weights cannot be drawn by “xavier”; there are torch, he\."):
        stack.draw(Generator(), "xavier")


def test_units_stand_in_any_sequence_and_are_saved_like_any_module() -> None:
    unit = ResidualUnit(2, 2, dimensions=1)
    copy = nn.Sequential(unit, PlainUnit(2, 3, dimensions=1))
    again = nn.Sequential(ResidualUnit(2, 2, dimensions=1), PlainUnit(2, 3, dimensions=1))
    again.load_state_dict(copy.state_dict())
    x = batch(1, dtype=torch.float32)
    assert torch.equal(copy.eval()(x), again.eval()(x))
