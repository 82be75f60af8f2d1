"""A stack of units that learns, in the place of a cell with a readout. See `learner.py`."""

from __future__ import annotations

from torch import Generator, Tensor

from cells.depth.stack import Plan, Stack
from cells.training.digit_task import pictures_of
from cells.training.learner import TaskModule
from cells.training.task import Batch


class DeepLearner(TaskModule):
    """A stack that tells pictures apart; all its parameters are drawn by `draw`."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.units = plan.channels
        self.stack = Stack(plan)

    def draw(self, generator: Generator, start: str, keep_bias: float) -> DeepLearner:
        """Draw all parameters, see `Stack.draw`; return itself."""
        self.stack.draw(generator, start, keep_bias)
        return self

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the answers, (N, O), their targets, (N), and the place of each picture in the batch, (N)."""
        asked = batch.mask.flatten().nonzero().squeeze(-1)
        return self.stack(pictures_of(batch.inputs)), batch.targets.flatten(), asked
