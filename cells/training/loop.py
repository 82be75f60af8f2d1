"""Training, update by update, with the weights kept at moments that are evenly spaced in the logarithm of time.

Axes: B sequences of a batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from cells.messages import N_, InputError
from cells.stepwise import Recurrent
from cells.threads import one_thread_below
from cells.training.learner import Learner
from cells.training.recipe import Recipe, recipe
from cells.training.task import Batch, Problem, Value, batches, seeded

A_DECADE = 8  # checkpoints while the number of updates grows tenfold
FRESH = 500  # sequences that a success is measured on
FRESH_AT_ONCE = 100
FRESH_SEED = 10_000  # beyond every seed that a person can choose, so that no training ever draws the same
RUNAWAY = 1e6  # a loss this many times the first one is not coming back

Report = Callable[[int, float], None]


class Diverged(InputError):
    """A training ran away: its loss or its weights are beyond every useful number."""


@dataclass(frozen=True)
class Checkpoint:
    """A training as it stood after `update` updates.

    loss: the mean over the updates since the checkpoint before (at update 0 and 1, of the first batch). success: as the
    task measures it, on sequences that are never learnt from, the same ones at every checkpoint. state: every
    parameter, "cell.weight_ih_l0", ..., "readout.weight", "readout.bias". trouble: why the training ended here, before
    its time, or None; the rest is then that of the last good checkpoint.
    """

    update: int
    loss: float
    success: float
    state: Mapping[str, Tensor]
    trouble: InputError | None = None


def train(  # noqa: PLR0913 - everything that decides the result
    task: str,
    cell: str,
    units: int | None = None,
    updates: int | None = None,
    seed: int = 0,
    *,
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
    made = recipe(
        task,
        cell,
        settings,
        units=units,
        updates=updates,
        seed=seed,
        optimiser=optimiser,
        learning_rate=learning_rate,
        clip=clip,
        forget_bias=forget_bias,
        batch=batch,
    )
    return follow(made, report)


def follow(recipe: Recipe, report: Report | None = None) -> Iterator[Checkpoint]:
    """The checkpoints of a recipe, see `train`."""
    problem = recipe.problem()
    drawn = batches(problem, recipe.batch, seeded(recipe.seed))
    learner = started(recipe, problem)
    optimiser = recipe.optimiser_of(learner)
    first = learner.loss(next(batches(problem, recipe.batch, seeded(recipe.seed))), problem.goal).item()
    yield (last := Checkpoint(0, first, success_of(learner, problem), learner.state()))
    highest, losses = RUNAWAY * last.loss, 0.0
    due = iter(log_spaced(recipe.updates))
    next_due = next(due)
    for update in range(1, recipe.updates + 1):
        loss = updated(learner, optimiser, problem, recipe, next(drawn))
        losses += loss
        if not loss <= highest:
            yield replace(last, trouble=Diverged(N_("The loss ran away at update {update}."), update=update))
            return
        if report is not None:
            report(update, loss)
        if update == next_due:
            if not learner.finite():
                yield replace(last, trouble=Diverged(N_("The weights ran away before update {update}."), update=update))
                return
            mean = losses / (update - last.update)
            yield (last := Checkpoint(update, mean, success_of(learner, problem), learner.state()))
            losses, next_due = 0.0, next(due, 0)


def updated(learner: Learner, optimiser: Optimizer, problem: Problem, recipe: Recipe, batch: Batch) -> float:
    """One update from a batch; gives the loss before it."""
    with one_thread_below(recipe.units):
        with torch.enable_grad():
            loss = learner.loss(batch, problem.goal)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
        if recipe.clip:
            nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], recipe.clip)
        optimiser.step()
        return loss.item()


def started(recipe: Recipe, problem: Problem) -> Learner:
    """The learner as it stands before the first update."""
    learner = Learner(recipe.cell, len(problem.channels), recipe.units, len(problem.outputs))
    return learner.draw(recipe.forget_bias, seeded(recipe.seed))


def success_of(learner: Learner, problem: Problem) -> float:
    """The success on the sequences that are kept for this."""
    generator = seeded(FRESH_SEED)
    turns = 1 if problem.once else FRESH // FRESH_AT_ONCE
    with one_thread_below(learner.cell.hidden_size):
        tallies = [learner.tally(problem.judged_by(FRESH_AT_ONCE, generator), problem.goal) for _ in range(turns)]
    return sum(total for total, _ in tallies) / sum(count for _, count in tallies)


def restored(recipe: Recipe, checkpoint: Checkpoint) -> tuple[Recurrent, nn.Linear]:
    """The cell's module and the readout at a checkpoint, a copy in evaluation mode and without gradients."""
    problem = recipe.problem()
    learner = Learner(recipe.cell, len(problem.channels), recipe.units, len(problem.outputs))
    learner.load_state_dict(dict(checkpoint.state))
    learner.eval().requires_grad_(False)
    return learner.cell, learner.readout


def log_spaced(updates: int) -> list[int]:
    """The updates from 1 at which a checkpoint is kept, A_DECADE in every tenfold; the last one is the last of all."""
    powers = range(math.ceil(A_DECADE * math.log10(updates)) + 1)
    return sorted({min(updates, round(10 ** (power / A_DECADE))) for power in powers} | {updates})
