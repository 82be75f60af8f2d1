"""A training as it goes: one update after the other, and all that another process needs to go on with it.

Axes: B sequences of a batch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from cells.core.messages import N_, InputError
from cells.core.threads import one_thread_below
from cells.depth.stack import START
from cells.training.deep_learner import DeepLearner
from cells.training.digit_task import plan_of
from cells.training.learner import Learner, TaskModule
from cells.training.recipe import Recipe
from cells.training.task import Batch, Batches, Problem, seeded
from cells.training.tasks import DEEP_TASKS

A_DECADE = 8  # checkpoints while the number of updates grows tenfold
FRESH = 500  # sequences that a success is measured on
FRESH_AT_ONCE = 100
FRESH_SEED = 10_000  # beyond every seed that a person can choose, so that no training ever draws the same
RUNAWAY = 1e6  # a loss this many times the first one is not coming back


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


@dataclass(frozen=True)
class Standing:
    """The state of a training after `update` updates, with all that it needs to go on as if never interrupted.

    state: every parameter. optimiser: what it remembers. drawn: where the batches stand. first: the loss of the first
    batch. losses: the sum of those since the checkpoint after update `since`.
    """

    update: int
    state: Mapping[str, Tensor]
    optimiser: Mapping[str, Any]
    drawn: tuple[Tensor, int]
    first: float
    losses: float
    since: int


class Learning:
    """A training of a recipe, from its beginning or from where another one stands. `update` counts its updates."""

    def __init__(self, recipe: Recipe, standing: Standing | None = None) -> None:
        self.recipe, self.problem = recipe, recipe.problem()
        self._kept_at = frozenset(log_spaced(recipe.updates))
        self._learner = initial_learner(recipe, self.problem)
        self._optimiser = recipe.optimiser_of(self._learner)
        if standing is None:
            self._batches = Batches(self.problem, recipe.batch, seeded(recipe.seed))
            self.update, self._losses, self._since = 0, 0.0, 0
            again = Batches(self.problem, recipe.batch, seeded(recipe.seed))
            self._first = self._learner.loss(next(again), self.problem.goal).item()
        else:
            self._learner.load_state_dict(dict(standing.state))
            self._optimiser.load_state_dict(deepcopy(dict(standing.optimiser)))
            before, taken = standing.drawn
            generator = torch.Generator()
            generator.set_state(before)
            self._batches = Batches(self.problem, recipe.batch, generator, taken)
            self.update, self._first = standing.update, standing.first
            self._losses, self._since = standing.losses, standing.since

    @property
    def ended(self) -> bool:
        """True when all updates have been made."""
        return self.update == self.recipe.updates

    @property
    def due(self) -> bool:
        """True when a checkpoint is to be kept of how it stands now."""
        return self.update == 0 or self.update in self._kept_at

    def step(self) -> float:
        """Make one update; return the loss before it. Raises Diverged where that is beyond use."""
        loss = apply_update(self._learner, self._optimiser, self.problem, self.recipe, next(self._batches))
        self.update += 1
        self._losses += loss
        if not loss <= RUNAWAY * self._first:
            raise Diverged(N_("The loss ran away at update {update}."), update=self.update)
        return loss

    def checkpoint(self) -> Checkpoint:
        """Make a checkpoint, its success measured. Raises Diverged where a parameter is not finite."""
        if not self._learner.finite():
            raise Diverged(N_("The weights ran away before update {update}."), update=self.update)
        mean = self._losses / (self.update - self._since) if self.update else self._first
        self._losses, self._since = 0.0, self.update
        return Checkpoint(self.update, mean, success_of(self._learner, self.problem), self._learner.state())

    def standing(self) -> Standing:
        """Return the state of the training, a copy, to go on from elsewhere."""
        return Standing(
            self.update,
            self._learner.state(),
            deepcopy(self._optimiser.state_dict()),
            self._batches.position,
            self._first,
            self._losses,
            self._since,
        )


def apply_update(learner: TaskModule, optimiser: Optimizer, problem: Problem, recipe: Recipe, batch: Batch) -> float:
    """Make one update from a batch; return the loss before it."""
    with one_thread_below(recipe.units):
        with torch.enable_grad():
            loss = learner.loss(batch, problem.goal)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
        if recipe.clip:
            nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], recipe.clip)
        optimiser.step()
        return loss.item()


def initial_learner(recipe: Recipe, problem: Problem) -> TaskModule:
    """Return the learner as it stands before the first update."""
    if recipe.task in DEEP_TASKS:
        settings = dict(recipe.settings)
        stack = DeepLearner(plan_of(recipe.cell, recipe.units, settings))
        return stack.draw(seeded(recipe.seed), str(settings[START.name]), recipe.forget_bias)
    learner = Learner(recipe.cell, len(problem.channels), recipe.units, len(problem.outputs), recipe.stacking)
    return learner.draw(recipe.forget_bias, seeded(recipe.seed))


def success_of(learner: TaskModule, problem: Problem) -> float:
    """Return the success on the sequences that are kept for this."""
    generator = seeded(FRESH_SEED)
    turns = 1 if problem.once else FRESH // FRESH_AT_ONCE
    with one_thread_below(learner.units):
        tallies = [learner.tally(problem.judged_by(FRESH_AT_ONCE, generator), problem.goal) for _ in range(turns)]
    return sum(total for total, _ in tallies) / sum(count for _, count in tallies)


def log_spaced(updates: int) -> list[int]:
    """Return the updates from 1 on at which a checkpoint is kept: A_DECADE in every tenfold, and the last of all."""
    powers = range(math.ceil(A_DECADE * math.log10(updates)) + 1)
    return sorted({min(updates, round(10 ** (power / A_DECADE))) for power in powers} | {updates})
