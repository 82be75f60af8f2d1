"""Facts about one step of one unit: what a sentence says of it, as words for tools and numbers to check.

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from cells.core.cell import Cell
from cells.core.forward_pass import ALL_UNITS
from cells.core.phrases import code_of, sayings_of
from cells.tracing.layer_trace import LayerTrace


@dataclass(frozen=True)
class Fact:
    """One thing that is true of a step and unit.

    kind: a word, that of its `Saying`. signal: the one in whose colour it is said. text: an English template, a key of
    the catalogue. values: what fills its fields: `percent` as a share, `value` and `number` as they are, `step` from 0
    in the order read, -1 for the state at the start.
    """

    kind: str
    signal: str
    text: str
    values: Mapping[str, float]


def facts_of(cell: Cell, numbers: Mapping[str, float | Tensor]) -> list[Fact]:
    """Return what is true of one step and unit, in the order of the sentence; what says nothing is left out.

    numbers: of that step and unit alone, by the names that `step_numbers` gives them. So the sentence of a step that
    has not been run, such as one whose valve is being moved, follows from its numbers.
    """
    alone = {name: torch.as_tensor(value, dtype=torch.float64) for name, value in numbers.items()}
    sayings = sayings_of(cell.sentence, int(code_of(cell.sentence, alone)))
    return [
        Fact(saying.kind, phrase.signal, saying.text, {name: float(alone[of]) for name, of in saying.fields.items()})
        for phrase, saying in zip(cell.sentence, sayings, strict=True)
        if saying.text
    ]


def step_facts(layer: LayerTrace, step: int, unit: int) -> list[Fact]:
    """Return what is true of one step and unit of a trace without a batch, steps as the trace is laid out."""
    numbers = step_numbers(layer, slice(unit, unit + 1))
    return facts_of(layer.cell, {name: values[step, 0] for name, values in numbers.items()})


def step_numbers(layer: LayerTrace, units: slice = ALL_UNITS) -> dict[str, Tensor]:
    """Return every number that a sentence rests on, for some units of a trace without a batch: (T, units) each.

    Signals, flows and parts of sums by their names; `cell.before` a state one step ago; `cell.held` whether a clamp
    holds a signal; and of the memory `origin`, `left` and `largest` as `LayerTrace.remembered` gives them,
    `origin.held` whether a clamp held it there, and `step`, the step's own place in the order read. No projected LSTM:
    its states have different sizes.
    """
    numbers = {name: values[:, units] for name, values in {**layer, **layer.flows()}.items()}
    numbers |= {f"{gate}.{name}": part for gate, made in layer.parts(units).items() for name, part in made.items()}
    numbers |= {f"{state}.before": layer.before(state)[:, units] for state in layer.cell.states}
    numbers |= {f"{signal}.held": layer.held_at(signal)[:, units] for signal in layer}
    return numbers | memory_numbers(layer, units)


def memory_numbers(layer: LayerTrace, units: slice = ALL_UNITS) -> dict[str, Tensor]:
    """Return where the memory of some units comes from: `origin`, `left`, `largest`, `origin.held` and `step`."""
    memory = layer.remembered()
    if memory is None or layer.cell.memory is None:
        return {}
    origin, step = memory.origin[:, units], layer.steps_read().unsqueeze(1).expand(-1, memory.origin[:, units].shape[1])
    held = layer.held_at(layer.cell.memory.state)[:, units]
    place = torch.empty_like(step[:, 0]).scatter_(0, step[:, 0], torch.arange(len(step)))  # of each step read
    return {
        "origin": origin,
        "left": memory.left[:, units],
        "largest": memory.largest[:, units],
        "origin.held": held.gather(0, place[origin.clamp_min(0)]),
        "step": step,
    }
