"""Consequences of a clamp or a changed input: one run against the other, unit by unit.

Axes: T time steps in the order in which they are read, H hidden units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from cells.analysis.remains import memory_signal
from cells.core.phrases import WRITTEN
from cells.tracing.layer_trace import LayerTrace
from cells.tracing.remembered import NOWHERE, START

DIFFERENT = 0.01  # two numbers that are so far apart are never the same in two decimals

Kind = Literal["nothing", "inside", "longer", "shorter", "end", "passing", "beyond", "bounded"]


@dataclass(frozen=True)
class Survival:
    """The fate of what a unit remembered where two runs part, told of one of them.

    It survives a step if it is most of the memory there, as `LayerTrace.remembered` has it: so long a step's sentence
    says how much of it is held. steps: how many in a row it survives. to_end: whether these are all there are.
    """

    steps: int
    to_end: bool


@dataclass(frozen=True)
class Consequence:
    """A change in one unit.

    kind: `longer` or `shorter`, what the unit remembered where the runs part survives `steps` steps more or less than
    before (to_end: in the longer run to the end of the sequence); that is what step `origin` wrote, what the memory
    began with (-1), or what several steps have left (-2), and the runs part after step `step`. `end`: the hidden state
    ends at `now` and not at `before`. `passing`: it differs most at `step`, and ends as before. `beyond`: from `step`
    on it is no finite number, which it was before; `bounded`: the other way round. `inside`: the hidden state does not
    differ visibly, but another signal does; `nothing`: none does. Steps count from 0.
    """

    kind: Kind
    step: int = -1
    steps: int = 0
    to_end: bool = False
    before: float = 0.0
    now: float = 0.0
    origin: int = NOWHERE


def consequences(now: LayerTrace, before: LayerTrace) -> list[Consequence]:
    """Return for each hidden unit what differs between a run and the original, both unbatched and of one length."""
    first = first_difference(now, before)
    fates = memory_fates(now, before, first)
    return [
        (fates[unit] if fates else None) or consequence_of_hidden(unit, now, before)
        for unit in range(now["hidden"].shape[-1])
    ]


def consequence_of_hidden(unit: int, now: LayerTrace, before: LayerTrace) -> Consequence:
    """Return what becomes of one unit's hidden state, or that it stays as it is."""
    ours, theirs = now["hidden"][:, unit], before["hidden"][:, unit]
    ours_end, theirs_end = first_endless(ours), first_endless(theirs)
    if ours_end != theirs_end:
        return Consequence("beyond", ours_end) if ours_end < theirs_end else Consequence("bounded", theirs_end)
    apart = difference(ours, theirs)
    step = int(apart.argmax())
    if apart[step] < DIFFERENT:
        other = [now[name][:, unit] for name in now if now[name].shape == now["hidden"].shape]
        same = [before[name][:, unit] for name in now if now[name].shape == now["hidden"].shape]
        differs = any(bool((difference(*pair) >= DIFFERENT).any()) for pair in zip(other, same, strict=True))
        return Consequence("inside" if differs else "nothing")
    kind: Kind = "end" if apart[-1] >= DIFFERENT else "passing"
    told = len(ours) - 1 if kind == "end" else step
    return Consequence(kind, told, before=float(theirs[told]), now=float(ours[told]))


def first_endless(values: Tensor) -> int:
    """Return the first of (T) values that is not finite; T where there is none."""
    endless = values.isfinite().logical_not()
    return int(endless.int().argmax()) if bool(endless.any()) else len(values)


def difference(now: Tensor, before: Tensor) -> Tensor:
    """Return how far two runs are apart, (T): 0 where both are the same, or no finite number."""
    return (now - before).abs().nan_to_num(nan=0, posinf=0).masked_fill(now == before, 0)


def first_difference(now: LayerTrace, before: LayerTrace) -> int:
    """Return the first step at which any signal differs; T where none does."""
    differs = torch.stack([(now[name] != before[name]).flatten(1).any(1) for name in now]).any(0)
    return int(differs.int().argmax()) if bool(differs.any()) else len(differs)


def memory_fates(now: LayerTrace, before: LayerTrace, first: int) -> list[Consequence | None] | None:
    """Return for each unit how much longer or shorter its memory at the step before `first` survives.

    None for a unit without such a change; None altogether for a cell without gates, for one whose memory has not as
    many units as its hidden state, and where nothing differs.
    """
    signal = memory_signal(before)
    if now.cell.memory is None or before[signal].shape != before["hidden"].shape or first >= len(before[signal]):
        return None
    start = before[signal][first - 1] if first else before.initial[signal]
    origin = before.origin()
    assert origin is not None
    origins = origin[first - 1] if first else torch.full_like(origin[0], START)
    survived = zip(survivals(now, first), survivals(before, first), strict=True)
    return [
        fate(longer, former, first, int(origins[unit])) if start[unit].abs() >= WRITTEN else None
        for unit, (longer, former) in enumerate(survived)
    ]


def fate(now: Survival, before: Survival, first: int, origin: int) -> Consequence | None:
    """Return the consequence for one unit's memory, or None where it survives as long as before."""
    if now.steps == before.steps:
        return None
    kind: Kind = "longer" if now.steps > before.steps else "shorter"
    to_end = now.to_end or before.to_end
    return Consequence(kind, first - 1, abs(now.steps - before.steps), to_end, origin=origin)


def survivals(layer: LayerTrace, first: int) -> list[Survival]:
    """Return for each unit how long what it holds before step `first` survives from there on."""
    memory = layer.remembered(since=first)
    assert memory is not None
    there = memory.origin == START
    steps = there.int().cummin(0).values.sum(0).tolist()
    return [Survival(count, count == len(there)) for count in steps]
