"""A setting that a person may change: declared once, it is a slider, a link parameter and a bound to test against."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real

from cells.messages import N_, InputError

MAX_STEPS = 2000
MAX_UNITS = 256
MAX_LAYERS = 4


@dataclass(frozen=True)
class Number:
    """A number between `low` and `high`, in steps of `step`; whole when `default` is an int.

    `needs_signal` names the signal that a cell must have for the setting to mean anything ("" when every cell does).
    `names` are what its few values are called, from `low` up, where a word says more than the number.
    """

    name: str
    title: str
    default: int | float
    low: int | float
    high: int | float
    step: int | float
    needs_signal: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """Free text, as typed."""

    name: str
    title: str
    default: str


Setting = Number | Text


def checked(setting: Number, value: int | float) -> None:
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
