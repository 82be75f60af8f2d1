"""As much as can be used of what a link says: where values do not go together, as few as will do are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TypeVar

from cells.core.messages import N_, InputError

R = TypeVar("R")
V = TypeVar("V")


def made_of_most(values: Mapping[str, V], make: Callable[[dict[str, V]], R]) -> tuple[R, list[InputError]]:
    """Make something of named values; where it cannot be made of all, of all but one of them, but two, or of none.

    Returns it, and if something was left out, why, and what. Raises InputError where it cannot be made of none either.
    """
    try:
        return make(dict(values)), []
    except InputError as problem:
        left_out = first_without(values, make)
        told = InputError(N_("Left out, so that the rest can be used: {names}."), names=", ".join(left_out))
        return make({name: value for name, value in values.items() if name not in left_out}), [problem, told]


def first_without(values: Mapping[str, V], make: Callable[[dict[str, V]], object]) -> tuple[str, ...]:
    """Return the fewest names without which something can be made: one or two of them, or else all."""
    for names in (*combinations(values, 1), *combinations(values, 2)):
        try:
            make({name: value for name, value in values.items() if name not in names})
        except InputError:
            continue
        return names
    return tuple(values)
