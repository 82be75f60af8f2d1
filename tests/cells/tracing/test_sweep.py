"""A sweep gives bit for bit what a trace gives with the clamp at that value: each cell, each of its valves' gates.

Axes: V values, T time steps, H hidden units.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from cells import CELLS, Clamp, LayerTrace, trace
from cells.core.stepwise import Recurrent
from cells.tracing.sweep import GATE_VALUES, Sweep, Swept, with_value
from tests.cells.cases import Case, T
from tests.checking.sampling import rare

# Each family that has valves, a variant that carries its gates, and one whose gate acts before the product.
VALVED = ("lstm", "gru", "lstm-full-gate-recurrence", "mgu")
UNIT = 2
SOME_VALUES = GATE_VALUES[::32]
VALVES = [
    pytest.param(key, gate, marks=() if key in VALVED else pytest.mark.exhaustive)
    for key, cell in CELLS.items()
    for gate in dict.fromkeys(valve.box for valve in cell.drawing.valves)
]
each_valve = pytest.mark.parametrize(("cell", "gate"), VALVES)


def swept_at(
    module: Recurrent, xs: torch.Tensor, index: int, step: int, clamps: tuple[Clamp, ...], place: int
) -> tuple[Swept, list[LayerTrace]]:
    """Sweep the clamp in `place`; beside it the trace of the layer with that clamp at each value, as it reads."""
    layer = trace(module, xs, clamp=clamps)[index]
    swept = Sweep(module, xs, None, layer, index, step).at(clamps, place, SOME_VALUES)
    return swept, [trace(module, xs, clamp=with_value(clamps, place, value))[index].as_read() for value in SOME_VALUES]


def are_the_same(swept: Swept, runs: list[LayerTrace], step: int) -> None:
    """Expect every signal of all units to be the same bits, and all other numbers of a unit within rounding."""
    numbers = swept.numbers(UNIT)
    for value, run in enumerate(runs):
        for name in run:
            assert torch.equal(swept.rows[name][-1, value], run[name][step]), name
            assert numbers[name][value] == run[name][step, UNIT]
        own = slice(UNIT, UNIT + 1)
        others = {
            f"{gate}.{name}": part[step, 0] for gate, made in run.parts(own).items() for name, part in made.items()
        }
        others |= {name: flow[step, UNIT] for name, flow in run.flows().items()}
        others |= {f"{name}.before": run.before(name)[step, UNIT] for name in run.cell.states}
        others |= {f"{name}.before": run[name][step - 1, UNIT] for name in run if step}
        for name, number in others.items():
            assert_close(numbers[name][value], number, rtol=1e-5, atol=1e-6, msg=name)
        origin = run.origin()
        assert {*run, *others} <= set(numbers)
        assert ("origin" in numbers) == (origin is not None)
        if origin is not None:
            assert numbers["origin"][value] == origin[step, UNIT]


@each_valve
@pytest.mark.parametrize("step", [0, rare(1), 4, rare(T - 1)])
def test_a_valve_that_holds_one_unit_at_one_step(cell: str, gate: str, step: int) -> None:
    case = Case(cell, batched=False, given_state=False)
    module, xs = case.module(), case.sequence()
    are_the_same(*swept_at(module, xs, 0, step, (Clamp(gate, 0.5, UNIT, step),), 0), step)


@each_valve
@pytest.mark.parametrize("layer", [None, rare(1), 3])
def test_a_clamp_that_stands_among_others_in_a_stack_of_both_directions(
    cell: str, gate: str, layer: int | None
) -> None:
    case = Case(cell, layers=2, bidirectional=True, batched=False, given_state=False, dtype=torch.float64)
    module, xs = case.module(), case.sequence()
    others = Clamp("hidden", 0.3, 0, 2), Clamp("hidden", -0.2, 1, range(3), layer)
    clamps = (others[0], Clamp(gate, 0.25, None, range(1, T - 1), layer), others[1])
    for index in (1, 3) if layer is None else (layer,):
        for step in (2, 4):
            are_the_same(*swept_at(module, xs, index, step, clamps, 1), step)


def test_what_a_sweep_costs() -> None:
    case = Case("lstm", layers=2, batched=False, given_state=False)
    module, xs = case.module(), case.sequence()
    clamps = Clamp("forget", 0.5, steps=range(2, 5)), Clamp("forget", 0.5, steps=range(2, 5), layer=1)
    upper = Sweep(module, xs, None, trace(module, xs, clamp=clamps)[1], 1, 4)
    assert upper.cost(clamps, 1, 65) == 65 * 3, "from the first step held to this one"
    assert upper.cost(clamps, 0, 65) == 65 * 2 * T, "what it reads follows too"
    lower = replace(upper, trace=trace(module, xs, clamp=clamps)[0], index=0)
    assert lower.cost(clamps, 0, 65) == 65 * 3
    with pytest.raises(ValueError, match="does not hold step 6"):
        replace(lower, step=6).at(clamps, 0, [0.5])


def test_the_values_of_a_valve_go_from_shut_to_open_and_mirror_each_other() -> None:
    assert (GATE_VALUES[0], GATE_VALUES[-1], len(GATE_VALUES)) == (0.0, 1.0, 65)
    assert sorted(set(GATE_VALUES)) == list(GATE_VALUES)
    assert [round(1 - value, 2) for value in reversed(GATE_VALUES)] == list(GATE_VALUES)
