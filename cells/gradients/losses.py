"""Losses at which a gradient starts, and their derivatives by every output.

Axes: T time steps, H units of the hidden state (P where an LSTM projects it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from cells.core.messages import N_, InputError

Loss = Callable[[Tensor], Tensor] | int


@dataclass(frozen=True)
class ReadAt:
    """A loss that reads the hidden state at one step, counted from 0.

    unit: the loss is that unit's value; None: the sum of the squares of all units. Called with the outputs, (T, H), it
    raises InputError for a step or unit that is not there.
    """

    step: int
    unit: int | None = None

    def __call__(self, outputs: Tensor) -> Tensor:
        """Return the loss, of (T, H)."""
        steps, units = outputs.shape
        if not 0 <= self.step < steps:
            raise InputError(
                N_("The loss reads step {place}: this run has steps 0 to {last}, counted from 0."),
                place=self.step,
                last=steps - 1,
            )
        if self.unit is None:
            return outputs[self.step].square().sum()
        if not 0 <= self.unit < units:
            raise InputError(
                N_("The loss reads unit {place}: this run has units 0 to {last}."), place=self.unit, last=units - 1
            )
        return outputs[self.step, self.unit]


@dataclass(frozen=True)
class ReadEnds:
    """A loss that reads the states in which the two directions end, as what answers at the end of a sequence does.

    Called with the outputs of both side by side, (T, 2 H): the sum of the squares of the forward one's at the last step
    and of the backward one's at the first. unit: the value of one of these 2 H alone.
    """

    unit: int | None = None

    def __call__(self, outputs: Tensor) -> Tensor:
        """Return the loss, of (T, 2 H)."""
        units = outputs.shape[1] // 2
        ends = torch.cat([outputs[-1, :units], outputs[0, units:]]).unsqueeze(0)
        return ReadAt(0, self.unit)(ends)


def loss_and_slope(loss: Loss, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Return the loss, a number, and its derivative with respect to every output, (T, H), each read by itself.

    Raises InputError where `loss` does not give one number, or one that does not depend on the outputs.
    """
    read = loss if callable(loss) else ReadAt(loss)
    outputs = hidden.detach().clone().requires_grad_()
    with torch.enable_grad():
        value = read(outputs)
        if not isinstance(value, Tensor) or value.numel() != 1:
            raise InputError(
                N_("The loss must give one number, a tensor: it gave {got}."),
                got=f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__,
            )
        by = torch.autograd.grad(value.reshape(()), outputs, allow_unused=True)[0] if value.requires_grad else None
    if by is None:
        raise InputError(N_("The loss does not depend on the outputs, so there is no gradient to follow."))
    return value.detach().reshape(()), by
