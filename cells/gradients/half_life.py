"""Half-lives: the steps in which something that fades halves.

Axes: T time steps.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from cells.core.messages import N_, InputError
from cells.gradients.norms import Norms

STEADY = 1e-6  # a norm that changes by less than this power of two a step does not change, but by rounding


def half_life(norms: Norms | Tensor) -> float:
    """Return the steps in which a norm halves, from a norm at each of T steps, in the order in which they are passed.

    A straight line is fitted to their logarithms (least squares), from the first to the last before one is 0 or no
    number; infinite norms count by their logarithm where they are `Norms`. For f^t it is log 1/2 / log f. A norm that
    grows has a negative half-life, the steps in which it doubles; one that stays has an infinite one.

    A gradient goes backwards: turn it round with `norms.flip(0)`. Raises InputError for fewer than two norms of which
    one can speak.
    """
    logs = norms.log10 * math.log2(10) if isinstance(norms, Norms) else norms.double().log2()
    spoken = int(logs.isfinite().int().cummin(0).values.sum()) if len(logs) else 0
    if spoken < 2:
        raise InputError(
            N_("A half-life needs two norms or more that are neither 0 nor infinite; found: {count}."), count=spoken
        )
    steps = torch.arange(spoken, dtype=torch.float64)
    steps -= steps.mean()
    slope = float((steps * (logs[:spoken] - logs[:spoken].mean())).sum() / steps.square().sum())
    return math.inf if abs(slope) < STEADY else -1 / slope


def gate_half_life(bias: float) -> float:
    """Return the half-life of a memory whose keeping gate is always σ(bias): 1 step for 0, 2.21 for 1, 5.46 for 2."""
    log_gate = -math.log1p(math.exp(-bias)) if bias > -700 else bias
    return math.log(0.5) / log_gate if log_gate else math.inf
