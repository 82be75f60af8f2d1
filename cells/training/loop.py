"""Training, update by update, with the weights kept at moments that are evenly spaced in the logarithm of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from torch import nn

from cells.core.messages import InputError
from cells.core.stepwise import Recurrent
from cells.depth.stack import Stack
from cells.training.deep_learner import DeepLearner
from cells.training.digit_task import plan_of
from cells.training.learner import Learner
from cells.training.learning import Checkpoint, Diverged, Learning, Standing
from cells.training.recipe import Recipe, recipe
from cells.training.task import Value

Report = Callable[[int, float], None]


def train(  # noqa: PLR0913 - everything that decides the result
    task: str,
    cell: str,
    units: int | None = None,
    updates: int | None = None,
    seed: int = 0,
    *,
    layers: int | None = None,
    directions: int | None = None,
    residual: int | None = None,
    optimiser: str | None = None,
    learning_rate: float | None = None,
    clip: float | None = None,
    forget_bias: float | None = None,
    batch: int | None = None,
    report: Report | None = None,
    **settings: Value,
) -> Iterator[Checkpoint]:
    """Teach a cell with a linear readout a task; gives a `Checkpoint` at update 0, at log-spaced ones and at the end.

    task, cell: keys of TASKS and CELLS. What is left out or None is the task's usual value. settings: the task's own,
    such as `length`. report(update, loss) is called after every update. The same arguments give the same checkpoints
    on one machine with the same number of threads; below 128 units their number does not matter, for one is used. The
    random numbers that the process shares are left alone.

    Between two checkpoints nothing is computed, so to pause is not to ask for the next, and to stop is to `close()`; an
    exception out of `report` stops at any update. Raises InputError, when called, for what cannot be trained.
    """
    checked_recipe = recipe(
        task,
        cell,
        settings,
        units=units,
        updates=updates,
        seed=seed,
        layers=layers,
        directions=directions,
        residual=residual,
        optimiser=optimiser,
        learning_rate=learning_rate,
        clip=clip,
        forget_bias=forget_bias,
        batch=batch,
    )
    return follow(checked_recipe, report)


def follow(recipe: Recipe, report: Report | None = None) -> Iterator[Checkpoint]:
    """Yield the checkpoints of a recipe, see `train`."""
    learning = Learning(recipe)
    yield (last := learning.checkpoint())
    while not learning.ended:
        try:
            loss = learning.step()
            if report is not None:
                report(learning.update, loss)
            if learning.due:
                yield (last := learning.checkpoint())
        except Diverged as trouble:
            yield replace(last, trouble=trouble)
            return


@dataclass(frozen=True)
class Part:
    """A piece of a training. standing: from which the next piece goes on. losses: of each of its updates. checkpoints:
    those that were due, in order. trouble: why the training ends here, before its time, or None.
    """

    standing: Standing
    losses: tuple[float, ...]
    checkpoints: tuple[Checkpoint, ...]
    trouble: InputError | None = None


def part_of(recipe: Recipe, standing: Standing | None, seconds: float) -> Part:
    """Make some updates more, as many as fit in about `seconds`, at least one; a `standing` of None begins.

    Piece by piece it gives just what `follow` gives, whatever the seconds and wherever each piece runs.
    """
    end = time.monotonic() + seconds
    learning = Learning(recipe, standing)
    losses, kept = [], [learning.checkpoint()] if standing is None else []
    trouble = None
    try:
        while not learning.ended:
            losses.append(learning.step())
            if learning.due:
                kept.append(learning.checkpoint())
            if time.monotonic() >= end:
                break
    except Diverged as problem:
        trouble = problem
    return Part(learning.standing(), tuple(losses), tuple(kept), trouble)


def restored_stack(recipe: Recipe, checkpoint: Checkpoint) -> Stack:
    """Return the stack of a recipe that teaches one at a checkpoint, a copy in evaluation mode, without gradients."""
    learner = DeepLearner(plan_of(recipe.cell, recipe.units, dict(recipe.settings)))
    learner.load_state_dict(dict(checkpoint.state))
    return learner.stack.eval().requires_grad_(False)


def restored(recipe: Recipe, checkpoint: Checkpoint) -> tuple[Recurrent, nn.Linear]:
    """Return the cell's module with all its layers and the readout at a checkpoint, copies without gradients."""
    problem = recipe.problem()
    learner = Learner(recipe.cell, len(problem.channels), recipe.units, len(problem.outputs), recipe.stacking)
    learner.load_state_dict(dict(checkpoint.state))
    learner.eval().requires_grad_(False)
    return learner.cell, learner.readout
