"""The checks of what is given for the sizes of a unit and of a stack."""

from __future__ import annotations

from numbers import Integral

from cells.core.messages import N_, InputError

MOST_CHANNELS = 4096  # that one unit reads or writes: more than the deepest dense stack has
MOST_PLACES = 255  # that a kernel spans


def check_whole(name: str, value: object, low: float, high: float) -> None:
    """Raise InputError, naming the size and its limits, unless `value` is a whole number within them."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        raise InputError(
            N_("{name} must be a whole number from {low} to {high}, not {value}."),
            name=name,
            low=low,
            high=high,
            value=repr(value) if isinstance(value, str | bool) else value,
        )


def check_kernel(value: int, high: float = MOST_PLACES) -> None:
    """Raise InputError unless a kernel is an odd whole number up to `high`."""
    check_whole("kernel", value, 1, high)
    if value % 2 == 0:
        raise InputError(N_("A kernel has an odd size, so that it has a middle, not {kernel}."), kernel=value)


def check_flag(name: str, value: object) -> None:
    """Raise InputError unless `value` is True or False."""
    if not isinstance(value, bool):
        raise InputError(N_("{name} must be True or False, not {value}."), name=name, value=repr(value))
