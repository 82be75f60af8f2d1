"""The size of a cell, and the units that make it as large as another.

Axes: I input features, H hidden units.
"""

from __future__ import annotations

from functools import cache

import torch

from cells.core.settings import MAX_UNITS
from cells.registry import CELLS


@cache
def parameter_count(cell_key: str, input_size: int, units: int) -> int:
    """Count the parameters of the cell's module from I = input_size to H = units."""
    with torch.device("meta"):
        module = CELLS[cell_key].module(input_size, units)
    return sum(parameter.numel() for parameter in module.parameters())


def matched_units(cell_key: str, input_size: int, parameters: int) -> int:
    """Return the H from 1 to MAX_UNITS whose parameter count is nearest to `parameters`; the smaller of two.

    More units are always more parameters, so halving finds the place.
    """
    low, high = 1, MAX_UNITS
    while low < high:
        middle = (low + high) // 2
        if parameter_count(cell_key, input_size, middle) < parameters:
            low = middle + 1
        else:
            high = middle
    candidates = (max(1, low - 1), low)
    return min(candidates, key=lambda units: (abs(parameter_count(cell_key, input_size, units) - parameters), units))
