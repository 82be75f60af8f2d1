"""The mean of all steps so far: a sum over the past that keeps nothing of the order.

Axes: T time steps, H units.
"""

from __future__ import annotations

import torch
from torch import Tensor

ONE = 2.0**40  # in whole numbers of this size sums are exact for up to eight million steps of size 1


def running_mean(values: Tensor) -> Tensor:
    """Return the mean of the first 1, 2, ..., T rows, for values of size 1 at most: (T, H) -> (T, H) float64.

    The sums are taken in whole numbers, each value rounded to 1e-12: floating-point sums would depend a little on the
    order, and these do not. So the last row is the same number for every order of the same rows.
    """
    whole = (values.double() * ONE).round().long().cumsum(0)
    return whole.double() / ONE / torch.arange(1, len(values) + 1, dtype=torch.float64).unsqueeze(1)
