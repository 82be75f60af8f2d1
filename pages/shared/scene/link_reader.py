"""A reader of links: one parameter after the other, each held against what it may be.

What a link says wrongly is answered by a message and the usual value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cells.core.messages import N_, InputError
from cells.core.settings import Choice, Number, Setting, Text
from pages.shared.words.text import quoted

R = TypeVar("R")
V = TypeVar("V")
Value = int | float | str


class LinkReader:
    """A reader that takes parameters out of a link one by one, and collects what is wrong with them.

    rest: the parameters that nobody has taken yet. problems: what could not be used, in the order in which it was met.
    """

    def __init__(self, query: Mapping[str, str]) -> None:
        self.rest = dict(query)
        self.problems: list[InputError] = []

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """Take one of `choices`, or None."""
        value = self.rest.pop(name, None)
        if value is None or value in choices:
            return value
        self.complain(
            N_("{name}={value} in the link is not one of: {choices}."), name, value, choices=", ".join(choices)
        )
        return None

    def setting(self, setting: Setting) -> Value:
        """Take a setting within its bounds; text as it is."""
        value = self.rest.pop(setting.name, None)
        if value is None:
            return setting.default
        if isinstance(setting, Text):
            return value
        if isinstance(setting, Choice):
            self.rest[setting.name] = value
            return self.choice(setting.name, setting.choices) or setting.default
        number = as_number(value, whole=isinstance(setting.default, int))
        if number is not None and setting.low <= number <= setting.high:
            return number
        self.complain_of_number(setting, value)
        return setting.default

    def bounded(self, setting: Number) -> int | float | None:
        """Take a number within its bounds, or None where the link has none that can be used."""
        problems = len(self.problems)
        value = self.setting(setting) if setting.name in self.rest else None
        return None if isinstance(value, str) or len(self.problems) > problems else value

    def complain_of_number(self, setting: Number, value: str) -> None:
        """Complain of a value that is no number, or out of bounds."""
        kind = (
            N_("{name}={value} in the link is not a whole number from {low} to {high}.")
            if isinstance(setting.default, int)
            else N_("{name}={value} in the link is not a number from {low} to {high}.")
        )
        self.complain(kind, setting.name, value, low=setting.low, high=setting.high)

    def whole(self, name: str) -> int | None:
        """Take a whole number, its bounds still unknown, or None."""
        value = self.rest.pop(name, None)
        number = None if value is None else as_number(value, whole=True)
        if value is not None and number is None:
            self.complain(N_("{name}={value} in the link is not a whole number."), name, value)
        return None if number is None else int(number)

    def parsed(self, name: str, read: Callable[[str], R]) -> R | None:
        """Take what `read` makes of a value, or None."""
        return self.tried(read, self.rest.pop(name)) if name in self.rest else None

    def entries(self, name: str, split: Callable[[str], Collection[str]], read: Callable[[str], R]) -> tuple[R, ...]:
        """Take what `read` makes of each entry of a list; an entry that cannot be read costs only itself."""
        written = split(self.rest.pop(name)) if name in self.rest else ()
        return tuple(value for entry in written if (value := self.tried(read, entry)) is not None)

    def tried(self, read: Callable[[V], R], value: V) -> R | None:
        """Return what `read` makes of a value; None where it raises InputError, which is kept."""
        try:
            return read(value)
        except InputError as problem:
            self.problems.append(problem)
            return None

    def complain(self, template: str, name: str, value: str, **values: object) -> None:
        """Add a problem."""
        self.problems.append(InputError(template, name=name, value=quoted(value), **values))


def as_number(text: str, whole: bool) -> int | float | None:
    """Return the number that `text` writes in plain decimals, or None."""
    pattern = r"[+-]?\d{1,15}" if whole else r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?"
    if not re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE):
        return None
    return int(text) if whole else float(text)


@dataclass(frozen=True)
class Field:
    """A Scene's field as a link spells it: `read` takes its parameter out of a link, None where it is as usual."""

    read: Callable[[LinkReader], Any]
    write: Callable[[Any], str] = str


YES_OR_NO = {"yes": True, "no": False}


def yes_or_no(name: str) -> Field:
    """Return a field that is true or false, and that a link spells yes or no."""
    return Field(
        lambda reader: None if (word := reader.choice(name, YES_OR_NO)) is None else YES_OR_NO[word],
        lambda value: "yes" if value else "no",
    )
