"""Tasks for a network: inputs, what is asked of it and where, and how its answers are judged.

Axes: T time steps, B sequences of a batch, I input features, O outputs, N asked steps of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import torch
from torch import Generator, Tensor
from torch.nn.functional import embedding

from cells.core.messages import N_, InputError
from cells.core.readable import signed
from cells.core.sequence import Sequence
from cells.core.settings import Choice, Number, Setting, check_number
from cells.training.goals import Goal

Value = int | float | str
MOST_AT_ONCE, NUMBERS_AT_ONCE = 16, 1 << 20  # batches, and numbers, that are drawn at a time


@dataclass(frozen=True)
class Batch:
    """Sequences to learn from, side by side.

    inputs: (T, B, I) float32; a sequence that is shorter than the longest ends in zeros. targets: as the goal takes
    them, (T, B, O) float32 or (T, B) int64. mask: (T, B), true at the steps at which an answer is asked for; the last
    one is the sequence's last step.
    """

    inputs: Tensor
    targets: Tensor
    mask: Tensor


Sampler = Callable[[int, Generator], Batch]


@dataclass(frozen=True)
class Problem:
    """A task with its settings fixed.

    channels, outputs: names of the I inputs and the O outputs. sample(B, generator) draws a batch to learn from and
    `fresh` one to be judged by, which is never learnt from; by itself it is drawn as the others are, elsewhere. A
    `fresh` of what there is only once gives the same sequences whatever it is asked for; `once` says so.
    criterion: the success at which the task counts as learnt; chance: that of guessing; trivial: that of the simple
    solution which remembers nothing. All three are a share from 0 to 1, or an error where `goal.lower`. steps: the
    most steps of a sequence. symbolic: whether a step reads one of the channels. named: the labels of a sequence's
    (T, I) inputs, where they are not just the numbers.
    """

    channels: tuple[str, ...]
    outputs: tuple[str, ...]
    goal: Goal
    sample: Sampler
    criterion: float
    chance: float
    trivial: float
    steps: int
    fresh: Sampler | None = None
    once: bool = False
    symbolic: bool = False
    named: Callable[[Tensor], tuple[str, ...]] | None = None

    def judged_by(self, batch: int, generator: Generator) -> Batch:
        """Return a batch of sequences to be judged by."""
        return (self.fresh or self.sample)(batch, generator)

    def reached(self, success: float) -> bool:
        """Tell whether a success meets the criterion."""
        return success <= self.criterion if self.goal.lower else success >= self.criterion

    @cached_property
    def asks_at_end(self) -> bool:
        """True where an answer is asked for at the last step alone; a readout is not taught what to give before."""
        mask = self.judged_by(1, seeded(0)).mask[:, 0]
        return bool(mask[-1]) and int(mask.sum()) == 1

    def sequence(self, seed: int = 0) -> Sequence:
        """Draw one sequence to step through, as those that the network is judged by: (T, I).

        Opens at the first step at which an answer is asked for.
        """
        batch = self.judged_by(1, seeded(seed))
        asked = batch.mask[:, 0].nonzero().flatten().tolist()
        values = batch.inputs[: asked[-1] + 1, 0].clone()
        return Sequence(values, self._labels(values), self.channels, start=asked[0], symbolic=self.symbolic)

    def wanted(self, seed: int = 0) -> tuple[str, ...]:
        """Return the right answer at each step of `sequence(seed)`, as text; "" where none is asked for."""
        batch = self.judged_by(1, seeded(seed))
        asked = batch.mask[:, 0].tolist()
        answers = [
            self.goal.answer_text(target, self.outputs) if ask else ""
            for ask, target in zip(asked, batch.targets[:, 0], strict=True)
        ]
        return tuple(answers[: len(asked) - asked[::-1].index(True)])

    def _labels(self, values: Tensor) -> tuple[str, ...]:
        if self.symbolic:
            return tuple(self.channels[position] for position in values.argmax(dim=-1).tolist())
        if self.named is not None:
            return self.named(values)
        return tuple("/".join(map(signed, row)) for row in values.tolist())


@dataclass(frozen=True)
class Task:
    """One thing to learn: an entry of the menu and of the link's vocabulary.

    about: one sentence for a person. source: its literature. measure: what the number of its success is. build: takes
    a keyword for each setting. usual: training options that suit it, by their names in `cells.training.recipe`.
    """

    key: str
    title: str
    about: str
    source: str
    measure: str
    settings: tuple[Setting, ...]
    build: Callable[..., Problem]
    usual: Mapping[str, float] = field(default_factory=dict)

    def problem(self, **settings: Value) -> Problem:
        """Return the task with its settings, the usual ones where they are left out.

        Raises InputError for a setting that it does not have and for a value that cannot be used.
        """
        return self.build(**self.values(settings))

    def values(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        """Fill in all settings, those of `settings` checked. Raises InputError."""
        own = {setting.name: setting for setting in self.settings}
        for name, value in settings.items():
            if name not in own:
                raise InputError(N_("The task {task} has no setting {setting}."), task=self.key, setting=name)
            check_value(own[name], value)
        return {name: settings.get(name, setting.default) for name, setting in own.items()}

    def sequence(self, seed: int = 0, **settings: Value) -> Sequence:
        """Draw one of its sequences, the same for the same seed, for a person to step through: (T, I)."""
        return self.problem(**settings).sequence(seed)


def check_value(setting: Setting, value: Value) -> None:
    """Raise InputError unless it is a value that the setting takes."""
    if isinstance(setting, Number):
        check_number(setting, cast(float, value))  # which refuses a text too
    elif not isinstance(value, str):
        raise InputError(N_("{name} must be a text."), name=setting.name)
    elif isinstance(setting, Choice) and value not in setting.choices:
        raise InputError(
            N_("{name} is one of {names}, not {value}."),
            name=setting.name,
            names=", ".join(setting.choices),
            value=value,
        )


def seeded(seed: int) -> Generator:
    """Return a generator of its own, so that the random numbers that the process shares are left alone."""
    return torch.Generator().manual_seed(seed)


class Batches:
    """Batches to learn from without end. Several are drawn at a time, where they are small: that costs less.

    `position` is where it stands, from which an equal one goes on.
    """

    def __init__(self, problem: Problem, batch: int, generator: Generator, taken: int = 0) -> None:
        """Begin a stream; taken: how many of the first ones that are drawn together have been taken already."""
        numbers = problem.steps * batch * (len(problem.channels) + len(problem.outputs))
        self._at_once = max(1, min(MOST_AT_ONCE, NUMBERS_AT_ONCE // numbers))
        self._problem, self._batch, self._generator = problem, batch, generator
        self._taken = self._at_once
        if taken:
            self._draw()
            self._taken = taken

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> Batch:
        if self._taken == self._at_once:
            self._draw()
        inputs, targets, mask, steps = self._drawn[self._taken]
        self._taken += 1
        return Batch(inputs[:steps], targets[:steps], mask[:steps])

    @property
    def position(self) -> tuple[Tensor, int]:
        """The state of the generator from which it goes on, and how many it has taken of what that draws next."""
        if self._taken == self._at_once:
            return self._generator.get_state(), 0
        return self._before, self._taken

    def _draw(self) -> None:
        self._before, self._taken = self._generator.get_state(), 0
        drawn = self._problem.sample(self._batch * self._at_once, self._generator)
        parts = [in_parts(values, self._at_once) for values in (drawn.inputs, drawn.targets, drawn.mask)]
        self._drawn = list(zip(*parts, longest(parts[-1]), strict=True))


def in_parts(values: Tensor, parts: int) -> Tensor:
    """Cut columns into equal parts, each in memory of its own: (T, K B, ...) -> (K, T, B, ...)."""
    return values.reshape(len(values), parts, -1, *values.shape[2:]).transpose(0, 1).contiguous()


def longest(mask: Tensor) -> list[int]:
    """Return the steps of the longest sequence of each of K batches, up to the last one asked; mask: (K, T, B)."""
    steps = torch.arange(1, mask.shape[1] + 1)
    lengths: list[int] = (mask.any(dim=-1) * steps).amax(dim=-1).tolist()
    return lengths


def one_hot_rows(indices: Tensor, letters: Tensor) -> Tensor:
    """Look up one-hot rows of `letters`, (K, I) float32: (T, B) -> (T, B, I). `one_hot` would go through int64."""
    return embedding(indices, letters)


def at_the_end(steps: int, batch: int) -> Tensor:
    """Return a mask that asks at the last step alone: (T, B)."""
    mask = torch.zeros(steps, batch, dtype=torch.bool)
    mask[-1] = True
    return mask
