"""The task and the names of inputs and outputs that the file of a trained cell has beside its weights.

Axes: I input features, O outputs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cells.checkpoints.vocabulary import Vocabulary, labelled, rows_of_tokens
from cells.core.messages import N_, InputError
from cells.core.readable import written
from cells.training.recipe import problem_of
from cells.training.saved import CUT, names_of
from cells.training.task import Problem, Value
from cells.training.tasks import TASKS

CUT_OFF = re.compile(re.escape(CUT).replace(re.escape("{count}"), r"\d+") + r"\Z")
LENGTH, TEXT = "length", "text"  # settings of tasks


@dataclass(frozen=True)
class Learnt:
    """The task that a model has been taught.

    task: a key of TASKS. channels, outputs: the file's names of the I inputs and O outputs. settings: those of the
    task, the usual ones where the file's cannot be used; a long text has been cut off.
    """

    task: str
    channels: tuple[str, ...]
    outputs: tuple[str, ...]
    settings: Mapping[str, Value]

    @property
    def usual(self) -> Problem:
        """The task with its usual settings, which has the same goal and kind of inputs."""
        return problem_of(self.task, tuple(TASKS[self.task].values({}).items()))

    @property
    def symbolic(self) -> bool:
        """True where a step reads one of the channels."""
        return self.usual.symbolic

    @property
    def activation(self) -> str:
        """The activation that makes a prediction of the readout's scores, see `Goal`."""
        return self.usual.goal.activation

    @property
    def words(self) -> frozenset[str]:
        """The names that are the task's own words, which a page can translate, and no symbols."""
        return frozenset(name for name in (*self.usual.channels, *self.usual.outputs) if len(name) > 1)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The outputs' names as labels, nothing invisible and nothing endless."""
        return tuple(map(self.label, self.outputs))

    def label(self, name: str) -> str:
        """Return a name as a label; a word of the task's own as it is."""
        return name if name in self.words else labelled(name)

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary of symbols, each character at its channel; None for numbers."""
        return Vocabulary(rows_of_tokens([written(name) for name in self.channels])) if self.symbolic else None

    @property
    def length(self) -> int:
        """The task's length in the training."""
        return int(self.settings[LENGTH])

    @property
    def passage(self) -> str:
        """The text that was learnt, as far as the file has it; "" for a task without one."""
        return CUT_OFF.sub("", str(self.settings.get(TEXT, "")))

    def problem(self, length: int) -> Problem | None:
        """Return the task with that length, or its own where it cannot have that; None where the file lacks a part."""
        for settings in ({**self.settings, LENGTH: length}, self.settings):
            try:
                problem = TASKS[self.task].problem(**settings)  # not kept: the text may be somebody's own
            except InputError:
                continue
            return problem if self.has(problem) else None
        return None

    def has(self, problem: Problem) -> bool:
        """Tell whether the model reads what a problem gives, and answers it.

        Only of a text do the names decide that.
        """
        ours, theirs = (self.channels, self.outputs), (problem.channels, problem.outputs)
        return ours == theirs if TEXT in self.settings else [*map(len, ours)] == [*map(len, theirs)]


def learnt_of(metadata: Mapping[str, str], inputs: int, outputs: int) -> tuple[Learnt, tuple[InputError, ...]]:
    """Read the metadata of a trained cell's file, and return with it what has to be said of it.

    inputs, outputs: how many of each the weights have. Raises InputError for an unknown task, and for names that are
    not as many.
    """
    task = metadata.get("task", "")
    if task not in TASKS:
        raise InputError(N_("The file’s cell or task is not known here: {name}."), name=labelled(task))
    read, answered = names_of(metadata.get("inputs", "")), names_of(metadata.get("outputs", ""))
    if (len(read), len(answered)) != (inputs, outputs):
        raise InputError(N_("The file’s names of inputs and outputs are not as many as its weights have."))
    try:
        return Learnt(task, read, answered, settings_in(task, metadata.get("recipe", ""))), ()
    except InputError as problem:
        return Learnt(task, read, answered, TASKS[task].values({})), (problem,)


def settings_in(task: str, recipe: str) -> dict[str, Value]:
    """Return the task's settings in a recipe written as JSON. Raises InputError."""
    try:
        settings = json.loads(recipe)["settings"]
        return TASKS[task].values(settings)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise InputError(N_("The file’s settings of its task cannot be used: the usual ones are taken.")) from problem
