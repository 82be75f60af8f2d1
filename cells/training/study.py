"""A study: one task at several lags, learnt by several cells from several seeds, to see how far back each can look.

    made = study("latch", ["rnn", "lstm"], lags=[10, 40], seeds=[0, 1])
    for one in results(made):
        print(one.run, one.success)

Each run is a training of its own, made by `cells.training.recipe`.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cells.core.messages import N_, InputError
from cells.core.settings import FEWEST_CELLS, MOST_CELLS, Number
from cells.depth.stack import DEPTH
from cells.training.digit_task import DIGITS
from cells.training.learning import Checkpoint
from cells.training.loop import follow
from cells.training.recipe import LAYERS, Recipe, check_known, recipe
from cells.training.task import Problem, Value
from cells.training.tasks import ALL_TASKS, DEEP_TASKS, learners_of


class Lag(NamedTuple):
    """The lag of a task. setting: the name of the setting; usual: lags that tell cells apart."""

    setting: str
    usual: tuple[int, ...]


LAG, LAYERS_GROW = "lag", "layers"
GROWS = {LAG: N_("the lag"), LAYERS_GROW: N_("the layers")}
"""What a study varies: how far back, or of deep stacks how deep; or how many layers of the same cell there are."""

RESIDUAL_MARK = "+"  # behind a cell's key: with a residual connection between its layers

LAGS: Mapping[str, Lag] = {
    "latch": Lag("length", (10, 20, 40, 60)),
    "adding": Lag("length", (8, 12, 20, 40)),
    "order": Lag("length", (10, 20, 40, 60)),
    "echo": Lag("delay", (1, 3, 6, 12)),
    "parity": Lag("length", (8, 12, 20, 40)),
    "anbn": Lag("length", (3, 6, 10, 20)),
    "anbncn": Lag("length", (3, 6, 10)),
    "reber": Lag("length", (12, 20, 30)),
    DIGITS.key: Lag(DEPTH.name, (4, 10, 20, 30)),
}
"""What the lag of a task is, how far back a network must look; of the digits it is how deep a stack is.

A task that is not here cannot be studied.
"""

ALL_LAYERS = tuple(range(int(LAYERS.low), int(LAYERS.high) + 1))

ECHO_BEYOND = 20  # steps of an echo after its delay, at which it is asked
MOST_LAGS, MOST_SEEDS = 12, 10
MOST_RUNS = 120
MOST_UPDATES = 400_000  # of all runs together: some twenty minutes of an LSTM of 32 units over 50 steps


class Run(NamedTuple):
    """One training of a study. cell: as in its study. lag: the value of what grows there: the lag, or the layers."""

    cell: str
    lag: int
    seed: int


@dataclass(frozen=True)
class Result:
    """The result of a run.

    success: as the task measures it, of its last good checkpoint, after `update` updates. trouble: why it ended there,
    before its time, or None.
    """

    run: Run
    success: float
    update: int
    trouble: InputError | None = None


@dataclass(frozen=True)
class Outcome:
    """The outcome of the seeds of one cell at one lag, as far as they are there.

    successes: (seed, success), in the order of the study's seeds. of: how many seeds there are to be.
    """

    cell: str
    lag: int
    successes: tuple[tuple[int, float], ...]
    of: int

    @property
    def mean(self) -> float:
        """The mean success."""
        return statistics.fmean(success for _, success in self.successes)

    @property
    def deviation(self) -> float:
        """The standard deviation over the seeds, that of a sample (n - 1), 0 for a single one."""
        values = [success for _, success in self.successes]
        return statistics.stdev(values) if len(values) > 1 else 0.0

    @property
    def least(self) -> float:
        """The smallest success."""
        return min(success for _, success in self.successes)

    @property
    def greatest(self) -> float:
        """The largest success."""
        return max(success for _, success in self.successes)


@dataclass(frozen=True)
class Study:
    """The settings that decide a study, made by `study`: equal studies are one.

    task: a key of ALL_TASKS. cells: keys of what learns it (`learners_of`), RESIDUAL_MARK behind one whose layers have
    a residual connection. lags: ascending, values of what `grows`, a key of GROWS. options, settings: those of every
    run, (name, value), as `cells.training.recipe` takes them, without what a study sets by itself; each run's seed is
    one of `seeds`.
    """

    task: str
    cells: tuple[str, ...]
    lags: tuple[int, ...]
    seeds: tuple[int, ...]
    options: tuple[tuple[str, Value], ...] = ()
    settings: tuple[tuple[str, Value], ...] = ()
    grows: str = LAG

    @cached_property
    def recipes(self) -> Mapping[Run, Recipe]:
        """The recipe of each run, in the order in which they are made: seed by seed, within it from the shortest lag.

        So every cell has a point at every lag before a second seed tells how far that can be trusted.
        """
        return {run: self._recipe(run) for run in self._runs()}

    @property
    def updates(self) -> int:
        """The number of updates of all runs together."""
        return sum(one.updates for one in self.recipes.values())

    @property
    def problem(self) -> Problem:
        """The task at the shortest lag, for its measure, its criterion and what may be asked of it."""
        return next(iter(self.recipes.values())).problem()

    def outcomes(self, results: Mapping[Run, Result]) -> dict[str, list[Outcome]]:
        """Return the outcomes of each cell, by its key, lag by lag, without a lag at which no seed has ended yet."""
        by_cell: dict[str, list[Outcome]] = {cell: [] for cell in self.cells}
        for cell in self.cells:
            for lag in self.lags:
                runs = [Run(cell, lag, seed) for seed in self.seeds]
                ended = tuple((run.seed, results[run].success) for run in runs if run in results)
                if ended:
                    by_cell[cell].append(Outcome(cell, lag, ended, len(runs)))
        return by_cell

    def lines(self) -> dict[str, tuple[float, ...]]:
        """Return the success at each lag that counts as learnt ("criterion"), of guessing ("chance"), and "trivial".

        Trivial is that of the solution which remembers nothing.
        """
        problems = [self._recipe(Run(self.cells[0], lag, self.seeds[0])).problem() for lag in self.lags]
        return {name: tuple(getattr(one, name) for one in problems) for name in ("criterion", "chance", "trivial")}

    def _runs(self) -> Iterator[Run]:
        for seed in self.seeds:
            for lag in self.lags:
                for cell in self.cells:
                    yield Run(cell, lag, seed)

    def _recipe(self, run: Run) -> Recipe:
        cell, residual = cell_and_connection(run.cell)
        settings, options = dict(self.settings), dict(self.options)
        if self.grows == LAYERS_GROW:
            options |= {"layers": run.lag, "residual": int(residual)}
        else:
            settings |= lag_settings(self.task, run.lag)
        return recipe(self.task, cell, settings, seed=run.seed, **options)


def study(
    task: str,
    cells: Listed[str],
    lags: Listed[int],
    seeds: Listed[int],
    settings: Mapping[str, Value] | None = None,
    grows: str = LAG,
    **options: Value | None,
) -> Study:
    """Check and return a study; what is left out of options and settings is the task's usual value for all runs.

    task: one of LAGS. cells: two to four, as `Study` has them. grows: a key of GROWS, of which lags are the values, in
    any order. options: units, updates, ... by the
    names of TRAINING_SETTINGS, but not the seed. settings: those of the task, but not its lag.
    Raises InputError, naming what is wrong, for what cannot be trained, is there twice, or is too much.
    """
    check_known(N_("There is no task {name}; there are {names}."), task, ALL_TASKS)
    check_known(N_("A study lets {names} grow, not {name}."), grows, GROWS)
    if task not in LAGS:
        raise InputError(
            N_("The task {task} has no lag that could be studied; these have: {names}."),
            task=task,
            names=", ".join(LAGS),
        )
    for cell in cells:
        check_known(N_("There is no cell {name}; there are {names}."), cell_and_connection(cell)[0], learners_of(task))
    check_counts(cells, lags, seeds)
    for lag in lags:
        check_lag(task, lag, grows)
    set_by_itself = {"layers", "residual"} if grows == LAYERS_GROW else lag_settings(task, lags[0])
    decided = {"seed", *set_by_itself} & {*options, *(settings or {})}
    if decided:
        raise InputError(N_("A study sets {name} by itself."), name=", ".join(sorted(decided)))
    chosen = tuple(sorted((name, value) for name, value in options.items() if value is not None))
    planned = Study(
        task, tuple(cells), tuple(sorted(lags)), tuple(seeds), chosen, tuple(sorted((settings or {}).items())), grows
    )
    if planned.updates > MOST_UPDATES:  # which makes all recipes, and so checks them
        raise InputError(
            N_("This study would take {count} updates in all; at most {limit} can be made."),
            count=f"{planned.updates:,}",
            limit=f"{MOST_UPDATES:,}",
        )
    return planned


def check_counts(cells: Listed[str], lags: Listed[int], seeds: Listed[int]) -> None:
    """Raise InputError where there are too few, too many, or the same twice."""
    bounds = (
        (cells, FEWEST_CELLS, MOST_CELLS, N_("A study takes {fewest} to {most} different cells.")),
        (lags, 1, MOST_LAGS, N_("A study takes {fewest} to {most} different lags.")),
        (seeds, 1, MOST_SEEDS, N_("A study takes {fewest} to {most} different seeds.")),
    )
    for values, fewest, most, template in bounds:
        if not fewest <= len(set(values)) == len(values) <= most:
            raise InputError(template, fewest=fewest, most=most)
    runs = len(cells) * len(lags) * len(seeds)
    if runs > MOST_RUNS:
        raise InputError(
            N_("Cells {cells} × lags {lags} × seeds {seeds} are {runs} trainings; a study makes at most {limit}."),
            cells=len(cells),
            lags=len(lags),
            seeds=len(seeds),
            runs=runs,
            limit=MOST_RUNS,
        )


def lag_settings(task: str, lag: int) -> dict[str, Value]:
    """Return the settings of a task by which it has a lag. An echo's sequences grow with its delay."""
    settings: dict[str, Value] = {LAGS[task].setting: lag}
    return {**settings, "length": lag + ECHO_BEYOND} if task == "echo" else settings


def cell_and_connection(written: str) -> tuple[str, bool]:
    """Return the cell of a study's line, and whether its layers have a residual connection."""
    return written.removesuffix(RESIDUAL_MARK), written.endswith(RESIDUAL_MARK)


def lag_of(task: str, grows: str = LAG) -> Number:
    """Return the setting that grows in a study of a task: its title and its bounds."""
    if grows == LAYERS_GROW:
        return LAYERS
    (setting,) = [one for one in ALL_TASKS[task].settings if one.name == LAGS[task].setting]
    assert isinstance(setting, Number)
    return setting


def check_lag(task: str, lag: int, grows: str = LAG) -> None:
    """Raise InputError unless a task can have the lag, or a network as many layers."""
    setting = lag_of(task, grows)
    if not setting.low <= lag <= setting.high:
        lag_told = N_("A lag of {lag} cannot be studied: for this task it goes from {low} to {high}.")
        layers_told = N_("Layers of this number cannot be studied: {lag}. They go from {low} to {high}.")
        depth_told = N_("A depth of {lag} cannot be studied: it goes from {low} to {high}.")
        told = layers_told if grows == LAYERS_GROW else depth_told if task in DEEP_TASKS else lag_told
        raise InputError(told, lag=lag, low=setting.low, high=setting.high)


def result_of(run: Run, last: Checkpoint) -> Result:
    """Return the result of a run that ended with this checkpoint."""
    return Result(run, last.success, last.update, last.trouble)


def results(study: Study, done: Mapping[Run, Result] | None = None) -> Iterator[Result]:
    """Make the runs of a study in this process, one after the other; those that are `done` are not made again."""
    for run, own_recipe in study.recipes.items():
        if run not in (done or {}):
            *_, last = follow(own_recipe)
            yield result_of(run, last)
