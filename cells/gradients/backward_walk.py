"""A gradient's walk back through the steps of a run, with an exponent beside it.

Axes: T time steps, N some of them, I input features, H hidden units, S units of all that is carried from step to step,
A parts of a gradient that walk beside each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from cells.gradients.differentiable import DifferentiablePass
from cells.gradients.norms import multiplied, rescaled


@dataclass(frozen=True)
class BackwardWalk:
    """Gradients along a walk back; that at step t is to be multiplied by 2^exponents[t].

    arriving: (T, S), at what a step carries on, beside what it does in its own step. by: signal -> (T, ·). by_xs:
    (T, I). first: (S), to be multiplied by 2^first_exponent.
    """

    arriving: Tensor
    exponents: Tensor
    by: dict[str, Tensor]
    by_xs: Tensor
    first: Tensor
    first_exponent: int


def walk_backward(run: DifferentiablePass, direct: Tensor, most: int, powers: Tensor | None = None) -> BackwardWalk:
    """Carry the derivative by the outputs, (T, H), back, each part of it through at most `most` steps.

    powers: (T), where what is read at step t is direct[t] · 2^powers[t]; None for 0.
    """
    arriving, exponents = torch.zeros_like(run.before), torch.zeros(len(run), dtype=torch.long)
    read = direct.ne(0).any(1)  # NaN is not 0 either
    steps = int(read.nonzero().max()) + 1 if bool(read.any()) else 0
    states = run.joined(run.signals)
    walker = Walker(run, apart=most < len(run))
    for t in range(steps - 1, -1, -1):
        walker.drop(t + most)
        if bool(read[t]):
            walker.join(t, direct[t], 0 if powers is None else int(powers[t]))
        walker.mark(states[t].isnan())
        arriving[t], exponents[t] = walker.parts.sum(0), walker.exponent
        walker.pass_through(t)
    by, by_xs = derivatives_within(run, arriving, steps)
    return BackwardWalk(arriving, exponents, by, by_xs, walker.parts.sum(0), walker.exponent)


class Walker:
    """The gradient at one state: parts · 2^exponent, (A, S), each with the step that it was read at.

    apart: whether parts that were read at different steps stay apart, for not all of them go all the way.
    """

    def __init__(self, run: DifferentiablePass, *, apart: bool) -> None:
        self._run, self._apart = run, apart
        self._read_at: list[int] = []
        self.parts = run.before.new_zeros(0, run.before.shape[1])
        self.exponent = 0

    def drop(self, step: int) -> None:
        """Forget what was read at `step` or behind it."""
        if self._apart:
            stay = [index for index, read_at in enumerate(self._read_at) if read_at < step]
            self.parts, self._read_at = self.parts[stay], [self._read_at[index] for index in stay]

    def join(self, t: int, direct: Tensor, power: int) -> None:
        """Take in what is read at step t: (H), to be multiplied by 2^power."""
        own = self.parts.new_zeros(1, self.parts.shape[1])
        own[0, self._run.state_slices["hidden"]] = direct
        common = max(self.exponent, power) if bool(self.parts.any()) else power
        self.parts = multiplied(self.parts, torch.tensor(self.exponent - common))
        self.exponent, own = common, multiplied(own, torch.tensor(power - common))
        if self._apart:
            self.parts = torch.cat([self.parts, own])
            self._read_at.append(t)
        else:
            self.parts = self.parts.sum(0, keepdim=True) + own
        self._place()

    def mark(self, undefined: Tensor) -> None:
        """Make NaN what arrives at a state that is NaN, (S) truths; a relu would have a slope even there."""
        self.parts = self.parts.masked_fill(undefined & self.parts.ne(0), math.nan)

    def pass_through(self, t: int) -> None:
        """Go from the gradient at state t to that at state t − 1, through step t."""
        if not len(self.parts):
            return
        before = self._run.before[t].repeat(len(self.parts), 1).requires_grad_()
        with torch.enable_grad():
            after = self._run.joined(self._run.step(self._run.weights, self._run.xs[t : t + 1], before))
        (self.parts,) = torch.autograd.grad(after, before, self.parts)
        self._place()

    def _place(self) -> None:
        self.parts, grown = rescaled(self.parts)
        self.exponent += grown


def derivatives_within(run: DifferentiablePass, arriving: Tensor, steps: int) -> tuple[dict[str, Tensor], Tensor]:
    """Derive the gradient at every signal and at the input of the first `steps` steps, from that at what they carry."""
    xs = run.xs[:steps].clone().requires_grad_()
    nudges = {name: torch.zeros_like(values[:steps]).requires_grad_() for name, values in run.signals.items()}
    with torch.enable_grad():
        after = run.joined(run.step(run.weights, xs, run.before[:steps], nudges))
    by_xs, *by = torch.autograd.grad(after, (xs, *nudges.values()), arriving[:steps])
    return {name: padded(values, len(run)) for name, values in zip(nudges, by, strict=True)}, padded(by_xs, len(run))


def padded(values: Tensor, steps: int) -> Tensor:
    """Append zeros for the steps behind: (N, ·) -> (T, ·)."""
    return torch.cat([values, values.new_zeros(steps - len(values), *values.shape[1:])])
