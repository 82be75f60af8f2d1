"""Consequences of a clamp or a changed input: one run against the other, unit by unit.

Axes: T time steps in the order in which they are read, H hidden units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from cells.tracing.layer_trace import LayerTrace

VISIBLE = 0.005  # a smaller difference does not show in two decimals

Kind = Literal["nothing", "longer", "shorter", "end", "passing"]


@dataclass(frozen=True)
class Consequence:
    """A change in one unit.

    kind: `longer` or `shorter`, the memory of step `step` survives `steps` steps more or less than before (`to_end`:
    in the longer run to the end of the sequence); `end`, the hidden state ends at `now` and not at `before`; `passing`,
    it differs most at `step` and ends as before; `nothing`, it does not differ visibly. Steps count from 0.
    """

    kind: Kind
    step: int = -1
    steps: int = 0
    to_end: bool = False
    before: float = 0.0
    now: float = 0.0


def consequences(now: LayerTrace, before: LayerTrace) -> list[Consequence]:
    """Return for each hidden unit what differs between a run and the original, both unbatched and of one length."""
    first_step = first_difference(now, before)
    survived = survivals(now, before, first_step)
    return [
        consequence_of_unit(unit, now["hidden"], before["hidden"], survived, first_step)
        for unit in range(now["hidden"].shape[-1])
    ]


def consequence_of_unit(
    unit: int, now: Tensor, before: Tensor, survived: tuple[Tensor, Tensor] | None, first_step: int
) -> Consequence:
    """Return the most telling consequence for one unit; now, before: hidden states (T, H)."""
    if survived is not None:
        longer, former = int(survived[0][unit]), int(survived[1][unit])
        to_end = max(longer, former) == len(now) - first_step
        if longer != former:
            return Consequence("longer" if longer > former else "shorter", first_step - 1, abs(longer - former), to_end)
    same = now[:, unit] == before[:, unit]  # of two that have overflowed the difference would be no number
    difference = (now[:, unit] - before[:, unit]).abs().nan_to_num(nan=math.inf).masked_fill(same, 0)
    step = int(difference.argmax())
    if not difference[step] >= VISIBLE:
        return Consequence("nothing")
    if difference[-1] >= VISIBLE:
        return Consequence("end", len(now) - 1, before=float(before[-1, unit]), now=float(now[-1, unit]))
    return Consequence("passing", step, before=float(before[step, unit]), now=float(now[step, unit]))


def first_difference(now: LayerTrace, before: LayerTrace) -> int:
    """Return the first step at which any signal differs; T where none does."""
    differs = torch.stack([(now[name] != before[name]).flatten(1).any(1) for name in now]).any(0)
    return int(differs.int().argmax()) if bool(differs.any()) else len(differs)


def survivals(now: LayerTrace, before: LayerTrace, first_step: int) -> tuple[Tensor, Tensor] | None:
    """Count the steps from step `first` on that keep at least half of the memory there was before: both runs, (H).

    None for a cell without gates, for one whose memory has not as many units as its hidden state, and where nothing
    differs.
    """
    kept, formerly = now.kept(), before.kept()
    if kept is None or formerly is None or kept.shape != now["hidden"].shape or first_step >= len(kept):
        return None
    return survival(kept[first_step:]), survival(formerly[first_step:])


def survival(kept: Tensor) -> Tensor:
    """Count the steps in a row that leave at least half of each unit's state: (T, H) shares kept -> (H) integers."""
    return (kept.cumprod(0) >= 0.5).int().cummin(0).values.sum(0)
