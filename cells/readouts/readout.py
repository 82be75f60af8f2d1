"""A readout from the hidden state, fitted and not trained: what a cell with any weights knows of what comes next.

A recurrent network whose readout alone is fitted, and which goes on by reading its own outputs, is an echo state
network (Jaeger 2001, GMD report 148).

Axes: T steps, I input features, O outputs, H hidden units.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import linear

RIDGE = 1e-4  # little: it keeps V small where units go together, so that what is fed back does not run away


@dataclass(frozen=True)
class Readout:
    """One linear layer y = V h + c, in float64."""

    weight: Tensor  # (O, H)
    bias: Tensor  # (O)

    def __call__(self, hidden: Tensor) -> Tensor:
        """Map (..., H) -> (..., O), in float64."""
        return linear(hidden.double(), self.weight, self.bias)


def fitted_readout(hidden: Tensor, xs: Tensor) -> Readout:
    """Fit the readout by ridge regression (Hoerl and Kennard 1970): V h_t + c is as near to x_{t+1} as can be.

    hidden: (T, H), finite. xs: (T, I).
    """
    return readout_of(hidden[:-1], xs[1:])


def readout_of(hidden: Tensor, targets: Tensor) -> Readout:
    """Fit the readout by ridge regression: V h_t + c is as near to target t as can be.

    hidden: (T, H), finite. targets: (T, O). The squared distances are summed, and RIDGE |V|² added. In closed form, by
    the singular values of the centred states; in float64.
    """
    states, targets = hidden.double(), targets.double()
    mean_state, mean_target = states.mean(dim=0), targets.mean(dim=0)
    left, sizes, right = torch.linalg.svd(states - mean_state, full_matrices=False)
    shrunk = sizes / (sizes.square() + RIDGE)
    weight = ((targets - mean_target).T @ left * shrunk) @ right
    return Readout(weight, mean_target - weight @ mean_state)
