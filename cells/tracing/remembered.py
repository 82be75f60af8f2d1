"""The step that a gated memory comes from, and how much is left of what it wrote.

Unrolled, a gated state is a sum: of what each step has written, times every keep since, and of the state at the start,
times every keep. Axes: T time steps in the order in which they are read, B batch, H hidden units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from cells.core.phrases import VISIBLE, WRITTEN

NOWHERE, START = -2, -1
NOTHING = -2000.0  # stands for log 0: times the largest number of float64 it is still 0


class Carried(NamedTuple):
    """The numbers that a gated memory is made of, each (T, B, H) in the order read.

    keep: the share of the memory that each step keeps of the one before. written: what it adds. state: the memory.
    imposed: whether a clamp holds the memory there; then all of it counts as written, and nothing as kept.
    """

    keep: Tensor
    written: Tensor
    state: Tensor
    imposed: Tensor


@dataclass(frozen=True)
class Remembered:
    """The summands of a gated memory, at every step: each (T, B, H), or as the trace is laid out.

    origin: the step whose writing is most of the memory, counted in the order read, -1 for the state at the start, -2
    where there is no such step: where all other summands together, whatever their signs, are more than half as large as
    the state, where state or summand are smaller than 0.005, and where less than 0.02 was written. left: the share of
    the largest summand that the gates have kept since it was written, 1 where it has just been written. largest: its
    size.
    """

    origin: Tensor
    left: Tensor
    largest: Tensor


def remembered(keep: Tensor, written: Tensor, state: Tensor, start: Tensor) -> Remembered:
    """Find where a memory comes from: keep, written, state (T, B, H), start (B, H), in any float dtype.

    In logarithms the summand of step s at step t is log|written_s| - L_s + L_t, where L sums log|keep|: the largest s
    is a running maximum, the same for every later t, and the sum of all is a running log-sum-exp. What is no number
    counts as 0.
    """
    keep, entries = keep.double().nan_to_num(), torch.cat([start.unsqueeze(0), written]).double().nan_to_num()
    since = keep.abs().log().clamp_min(NOTHING).cumsum(0)
    began = torch.cat([torch.zeros_like(since[:1]), since])
    sizes = entries.abs().log().clamp_min(NOTHING) - began
    best, steps = torch.cummax(sizes, dim=0)
    steps = steps[1:]
    largest = (best[1:] + since).exp()
    others = torch.logcumsumexp(sizes, dim=0)[1:].add(since).exp() - largest
    turned = torch.cat([torch.zeros_like(since[:1]), (keep < 0).double()]).cumsum(0)
    sign = 1 - 2 * ((turned[1:] - turned.gather(0, steps)) % 2)
    size = state.double().abs()
    told = (others <= size / 2) & (largest >= VISIBLE) & (size >= VISIBLE) & entries.abs().gather(0, steps).ge(WRITTEN)
    return Remembered(
        origin=torch.where(told, steps - 1, NOWHERE),
        left=sign * (since - began.gather(0, steps)).exp(),
        largest=largest,
    )
