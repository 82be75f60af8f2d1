"""Goals of a training: the loss that is learnt by, and the success that a person reads.

Axes: N asked steps of a batch, O outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss

from cells.core.readable import signed


@dataclass(frozen=True)
class Goal:
    """A judgement of answers.

    loss(outputs, targets): a scalar out of (N, O) outputs and their (N, ...) targets. marks: of each asked step, (N),
    1 for right and 0 for wrong, or with `lower` an error. written(target, names): one target for a person to read.
    activation: what makes a prediction of the outputs, a key of ACTIVATIONS, or "" for nothing.
    whole: whether a sequence counts as right only where every step of it is, and success is the share of sequences;
    else it is the mean over the steps.
    """

    loss: Callable[[Tensor, Tensor], Tensor]
    marks: Callable[[Tensor, Tensor], Tensor]
    written: Callable[[Tensor, tuple[str, ...]], str]
    activation: str = ""
    whole: bool = False
    lower: bool = False

    def tally(self, outputs: Tensor, targets: Tensor, columns: Tensor, batch: int) -> tuple[float, int]:
        """Return the marks added up, and how many there are.

        columns: (N), to which of the `batch` sequences each asked step belongs. Every sequence is asked.
        """
        marks = self.marks(outputs, targets).double()
        if not self.whole:
            return marks.sum().item(), len(marks)
        faults = marks.new_zeros(batch).index_add_(0, columns, 1 - marks)
        return float((faults == 0).sum()), batch


def right_class(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mark whether the largest output is the wanted one."""
    return outputs.argmax(dim=-1) == targets


def right_set(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mark whether the outputs above zero, a probability of 1/2, are the wanted ones and no others."""
    return ((outputs > 0) == (targets > 0.5)).all(dim=-1)


def within(tolerance: float, outputs: Tensor, targets: Tensor) -> Tensor:
    """Mark whether every output is within `tolerance` of what it should be."""
    return ((outputs - targets).abs() <= tolerance).all(dim=-1)


def squared_error(scale: float, outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the squared error over `scale`."""
    return (outputs - targets).square().mean(dim=-1) / scale


def class_name(target: Tensor, names: tuple[str, ...]) -> str:
    """Return the name of a class."""
    return names[int(target)]


def set_names(target: Tensor, names: tuple[str, ...]) -> str:
    """Return the names of those that are wanted."""
    return " ".join(name for name, wanted in zip(names, target.tolist(), strict=True) if wanted)


def number_text(target: Tensor, names: tuple[str, ...]) -> str:
    """Return the numbers that are wanted."""
    return "/".join(map(signed, target.tolist()))


def class_goal(*, whole: bool) -> Goal:
    """Return the goal of one class of O: targets (N) int64, cross entropy."""
    return Goal(cross_entropy, right_class, class_name, "softmax", whole=whole)


def symbol_set_goal() -> Goal:
    """Return the goal of every symbol that may come next, and no other, at each step: targets (N, O) of 0 and 1."""
    return Goal(binary_cross_entropy_with_logits, right_set, set_names, "sigmoid", whole=True)


def number_goal(tolerance: float) -> Goal:
    """Return the goal of numbers to be met within a tolerance: targets (N, O), mean squared error."""
    return Goal(mse_loss, partial(within, tolerance), number_text, whole=True)


def error_goal(scale: float) -> Goal:
    """Return the goal of numbers to be met as nearly as can be; success is the mean squared error over `scale`."""
    return Goal(mse_loss, partial(squared_error, scale), number_text, lower=True)
