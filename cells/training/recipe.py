"""Recipes of a training: everything that decides its result, checked.

Axes: T time steps, B sequences of a batch, H hidden units.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from typing import cast

import torch
from torch import nn
from torch.optim import Optimizer

from cells.core.messages import N_, InputError
from cells.core.settings import MAX_LAYERS, MAX_UNITS, Choice, Number, Setting, check_number
from cells.depth.stack import checked_plan
from cells.training.digit_task import numbers_in, plan_of
from cells.training.stacking import SINGLE_LAYER, Stacking
from cells.training.task import Problem, Value
from cells.training.tasks import ALL_TASKS, DEEP_TASKS, learners_of

MAX_UPDATES = 200_000
LONGEST_TEXT = 2_000  # characters of a learnt text that are repeated where a training is described
TEXT_FILE = "text.txt"
SIGNALS_A_STEP = 32  # numbers of a deep stack that count as one of a recurrent cell, which keeps many more of each
MAX_NUMBERS = 1 << 23  # T B (I + H + O) of a batch: an LSTM of this size learns in about half a gigabyte

NO_CELL = N_("There is no cell {name}; there are {names}.")

OPTIMISERS: dict[str, Callable[..., Optimizer]] = {
    "adam": partial(torch.optim.Adam, fused=True),
    "rmsprop": torch.optim.RMSprop,
    "sgd": partial(torch.optim.SGD, fused=True),
}
OPTIMISER_TITLES = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": N_("plain gradient descent")}

UNITS = Number("units", N_("units"), 16, 1, MAX_UNITS, 1)
UPDATES = Number("updates", N_("updates"), 1000, 1, MAX_UPDATES, 1)
SEED = Number("seed", N_("seed"), 0, 0, 9999, 1)
LEARNING_RATE = Number("learning_rate", N_("learning rate"), 0.01, 0.00001, 1.0, 0.00001)
CLIP = Number("clip", N_("gradient clipped to"), 1.0, 0.0, 100.0, 0.1)  # 0 leaves it as it is
FORGET_BIAS = Number("forget_bias", N_("bias of the gate that keeps"), 1.0, -6.0, 6.0, 0.25)
BATCH = Number("batch", N_("sequences an update"), 32, 1, 256, 1)
LAYERS = Number("layers", N_("layers"), 1, 1, MAX_LAYERS, 1)
DIRECTIONS = Number("directions", N_("directions"), 1, 1, 2, 1, names=(N_("one"), N_("both")))
RESIDUAL = Number("residual", N_("residual connection"), 0, 0, 1, 1, names=(N_("no"), N_("yes")))
OPTIMISER = Choice("optimiser", N_("optimiser"), "adam", OPTIMISER_TITLES)

STACKING = (LAYERS, DIRECTIONS, RESIDUAL)
TRAINING_NUMBERS = (UNITS, UPDATES, SEED, LEARNING_RATE, CLIP, FORGET_BIAS, BATCH, LAYERS, DIRECTIONS, RESIDUAL)
TRAINING_SETTINGS: tuple[Setting, ...] = (
    UNITS,
    UPDATES,
    SEED,
    OPTIMISER,
    LEARNING_RATE,
    CLIP,
    FORGET_BIAS,
    BATCH,
    *STACKING,
)


@dataclass(frozen=True)
class Recipe:
    """The settings that decide the result of a training, made by `recipe`: equal recipes are one run.

    forget_bias: of the gate that keeps the memory, the forget or the update gate, see `cells.with_forget_bias`; nothing
    in a cell that has none. clip: the largest norm of all gradients together (Pascanu, Mikolov and
    Bengio 2013), 0 for none. batch: sequences of one update. layers, directions, residual: of a recurrent learner, see
    `Stacking`; 1 and 0 say yes and no. settings: those of the task, each (name, value).
    """

    task: str
    cell: str
    units: int
    updates: int
    seed: int
    optimiser: str
    learning_rate: float
    clip: float
    forget_bias: float
    batch: int
    settings: tuple[tuple[str, Value], ...]
    layers: int = 1
    directions: int = 1
    residual: int = 0

    def problem(self) -> Problem:
        """Return the problem that is learnt, the same object for equal settings. Raises InputError."""
        return problem_of(self.task, self.settings)

    def optimiser_of(self, module: nn.Module) -> Optimizer:
        """Return the optimiser of a module's parameters."""
        return OPTIMISERS[self.optimiser](module.parameters(), lr=self.learning_rate)

    @property
    def stacking(self) -> Stacking:
        """The layers of a recurrent learner, and how they are joined."""
        return Stacking(self.layers, self.directions, bool(self.residual))

    @property
    def unstacked(self) -> frozenset[str]:
        """The settings of several layers where there is but one that reads forward, so that nothing need name them."""
        return frozenset(setting.name for setting in STACKING) if self.stacking == SINGLE_LAYER else frozenset()

    @property
    def command(self) -> str:
        """The command in a terminal that does the same; a long text is to be in a file there."""
        options = {name: getattr(self, name) for name in OPTION_NAMES if name not in self.unstacked} | dict(
            self.settings
        )
        if len(str(options.get("text", ""))) > LONGEST_TEXT:
            del options["text"]
            options["text_file"] = TEXT_FILE
        written = " ".join(f"--{name.replace('_', '-')} {shlex.quote(str(value))}" for name, value in options.items())
        return f"python -m cells.train {self.task} {self.cell} {written}"


@lru_cache(maxsize=8)  # a long text is not cut into its characters again and again
def problem_of(task: str, settings: tuple[tuple[str, Value], ...]) -> Problem:
    """Return the problem of a task with its settings. Raises InputError."""
    return ALL_TASKS[task].problem(**dict(settings))


OPTION_NAMES = tuple(field.name for field in fields(Recipe) if field.name not in ("task", "cell", "settings"))


def usual_options(task: str) -> dict[str, int | float | str]:
    """Return the training options, by the names of TRAINING_SETTINGS, that a task is learnt with when none is given."""
    return {setting.name: setting.default for setting in TRAINING_SETTINGS} | dict(ALL_TASKS[task].usual)


def recipe(task: str, cell: str, settings: Mapping[str, Value] | None = None, **options: Value | None) -> Recipe:
    """Return a checked recipe; what is left out, or None, is the task's usual value.

    task, cell: keys of TASKS and CELLS. settings: those of the task. options: by the names of TRAINING_SETTINGS.
    Raises InputError for an unknown name and for a value out of its bounds, also where the task's sequences, the units
    and the batch together would need too much memory.
    """
    check_known(N_("There is no task {name}; there are {names}."), task, ALL_TASKS)
    unknown = N_("There is no unit {name}; there are {names}.") if task in DEEP_TASKS else NO_CELL
    check_known(unknown, cell, learners_of(task))
    usual = usual_options(task)
    for name in options:
        check_known(N_("There is no training option {name}; there are {names}."), name, usual)
    values = usual | {name: value for name, value in options.items() if value is not None}
    for setting in TRAINING_NUMBERS:
        check_number(setting, cast(float, values[setting.name]))  # which refuses a text too
    check_known(N_("There is no optimiser {name}; there are {names}."), str(values["optimiser"]), OPTIMISERS)
    own = ALL_TASKS[task].values(settings or {})
    checked_recipe = Recipe(
        task=task,
        cell=cell,
        units=int(values["units"]),
        updates=int(values["updates"]),
        seed=int(values["seed"]),
        optimiser=str(values["optimiser"]),
        learning_rate=float(values["learning_rate"]),
        clip=float(values["clip"]),
        forget_bias=float(values["forget_bias"]),
        batch=int(values["batch"]),
        settings=tuple(own.items()),
        layers=int(values["layers"]),
        directions=int(values["directions"]),
        residual=int(values["residual"]) if int(values["layers"]) > 1 else 0,  # between layers, of which there is one
    )
    check_stacking(checked_recipe, checked_recipe.problem())
    check_size(checked_recipe, checked_recipe.problem())
    return checked_recipe


def asks_at_end(task: str) -> bool:
    """Tell whether a task with its usual settings asks for its answer at the end alone, as both directions need it."""
    return problem_of(task, tuple(ALL_TASKS[task].values({}).items())).asks_at_end


def check_stacking(recipe: Recipe, problem: Problem) -> None:
    """Raise InputError where layers or directions mean nothing for what is learnt."""
    if recipe.task in DEEP_TASKS and recipe.stacking != SINGLE_LAYER:
        raise InputError(
            N_("A stack of units has a depth, and neither layers nor directions: {names} stay as usual."),
            names=", ".join(setting.name for setting in STACKING),
        )
    if recipe.directions > 1 and not problem.asks_at_end:
        raise InputError(
            N_(
                "Both directions can learn only what is asked at the end: the task {task} is asked before that, where "
                "the backward one would have read the answer already."
            ),
            task=recipe.task,
        )


def check_known(template: str, name: str, names: Mapping[str, object]) -> None:
    """Raise InputError with `template` unless `name` is one of `names`."""
    if name not in names:
        raise InputError(template, name=name, names=", ".join(names))


def check_size(recipe: Recipe, problem: Problem) -> None:
    """Raise InputError where a batch would not fit into memory, and for a stack past its limits."""
    if recipe.task in DEEP_TASKS:
        plan = checked_plan(plan_of(recipe.cell, recipe.units, dict(recipe.settings)))
        numbers = numbers_in(plan, recipe.batch) // SIGNALS_A_STEP
    else:
        units = recipe.units * recipe.layers * recipe.directions
        numbers = problem.steps * recipe.batch * (len(problem.channels) + units + len(problem.outputs))
    if numbers > MAX_NUMBERS:
        raise InputError(
            N_("This run is {times} times too large for the memory: take fewer steps, units or sequences an update."),
            times=f"{numbers / MAX_NUMBERS:.1f}",
        )
