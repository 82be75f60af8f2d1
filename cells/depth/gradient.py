"""The gradient of a loss followed back through the units of a stack: what of it is left at each.

Axes: B examples of a batch, N units.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from cells.core.messages import N_, InputError
from cells.depth.batches import check_batch
from cells.depth.deep import OUT, Recorder, parts_of, trace_part
from cells.depth.stack import Stack

VANISHED, EXPLODED = 1e-2, 1e2  # of the gradient at the last unit: by more than a hundredth or a hundredfold
VANISHING, EXPLODING, NEITHER, NOTHING = "vanishing", "exploding", "neither", "nothing"

DepthLoss = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class DepthGradient:
    """The gradient of one loss at the input of the first unit and at the output of each.

    loss: its value. norms: N + 1 Euclidean norms of the derivative by all numbers there of the whole batch, along every
    path by which they act: first what the first unit reads, then the outputs in order. In a dense stack the outputs
    have the more channels the deeper they are, and the norm is that of all of them.
    """

    loss: float
    norms: tuple[float, ...]

    @property
    def log10(self) -> tuple[float, ...]:
        """The norms as powers of ten, −∞ for 0."""
        return tuple(log10_of(norm) for norm in self.norms)

    @property
    def left(self) -> float:
        """The share of the gradient at the last unit's output that is left at the input of the first."""
        return self.norms[0] / self.norms[-1] if self.norms[-1] else math.nan

    @property
    def tendency(self) -> str:
        """The word for `left`: VANISHING below a hundredth, EXPLODING above a hundred, else NEITHER.

        NOTHING where no gradient reaches the last unit, or one that is no number.
        """
        if not 0 < self.norms[-1] < math.inf or math.isnan(self.left):
            return NOTHING
        if self.left < VANISHED:
            return VANISHING
        return EXPLODING if self.left > EXPLODED else NEITHER


def log10_of(norm: float) -> float:
    """Return a norm as a power of ten, −∞ for 0; what is not finite stays so."""
    return math.log10(norm) if norm else -math.inf


def right_digits(digits: Tensor) -> DepthLoss:
    """Return the loss of a stack that learns which class each example is: the mean cross-entropy; digits: (B)."""
    return lambda scores: cross_entropy(scores, digits)


@torch.inference_mode(False)  # nothing can be derived in inference mode
def depth_gradient(stack: Stack, x: Tensor, loss: DepthLoss) -> DepthGradient:
    """Follow the gradient of a loss back through every unit of a stack, in double precision; the stack stays as it is.

    x: (B, I, ...). loss: a function of the stack's scores, (B, O), or of what its last unit gives where it has no
    readout, (B, C, ...), that gives one number. Batch normalisations work as their `training` says.
    Raises what `deep` raises, TypeError for what is no Stack, and InputError for a loss that is not one number made of
    what it is given.
    """
    if not isinstance(stack, Stack):
        raise TypeError(f"depth_gradient takes a Stack, not {type(stack).__name__}")
    check_batch(x, stack)
    double = deepcopy(stack).double().requires_grad_(False)
    with torch.enable_grad():
        outputs = [double.read_in(x.detach().double()).detach().requires_grad_()]
        for name, unit in parts_of(double):
            outputs.append(trace_part(name, unit, outputs[-1])[OUT])
        value = checked_loss(loss(double.read_out(outputs[-1], Recorder())))
        by_outputs = torch.autograd.grad(value, outputs, materialize_grads=True)
    return DepthGradient(value.item(), tuple(one.norm().item() for one in by_outputs))


def checked_loss(value: Tensor) -> Tensor:
    """Return a loss. Raises InputError unless it is one number from which a derivative can be taken."""
    if not isinstance(value, Tensor) or value.numel() != 1:
        got = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
        raise InputError(N_("A loss is one number, a tensor, not {got}."), got=got)
    if not value.requires_grad or not value.is_floating_point():
        raise InputError(N_("The loss does not follow from what the stack gives: nothing can be derived."))
    return value
