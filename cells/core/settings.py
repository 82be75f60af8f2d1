"""A setting that a person may change: declared once, it is a slider, a link parameter and a bound to test against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from numbers import Integral, Real

from cells.core.messages import N_, InputError

MAX_STEPS = 2000
MAX_UNITS = 256
MAX_LAYERS = 4
MAX_SHOWN_UNITS = 1024  # of a trained layer that a page shows
FEWEST_CELLS, MOST_CELLS = 2, 4  # beside each other, compared or studied; each has a colour and dashes of its own


@dataclass(frozen=True)
class Number:
    """A number between `low` and `high`, in steps of `step`; whole when `default` is an int.

    `needs_gates` names gates of which a cell must have one, with weights of its own, for the setting to mean anything
    (none when it means something for every cell). `names` are what its few values are called, from `low` up, where a
    word says more than the number.
    """

    name: str
    title: str
    default: int | float
    low: int | float
    high: int | float
    step: int | float
    needs_gates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def means_something(self, gates: Collection[str]) -> bool:
        """Tell whether the setting means something for a cell whose weights have rows for `gates`."""
        return not self.needs_gates or not set(self.needs_gates).isdisjoint(gates)


@dataclass(frozen=True)
class Text:
    """Free text, as typed."""

    name: str
    title: str
    default: str


@dataclass(frozen=True)
class Choice:
    """One of a few words, key -> title."""

    name: str
    title: str
    default: str
    choices: Mapping[str, str]


Setting = Number | Text | Choice


def check_number(setting: Number, value: int | float) -> None:
    """Raise InputError, naming the setting and its bounds, unless `value` is one that `setting` takes."""
    whole = isinstance(setting.default, int)
    if isinstance(value, Integral if whole else Real) and setting.low <= value <= setting.high:
        return
    template = (
        N_("{name} must be a whole number from {low} to {high}, not {value}.")
        if whole
        else N_("{name} must be a number from {low} to {high}, not {value}.")
    )
    raise InputError(template, name=setting.name, low=setting.low, high=setting.high, value=value)
