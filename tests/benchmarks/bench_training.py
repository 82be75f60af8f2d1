"""How much more than a bare PyTorch loop does a training update cost?

Run it alone with `python -m tests.benchmarks.bench_training`. Every figure is a ratio of medians taken in turns in one
run, in processor time of one thread. The bare loop is what one would write by hand: the same module and readout,
batches that are there already, answers at the asked steps only, loss, gradients, clipping and the optimiser's step.
Ours draws a new batch for every update, keeps count of the loss and watches that it does not run away.

Axes: B sequences of a batch, H hidden units.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, islice

import torch
from torch import nn

from cells.training.learner import Learner
from cells.training.learning import apply_update, initial_learner
from cells.training.recipe import Recipe, recipe
from cells.training.task import MOST_AT_ONCE, Batches, seeded
from tests.benchmarks.bench_cells import one_thread
from tests.benchmarks.turns import in_turns

RUNS = (
    ("adding", "lstm"),
    ("adding", "gru"),
    ("adding", "rnn"),
    ("latch", "lstm"),
    ("order", "lstm"),
    ("anbn", "lstm"),
    ("reber", "lstm"),
    ("text", "lstm"),
    ("adding", "lstm-peephole"),
)
TARGET = 1.15  # our update / bare update, at most
TURNS, UPDATES = 31, MOST_AT_ONCE  # as many batches as are drawn at a time, so that each turn draws once


def main() -> None:
    """Measure and print the table."""
    print(f"one update with the tasks' usual settings, one thread; medians of {TURNS} turns of {UPDATES} updates\n")
    print(f"{'task':<10}{'cell':<16}{'H':>4}{'bare':>12}{'ours / bare':>14}{'target':>9}")
    with one_thread():
        for task, cell in RUNS:
            print(row(task, cell), flush=True)


def row(task: str, cell: str) -> str:
    """One line of the table."""
    made = recipe(task, cell)
    bare, ours = in_turns(TURNS, repeated(bare_update(made)), repeated(our_update(made)))
    ratio = ours / bare
    verdict = f"<= {TARGET}" + (" " if ratio <= TARGET else "!")
    return f"{task:<10}{cell:<16}{made.units:>4}{bare / UPDATES * 1e3:>9.2f} ms{ratio:>14.2f}{verdict:>9}"


def repeated(update: Callable[[], object]) -> Callable[[], None]:
    """Several updates, for one is short."""

    def several() -> None:
        for _ in range(UPDATES):
            update()

    return several


def our_update(made: Recipe) -> Callable[[], float]:
    """An update as `train` makes it."""
    problem = made.problem()
    drawn = Batches(problem, made.batch, seeded(made.seed))
    learner = initial_learner(made, problem)
    optimiser = made.optimiser_of(learner)
    return lambda: apply_update(learner, optimiser, problem, made, next(drawn))


def bare_update(made: Recipe) -> Callable[[], None]:
    """Make one update by hand."""
    problem = made.problem()
    learner = initial_learner(made, problem)
    assert isinstance(learner, Learner)
    module, readout, parameters = learner.cell, learner.readout, list(learner.parameters())
    optimiser = torch.optim.Adam(parameters, lr=made.learning_rate, fused=True)
    drawn = Batches(problem, made.batch, seeded(made.seed))
    ready = cycle([(batch.inputs.clone(), batch.mask, batch.targets[batch.mask]) for batch in islice(drawn, UPDATES)])

    def update() -> None:
        inputs, mask, targets = next(ready)
        optimiser.zero_grad()
        hidden, _ = module(inputs)
        torch.autograd.backward(problem.goal.loss(readout(hidden[mask]), targets))
        nn.utils.clip_grad_norm_(parameters, made.clip)
        optimiser.step()

    return update


if __name__ == "__main__":
    main()
