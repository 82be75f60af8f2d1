"""A cell with a linear readout, as it stands before it has learnt anything, and what it answers.

Axes: T time steps, B sequences of a batch, I input features, H hidden units, O outputs, N asked steps of a batch.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import cast

import torch
from torch import Generator, Tensor, nn

from cells.core.messages import InputError
from cells.core.stepwise import Recurrent
from cells.modules.blank import blank_module
from cells.modules.memory_biases import with_forget_bias
from cells.training.goals import Goal
from cells.training.stacking import SINGLE_LAYER, Stacking
from cells.training.task import Batch


class TaskModule(nn.Module):
    """A module that learns a task: called with a batch it gives what its goal judges. `units` says how wide it is."""

    units: int

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the answers at the asked steps, (N, O); their targets, (N, ...); and their places, t B + b, (N)."""
        raise NotImplementedError

    def loss(self, batch: Batch, goal: Goal) -> Tensor:
        """Compute what the optimiser lessens: a scalar."""
        self.train()
        answers, targets, _ = self(batch)
        return goal.loss(answers, targets)

    def tally(self, batch: Batch, goal: Goal) -> tuple[float, int]:
        """Return the marks of a batch added up, and how many there are."""
        self.eval()
        with torch.no_grad():
            answers, targets, asked = self(batch)
        size = batch.mask.shape[1]
        return goal.tally(answers, targets, asked % size, size)

    def state(self) -> dict[str, Tensor]:
        """Return a copy of every parameter and running number, "cell.weight_ih_l0", ..., that goes on as it is."""
        return {name: values.detach().clone() for name, values in self.state_dict().items()}

    def finite(self) -> bool:
        """Tell whether every parameter is a finite number."""
        return all(bool(cast(Tensor, parameter).isfinite().all()) for parameter in self.parameters())


class Learner(TaskModule):
    """Layers of a cell of `CELLS` from I to H and a `readout`, y = V h + c to O; all parameters are zero at first.

    stacking: the layers, directions and the connection between layers, see `Stacking`. The readout reads the top
    layer's output, H wide, or 2 H where both directions read; then the backward half is its last state, behind the
    step that comes first, and so at every step that of the whole sequence.
    """

    def __init__(self, cell_key: str, inputs: int, units: int, outputs: int, stacking: Stacking = SINGLE_LAYER) -> None:
        super().__init__()
        self.units = units
        self.cell: Recurrent = blank_module(
            cell_key, inputs, units, stacking.layers, stacking.directions, residual=stacking.residual
        )
        with torch.device("meta"):
            self.readout = nn.Linear(units * stacking.directions, outputs)
        self.readout.to_empty(device="cpu")
        with torch.no_grad():
            for parameter in self.readout.parameters():
                parameter.zero_()

    def draw(self, forget_bias: float, generator: Generator) -> Learner:
        """Draw all parameters as PyTorch's own modules do, uniform within 1 / sqrt(H), but for one bias; return itself.

        forget_bias: of the gate that keeps, as `cells.with_forget_bias` sets it; nothing in a cell without such a gate.
        """
        bound = 1 / math.sqrt(self.cell.hidden_size)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound, generator=generator)
        with suppress(InputError):
            self.cell = with_forget_bias(self.cell, forget_bias)
        return self

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the answers at the asked steps, (N, O); their targets, (N, ...); and their places, t B + b, (N)."""
        hidden = read_whole(self.cell(batch.inputs)[0], both=self.cell.bidirectional)
        asked = batch.mask.flatten().nonzero().squeeze(-1)
        answers = self.readout(hidden.flatten(0, 1).index_select(0, asked))
        return answers, batch.targets.flatten(0, 1).index_select(0, asked), asked


def read_whole(outputs: Tensor, *, both: bool) -> Tensor:
    """Return what a readout reads, (T, B, D H): of the backward direction its last state, after the whole sequence."""
    if not both:
        return outputs
    forward, backward = outputs.chunk(2, dim=-1)
    return torch.cat([forward, backward[:1].expand_as(backward)], dim=-1)
