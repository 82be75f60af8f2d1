"""Even steps out of rows at any times: what was found, and what was filled. pandas does the work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset, Day, Tick

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MAX_READ_STEPS

METHODS = {"mean": N_("mean"), "linear": N_("linear"), "previous": N_("previous value")}
CALENDAR = {"MS": (28, 31), "ME": (28, 31), "QS": (90, 92), "QE": (90, 92), "YS": (365, 366), "YE": (365, 366)}  # days
EVEN = 1e-6  # of a step: clocks are written with so many digits
HOLE = 1.5  # usual gaps: a longer gap is a hole

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class TimeFindings:
    """Findings about a time column.

    written: how, for instance "%m/%d/%Y". in_order: whether the rows were sorted. repeated: how many rows were averaged
    into one of the same time. even: whether all gaps are the same, or the calendar's. holes: how many gaps are longer
    than one and a half usual ones. usual: the median gap. interval: of the steps, as pandas writes it, found or given.
    """

    column: str
    written: str
    in_order: bool
    repeated: int
    even: bool
    holes: int
    usual: pd.Timedelta
    interval: str


def on_even_steps(
    table: pd.DataFrame, column: str, written: str, interval: str | None, method: str
) -> tuple[pd.DataFrame, Mask, TimeFindings]:
    """Return a table of rows by times on even steps, which of its values (T, I) were filled, and what was found.

    Rows of one time are averaged. Without an interval it is the calendar's (months, quarters, years) where all rows lie
    on it, and the median gap otherwise. See `resampled` for the methods.
    """
    in_order = bool(table.index.is_monotonic_increasing)
    rows = len(table)
    if not in_order:
        table = table.sort_index(kind="stable")
    if table.index.has_duplicates:
        table = table.groupby(level=0).mean()
    times = pd.DatetimeIndex(table.index)
    gaps = np.diff(times.to_numpy()).astype("timedelta64[ns]").astype(np.int64)
    usual = pd.Timedelta(int(np.median(gaps)) if len(gaps) else 0, unit="ns")
    calendar = calendar_step(times, usual)
    even = is_even(times, gaps, usual, calendar)
    holes = int((gaps > HOLE * usual.value).sum())
    step = offset_of(interval) if interval else usual_step(calendar, usual)
    findings = TimeFindings(column, written, in_order, rows - len(table), even, holes, usual, interval_text(step))
    if len(table) == 1 or (even and interval is None):
        return fill_holes(table, method), table.isna().to_numpy(), findings
    return *resampled(table, step, usual, method), findings


def is_even(times: pd.DatetimeIndex, gaps: NDArray[np.int64], usual: pd.Timedelta, calendar: str | None) -> bool:
    """Tell whether sorted times are evenly apart, by the calendar's step if they lie on one."""
    if calendar:
        return len(pd.date_range(times[0], times[-1], freq=calendar)) == len(times)
    return bool((np.abs(gaps - usual.value) <= EVEN * usual.value).all())


def evenly_apart(times: pd.DatetimeIndex) -> bool:
    """Tell whether sorted and different times are evenly apart."""
    gaps = np.diff(times.to_numpy()).astype("timedelta64[ns]").astype(np.int64)
    usual = pd.Timedelta(int(np.median(gaps)) if len(gaps) else 0, unit="ns")
    return is_even(times, gaps, usual, calendar_step(times, usual))


def calendar_step(times: pd.DatetimeIndex, usual: pd.Timedelta) -> str | None:
    """Return the calendar's step (months, quarters, years) on which all times lie, if there is one."""
    for name, (least, most) in CALENDAR.items():
        if (
            least <= usual / pd.Timedelta(days=1) <= most
            and times.isin(pd.date_range(times[0], times[-1], freq=name)).all()
        ):
            return name
    return None


def usual_step(calendar: str | None, usual: pd.Timedelta) -> BaseOffset:
    """Return the step by itself: the calendar's, or the usual gap, in days where they are whole."""
    days, rest = divmod(usual, pd.Timedelta(days=1))
    return to_offset(calendar) if calendar else Day(int(days)) if not rest and days else to_offset(usual)


def interval_text(step: BaseOffset) -> str:
    """Return a step as a person writes it: "1D", "30min", "MS"."""
    return f"1{step.freqstr}" if isinstance(step, Tick | Day) and step.n == 1 else step.freqstr


def offset_of(interval: str) -> BaseOffset:
    """Return an interval as pandas understands it. Raises InputError for one that it does not, or that goes nowhere."""
    start = pd.Timestamp(2000, 1, 1)
    try:
        offset = to_offset(interval)
        if (start + offset).as_unit("ns") > start:  # in nanoseconds, for rows are brought to even steps in these
            return offset
    except (ValueError, OverflowError):
        pass
    raise InputError(
        N_("“{interval}” is no interval: write for instance 30min, 1h, 1D, 7D or MS (months)."),
        interval=shortened(interval),
    )


def resampled(table: pd.DataFrame, step: BaseOffset, usual: pd.Timedelta, method: str) -> tuple[pd.DataFrame, Mask]:
    """Bring sorted rows to even steps; return these, and which values (T, I) had no row of their own.

    mean: the mean of a step's rows; a step without one gets the mean of its neighbours. linear: the value on the line
    between the rows before and after. previous: the latest row's value. Before the first value and after the last, the
    nearest. A step no longer than the usual gap takes the rows nearest to it, so that jitter does not tear holes; a
    longer one those from its beginning on, so that a day is a day.
    """
    first, last = table.index[0], table.index[-1]
    length = (first + step + step) - (first + step)
    count = (last - first) / length + 1
    if count > MAX_READ_STEPS:
        raise InputError(
            N_("An interval of {interval} makes {count} steps; at most {limit} fit."),
            interval=interval_text(step),
            count=int(count),
            limit=MAX_READ_STEPS,
        )
    if isinstance(step, Tick | Day) and length <= usual:
        means = table.resample(length, origin=first - length / 2).mean()
        means.index = means.index + length / 2
    else:
        means = table.resample(step).mean()
    steps = means.index
    if method == "mean":
        return fill_holes(means, method), means.isna().to_numpy()
    both = table.reindex(table.index.union(steps))  # steps may all lie before the first row
    return fill_holes(both, method).reindex(steps), means.isna().to_numpy()


def fill_holes(steps: pd.DataFrame, method: str) -> pd.DataFrame:
    """Fill the holes of steps as `method` says, at the ends with the nearest value."""
    if not steps.isna().any(axis=None):
        return steps
    if method == "linear":
        steps = steps.interpolate(method="time" if isinstance(steps.index, pd.DatetimeIndex) else "linear")
    elif method == "mean":
        steps = (steps.ffill() + steps.bfill()) / 2
    return steps.ffill().bfill()
