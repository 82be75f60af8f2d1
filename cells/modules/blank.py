"""A PyTorch module whose weights are all zero, made without touching the random numbers that the process shares."""

from __future__ import annotations

import torch

from cells.core.residual_stack import ResidualStack
from cells.core.stepwise import Recurrent
from cells.registry import CELLS


def blank_module(
    cell_key: str, input_size: int, hidden_size: int, layers: int = 1, directions: int = 1, *, residual: bool = False
) -> Recurrent:
    """Make the cell's module from I = input_size to H = hidden_size, every parameter zero; 2 directions are both.

    residual: whether from the second layer on what a layer has read is added to what it gives, see `ResidualStack`.
    PyTorch's own initialisation would draw from the global generator; on the meta device there is nothing to draw.
    """
    with torch.device("meta"):
        make, both = CELLS[cell_key].module, directions == 2
        module: Recurrent = (
            ResidualStack(make, input_size, hidden_size, layers, bidirectional=both)
            if residual
            else make(input_size, hidden_size, num_layers=layers, bidirectional=both)
        )
    module.to_empty(device="cpu")
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    return module
