"""Clamps: signals that a person holds at a value, to see what follows from it.

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from cells.core.cell import Cell
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.core.rule import Hold, no_hold

LARGEST = torch.finfo(torch.float32).max
Span = int | slice | Iterable[int] | None


@dataclass(frozen=True)
class Clamp:
    """A gate, candidate or state held at `value` in some units at some steps; what depends on it follows.

    signal: its name, as in the trace. units, steps: a number, a range, a slice, several numbers, or None for all, both
    counted from 0, steps in the order of the sequence. layer: the index in the list that `trace` returns, None for
    all of it. Where two clamps meet, the later one holds.
    """

    signal: str
    value: float
    units: Span = None
    steps: Span = None
    layer: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", reusable_span(self.units))
        object.__setattr__(self, "steps", reusable_span(self.steps))


def reusable_span(span: Span) -> Span:
    """Return a span that can be read again and again: what can be counted up is counted up."""
    return span if span is None or isinstance(span, int | slice | range) else tuple(span)


@dataclass(frozen=True)
class Held:
    """A clamp inside one layer's run: all units and steps that it holds."""

    signal: str
    value: float
    units: tuple[int, ...]
    steps: tuple[int, ...]


def held_in(clamps: Sequence[Clamp], cell: Cell, layer: int, steps: int, units: dict[str, int]) -> tuple[Held, ...]:
    """Return the clamps on the run at index `layer`, checked; units: signal -> how many it has.

    Raises InputError for a signal that the cell lacks, a value that is not finite, and steps or units outside the run.
    """
    held = []
    for clamp in clamps:
        check_signal(clamp, cell)
        if clamp.layer in (None, layer):
            at = indices(clamp, "unit", units[clamp.signal]), indices(clamp, "step", steps)
            held.append(Held(clamp.signal, clamp.value, *at))
    return tuple(held)


def check_signal(clamp: Clamp, cell: Cell) -> None:
    """Raise InputError for a clamp on a signal that the cell lacks, or at a value that is not finite."""
    names = [signal.name for signal in cell.shown]
    if clamp.signal not in names:
        raise InputError(
            N_("The clamp on “{signal}” finds no such signal: this cell has {signals}."),
            signal=shortened(clamp.signal),
            signals=", ".join(names),
        )
    if not abs(clamp.value) <= LARGEST:
        raise InputError(
            N_("The clamp on “{signal}” has the value {value}: it must be a finite number of single precision."),
            signal=clamp.signal,
            value=clamp.value,
        )


def check_layers(clamps: Sequence[Clamp], layers: int) -> None:
    """Raise InputError for a clamp on a layer that the trace does not have."""
    for clamp in clamps:
        if clamp.layer is not None and not 0 <= clamp.layer < layers:
            raise outside(clamp, "layer", clamp.layer, layers)


def indices(clamp: Clamp, axis: str, size: int) -> tuple[int, ...]:
    """Return the units or steps of a clamp, each inside the run. Raises InputError for one that is not."""
    span = clamp.units if axis == "unit" else clamp.steps
    if span is None:
        return tuple(range(size))
    if isinstance(span, slice):
        return tuple(range(*span.indices(size)))
    listed = (span,) if isinstance(span, int) else span if isinstance(span, range) else tuple(span)
    ends = (listed[0], listed[-1]) if isinstance(listed, range) and listed else listed  # it may be longer than any run
    for index in ends:
        if not 0 <= index < size:
            raise outside(clamp, axis, index, size)
    return tuple(listed)


TEMPLATES = {
    "unit": N_("The clamp on “{signal}” names unit {place}: this run has units 0 to {last}."),
    "step": N_("The clamp on “{signal}” names step {place}: this run has steps 0 to {last}, counted from 0."),
    "layer": N_("The clamp on “{signal}” names layer {place}: this run has layers 0 to {last}."),
}


def outside(clamp: Clamp, axis: str, index: int, size: int) -> InputError:
    """Return the error for a clamp that reaches out of the run."""
    return InputError(TEMPLATES[axis], signal=clamp.signal, place=index, last=size - 1)


class Holder:
    """A holder of a layer's signals at the values of its clamps; asked step by step, in the order of the sequence."""

    def __init__(self, held: Sequence[Held], units: dict[str, int], like: Tensor) -> None:
        self._held, self._units, self._like = held, units, like
        self._steps = [frozenset(clamp.steps) for clamp in held]
        self._hold = cache(self._hold_several)

    def at(self, step: int) -> Hold:
        """Return the hold at one step."""
        return self._hold(tuple(index for index, steps in enumerate(self._steps) if step in steps))

    def _hold_several(self, active: tuple[int, ...]) -> Hold:
        if not active:
            return no_hold
        masks: dict[str, Tensor] = {}
        values: dict[str, Tensor] = {}
        for clamp in (self._held[index] for index in active):
            size, units = self._units[clamp.signal], list(clamp.units)
            mask = masks.setdefault(clamp.signal, self._like.new_zeros(size, dtype=torch.bool))
            mask[units] = True
            values.setdefault(clamp.signal, self._like.new_zeros(size))[units] = clamp.value
        return lambda name, value: torch.where(masks[name], values[name], value) if name in masks else value
