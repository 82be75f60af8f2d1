"""The bounds within which times can be counted with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from cells.core.messages import N_, InputError

OUT_OF_BOUNDS = (pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta, OverflowError)


@contextmanager
def within_calendar(times: pd.DatetimeIndex) -> Iterator[None]:
    """Raise InputError where steps over these times lead beyond what pandas can count with."""
    try:
        yield
    except OUT_OF_BOUNDS as error:
        first, last = times.min(), times.max()
        raise InputError(
            N_("The times reach from the year {first} to {last}, too far for even steps: choose fewer rows."),
            first=first.year,
            last=last.year,
        ) from error
