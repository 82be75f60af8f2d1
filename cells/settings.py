"""A setting that a person may change: declared once, it is a slider, a link parameter and a bound to test against."""

from __future__ import annotations

from dataclasses import dataclass

MAX_STEPS = 2000
MAX_UNITS = 256


@dataclass(frozen=True)
class Number:
    """A number between `low` and `high`, in steps of `step`; whole when `default` is an int.

    `needs_signal` names the signal that a cell must have for the setting to mean anything ("" when every cell does).
    """

    name: str
    title: str
    default: int | float
    low: int | float
    high: int | float
    step: int | float
    needs_signal: str = ""


@dataclass(frozen=True)
class Text:
    """Free text, as typed."""

    name: str
    title: str
    default: str


Setting = Number | Text
