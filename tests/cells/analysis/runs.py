"""Runs to say sentences of: any cell, weights, sequence, clamps and changed input, as plain numbers for a test.

T time steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

from cells import CELLS, Clamp, LayerTrace, trace
from cells.inputs.edit import Edit, edited
from cells.modules.blank import blank_module
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS

READ: dict[str, dict[str, Any]] = {
    "pulse": {"length": 16},
    "bit": {"length": 12},
    "text": {"text": "hello"},
    "bits": {"length": 14},
    "anbn": {"n": 5},
}
CLAMPED_AT = (0.0, 1.0, 0.5, -0.5, 2.0, 1e-3, -1.0)
STATES = ("none", "some", "endless")
WHOLE_SYMBOL = {"text": "e", "anbn": "b", "pulse": "0.5/1", "bit": "-1/0", "bits": "1"}


@dataclass(frozen=True)
class Run:
    """One run, clamped and changed or not: its trace, the clamps on it, and what it starts from."""

    cell: str
    layer: LayerTrace
    clamps: tuple[Clamp, ...] = ()

    @cached_property
    def series(self) -> dict[str, list[list[float]]]:
        """Every signal and flow as lists: name -> step -> unit."""
        return {name: values.double().tolist() for name, values in {**self.layer, **self.layer.flows()}.items()}

    def number(self, name: str, step: int, unit: int) -> float:
        """Return a signal or a flow; of a state, step -1 is what it starts from."""
        return float(self.layer.initial[name][unit]) if step < 0 else self.series[name][step][unit]

    def clamped(self, signal: str, step: int, unit: int) -> float | None:
        """Return the value at which a clamp holds a signal, or None."""
        holding = [clamp for clamp in self.clamps if clamp.signal == signal and within(clamp, step, unit)]
        return holding[-1].value if holding else None


def within(clamp: Clamp, step: int, unit: int) -> bool:
    """Tell whether a clamp on a range of steps and one unit, or all, holds there."""
    return (clamp.steps is None or step in clamp.steps) and clamp.units in (None, unit)  # type: ignore[operator]


def run_of(
    cell: str,
    read: str = "pulse",
    weights: str = "random",
    clamps: tuple[Clamp, ...] = (),
    edits: tuple[Edit, ...] = (),
    state: str = "none",
    **settings: float,
) -> Run:
    """Make a run; weights "zero" are all 0. state: of STATES, what it starts from."""
    sequence = edited(SEQUENCES[read].make(**READ[read]), edits)
    features = sequence.values.shape[1]
    module = blank_module(cell, features, 2) if weights == "zero" else WEIGHTS[weights].make(cell, features, **settings)
    (layer,) = trace(module.double(), sequence.values.double(), start(cell, module.hidden_size, state), clamp=clamps)
    return Run(cell, layer, clamps)


def start(cell: str, units: int, state: str) -> Tensor | tuple[Tensor, ...] | None:
    """Return what a run starts from."""
    if state == "none":
        return None
    made = {
        "hidden": torch.linspace(-0.9, 0.8, units, dtype=torch.float64).unsqueeze(0),
        "cell": torch.linspace(1.5, -1.0, units, dtype=torch.float64).unsqueeze(0),
    }
    if state == "endless":
        made["hidden"][0, 0] = torch.inf
    states = tuple(made[name] for name in ("hidden", "cell") if name in CELLS[cell].states)
    return states if len(states) > 1 else states[0]


@st.composite
def clamps_on(draw: st.DrawFn, cell: str) -> Clamp:
    """Draw a clamp on any signal of a cell, over some steps of any of the sequences above, in one unit or all."""
    first = draw(st.integers(0, 4))
    steps = draw(st.sampled_from([None, range(first, first + 1), range(first, 5)]))
    signal = draw(st.sampled_from([signal.name for signal in CELLS[cell].shown]))
    return Clamp(signal, draw(st.sampled_from(CLAMPED_AT)), draw(st.sampled_from([None, 0])), steps)


@st.composite
def changes_of(draw: st.DrawFn, cell: str, read: str) -> tuple[tuple[Clamp, ...], tuple[Edit, ...]]:
    """Draw up to two clamps and a changed input."""
    clamps = tuple(draw(st.lists(clamps_on(cell), max_size=2)))
    edits = tuple(draw(st.lists(st.builds(Edit, st.integers(0, 4), st.just(WHOLE_SYMBOL[read])), max_size=1)))
    return clamps, edits


@st.composite
def random_settings(draw: st.DrawFn) -> dict[str, float]:
    """Draw settings of random weights, from dead to chaotic."""
    return {
        "units": draw(st.integers(1, 3)),
        "seed": draw(st.integers(0, 999)),
        "gain": draw(st.sampled_from([0.0, 0.5, 1.0, 3.0])),
        "forget_bias": draw(st.sampled_from([-6.0, 0.0, 2.0, 6.0])),
    }


@st.composite
def runs(draw: st.DrawFn, cell: str) -> Run:
    """Draw any run of a cell."""
    read = draw(st.sampled_from([*READ]))
    fitting = [key for key in ("latch", "counter", "parity") if WEIGHTS[key].fits(cell, read)]
    weights = draw(st.sampled_from(["random", "random", "zero", *fitting, *fitting]))
    settings = draw(random_settings()) if weights == "random" else {}
    clamps, edits = draw(changes_of(cell, read))
    return run_of(cell, read, weights, clamps, edits, draw(st.sampled_from(STATES)), **settings)
