"""Sequences made by a rule, each to show one thing that a memory can do.

Axes: T time steps, I input features.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from cells.core.messages import N_
from cells.core.readable import signed
from cells.core.sequence import Question, Sequence
from cells.core.settings import MAX_STEPS, Number, check_number
from cells.inputs.kind import SequenceKind

LENGTH = Number("length", N_("length"), 24, 8, MAX_STEPS, 1)
HOLD_LENGTH = Number("length", N_("length"), 100, 8, MAX_STEPS, 1)
SINE_LENGTH = Number("length", N_("length"), 48, 8, MAX_STEPS, 1)
PERIOD = Number("period", N_("period"), 16, 2, 200, 1)
SEED = Number("seed", N_("seed"), 0, 0, 9999, 1)
REPEATS = Number("n", N_("how many of each"), 10, 1, MAX_STEPS // 2, 1)

SIGNS = {-1: "−1", 0: "0", 1: "+1"}
WRITES = {-1: N_("write −1"), 1: N_("write +1")}


def pulse(length: int = 24) -> Sequence:
    """Make a sequence that writes +1, then −1, and holds each, while the value alternates: (T, 2), value and write.

    The value speaks against what is held at every second step; the write is 1 only where the memory should listen.
    """
    check_number(LENGTH, length)
    first, second = min(3, length // 4), int(0.6 * length)
    values = [0] * first + alternating(1, second - first) + alternating(-1, length - second)
    writes = {first, second}
    labels = tuple((WRITES if step in writes else SIGNS)[value] for step, value in enumerate(values))
    rows = [(value, int(step in writes)) for step, value in enumerate(values)]
    against = first + 1 + 2 * ((second - first) // 4)  # mid-hold: the value is -1 and the memory +1
    return Sequence(torch.tensor(rows, dtype=torch.float32), labels, (N_("value"), N_("write")), start=against)


def bit(length: int = 100) -> Sequence:
    """Make a sequence that writes +1 at step 0 and holds it while the value alternates: (T, 2), value and write.

    Opens half-way, at a step whose value speaks against what is held.
    """
    check_number(HOLD_LENGTH, length)
    values = alternating(1, length)
    labels = (WRITES[1], *(SIGNS[value] for value in values[1:]))
    rows = [(value, int(step == 0)) for step, value in enumerate(values)]
    return Sequence(torch.tensor(rows, dtype=torch.float32), labels, (N_("value"), N_("write")), start=length // 2 | 1)


def alternating(first: int, length: int) -> list[int]:
    """Return +1 and −1 in turn, beginning with `first`."""
    return [first if step % 2 == 0 else -first for step in range(length)]


def bits(length: int = 24, seed: int = 0) -> Sequence:
    """Draw random bits, 0 or 1 with equal chance, the same for the same seed: (T, 1)."""
    check_number(LENGTH, length)
    check_number(SEED, seed)
    drawn = torch.randint(0, 2, (length, 1), generator=torch.Generator().manual_seed(seed))
    labels = tuple(str(int(bit)) for bit in drawn)
    first_one = labels.index("1") if "1" in labels else 0  # where a parity first changes
    return Sequence(drawn.float(), labels, (N_("bit"),), start=first_one, question=PARITY)


def parity(values: Tensor) -> Tensor:
    """Tell after each step whether the ones among the bits (T, 1) are even (0) or odd (1) in number: (T)."""
    return values[:, 0].round().long().cumsum(0) % 2


PARITY = Question(N_("whether the number of ones so far is even or odd"), (N_("even"), N_("odd")), parity)


def anbn(n: int = 10) -> Sequence:
    """Return n times a, then n times b, one-hot: (2 n, 2).

    It opens at the first b, where a counter turns. Opens at the first b, where a counter turns.
    """
    check_number(REPEATS, n)
    values = torch.eye(2).repeat_interleave(n, dim=0)
    return Sequence(values, ("a",) * n + ("b",) * n, ("a", "b"), start=n, symbolic=True)


def sine(length: int = 48, period: int = 16) -> Sequence:
    """Return sin(2 π t / period): (T, 1)."""
    check_number(SINE_LENGTH, length)
    check_number(PERIOD, period)
    values = [math.sin(2 * math.pi * step / period) for step in range(length)]
    exact = torch.tensor(values, dtype=torch.float64).unsqueeze(1)
    return Sequence(exact.float(), tuple(map(signed, values)), (N_("value"),), exact=exact)


PULSE = SequenceKind("pulse", N_("write, then hold"), pulse, (LENGTH,))
BIT = SequenceKind("bit", N_("one bit, then hold"), bit, (HOLD_LENGTH,))
BITS = SequenceKind("bits", N_("random bits"), bits, (LENGTH, SEED))
ANBN = SequenceKind("anbn", N_("aⁿbⁿ"), anbn, (REPEATS,))
SINE = SequenceKind("sine", N_("sine"), sine, (SINE_LENGTH, PERIOD))
