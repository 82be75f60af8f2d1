"""A training as a link spells it: the task, then what is not as usual, "latch,length:20,units:4,forget_bias:1.0"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from cells.core.messages import N_, InputError
from cells.core.settings import Choice, Number, Setting, Text
from cells.training import TASKS, TRAINING_SETTINGS, usual_options
from cells.training.task import Value
from pages.shared.scene.link_reader import LinkReader
from pages.shared.words.text import quoted

PART, BETWEEN = ",", ":"
LONG_TEXT = "kept"  # stands in a link, with a key, for a text that is too long for it
ESCAPED = {"%": "%25", PART: "%2C"}
TEXT_FROM = "text"  # the setting that is a text


@dataclass(frozen=True)
class Training:
    """A task to learn, by its key in TASKS, and the settings that are not as usual, (name, value) by name.

    A text that is too long for a link stands under the name LONG_TEXT, by its key.
    """

    task: str
    values: tuple[tuple[str, Value], ...] = ()

    def value(self, name: str) -> Value:
        """Return a setting's value."""
        return dict(self.values).get(name, usual_values(self.task)[name])

    def with_value(self, name: str, value: Value) -> Training:
        """Return the training with another value of one setting."""
        values = {**dict(self.values), name: value}
        if name == TEXT_FROM:
            values.pop(LONG_TEXT, None)
        usual = usual_values(self.task)
        return Training(self.task, tuple(sorted((n, v) for n, v in values.items() if v != usual.get(n))))

    @property
    def settings(self) -> dict[str, Value]:
        """The values of the task's own settings."""
        return {setting.name: self.value(setting.name) for setting in TASKS[self.task].settings}

    @property
    def options(self) -> dict[str, Value]:
        """The values of the settings that every training has."""
        return {setting.name: self.value(setting.name) for setting in TRAINING_SETTINGS}


# A signal that is held: within a hundred updates the forget gate learns to stay open.
USUAL_TRAINING = Training("latch", (("forget_bias", 1.0), ("length", 20), ("units", 4), ("updates", 300)))


def settings_of_task(task: str) -> dict[str, Setting]:
    """Return every setting of a training, by name: the task's own first."""
    return {setting.name: setting for setting in (*TASKS[task].settings, *TRAINING_SETTINGS)}


def usual_values(task: str) -> dict[str, Value]:
    """Return the values that a training of a task has where a link says nothing."""
    own: Mapping[str, Value] = {setting.name: setting.default for setting in TASKS[task].settings}
    return {**own, **usual_options(task)}


def write_training(training: Training) -> str:
    """Write a training as `take_training` reads it."""
    values = [f"{name}{BETWEEN}{escaped(str(value))}" for name, value in training.values]
    return PART.join([training.task, *values])


def escaped(text: str) -> str:
    """Escape what parts one value from the next."""
    return "".join(ESCAPED.get(character, character) for character in text)


def take_training(reader: LinkReader) -> Training | None:
    """Take the training out of a link, without those of its settings that cannot be read; each of them is named."""
    if "training" not in reader.rest:
        return None
    task, *parts = reader.rest.pop("training").split(PART)
    if reader.tried(check_task, task) is None:
        return None
    training = Training(task)
    for part in parts:
        training = reader.tried(partial(with_part, training), part) or training
    return training


def check_task(task: str) -> str:
    """Return a task's key. Raises InputError for one that is unknown."""
    if task not in TASKS:
        raise InputError(
            N_("The task “{written}” in the link is not one of: {choices}."),
            written=quoted(task),
            choices=", ".join(TASKS),
        )
    return task


def with_part(training: Training, part: str) -> Training:
    """Return the training with one setting of a link. Raises InputError for what it cannot be."""
    settings = settings_of_task(training.task)
    name, between, written = part.partition(BETWEEN)
    if name == LONG_TEXT and TEXT_FROM in settings:
        return Training(training.task, tuple(sorted((*training.values, (LONG_TEXT, written)))))
    if name in settings and between:
        return training.with_value(name, read_value(settings[name], unquote(written)))
    raise InputError(N_("“{written}” in the link’s training is unknown."), written=quoted(part))


def read_value(setting: Setting, written: str) -> Value:
    """Read a value from a link. Raises InputError for what the setting cannot be."""
    if isinstance(setting, Text) or (isinstance(setting, Choice) and written in setting.choices):
        return written
    if isinstance(setting, Number) and (number := number_in(setting, written)) is not None:
        return number
    raise InputError(
        N_("{name}={written} in the link’s training cannot be used."), name=setting.name, written=quoted(written)
    )


def number_in(setting: Number, written: str) -> int | float | None:
    """Read a number within the setting's bounds, or return None."""
    try:
        number = int(written) if isinstance(setting.default, int) else float(written)
    except ValueError:
        return None
    return number if setting.low <= number <= setting.high else None
