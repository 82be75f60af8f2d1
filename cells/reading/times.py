"""The column of times in a table, and its entries as times."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.columns import check_there, row_of
from cells.reading.raw import Raw

SECONDS, YEARS, DAYS = "s", "%Y", "%Y%m%d"
SAMPLE = 200  # entries from which the way of writing is found out
DATE_FORMATS = (
    "ISO8601",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y. %m. %d",
    "%Y. %m. %d.",
    "%Y년 %m월 %d일",
    "%m/%d/%Y",  # where days and months cannot be told apart, this one is taken; the reading says which
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
)
HOURS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f")
FORMATS = tuple(day + hour for day in DATE_FORMATS for hour in (HOURS if day != "ISO8601" else HOURS[:1]))
NAMES = re.compile(r"time|timestamp|date|datetime|seconds?|sec|year|시간|시각|날짜|일자|일시|연도|년|年", re.IGNORECASE)


def time_column(raw: Raw, time: str | bool | None) -> str | None:
    """Return the name of the time column: the one given, or the first that reads as dates, or None.

    Not for `time=False`.
    """
    if time is False:
        return None
    if isinstance(time, str):
        check_there(time, list(map(str, raw.table.columns)))
        return time
    if raw.time is not None:
        return raw.time
    if raw.table.shape[1] == 1:
        return None
    return next((str(name) for name in raw.table.columns if looks_like_time(raw.table[name], str(name))), None)


def looks_like_time(column: pd.Series, name: str) -> bool:
    """Tell whether a column is taken for the time by itself: dates, or whole numbers under a name that says so."""
    if is_datetime64_any_dtype(column):
        return True
    sample = column.dropna().iloc[:SAMPLE]
    if sample.empty or is_bool_dtype(sample):
        return False
    if is_numeric_dtype(sample):
        named = NAMES.fullmatch(name.strip()) is not None
        return named and (written_as(sample) != SECONDS or bool(sample.is_monotonic_increasing))
    return bool(parse(sample, written_as(sample)).notna().mean() > 0.5)


def written_as(sample: pd.Series) -> str:
    """Find out how times are written: a format of pandas, or SECONDS for numbers that are neither years nor days."""
    if is_numeric_dtype(sample):
        if (sample % 1 == 0).all():
            if sample.between(1000, 2999).all():
                return YEARS
            if sample.between(1000_01_01, 2999_12_31).all() and parse(sample, DAYS).notna().all():
                return DAYS
        return SECONDS
    best, chosen = -1, FORMATS[0]
    for date_format in FORMATS:
        count = int(parse(sample, date_format).notna().sum())
        if count > best:
            best, chosen = count, date_format
        if best == len(sample):
            break
    return chosen


def parse(entries: pd.Series, date_format: str) -> pd.Series:
    """Parse entries as times, NaT for what is none. Offsets from UTC are kept as they are if all are the same."""
    if date_format == SECONDS:
        return pd.to_datetime((entries.astype(np.float64) * 1e9).round(), unit="ns", errors="coerce")
    if is_numeric_dtype(entries):
        entries = entries.astype("Int64").astype(str)
    elif entries.dtype == object:  # words among numbers, or whole numbers of no end
        entries = entries.astype(str)
    try:
        times = pd.to_datetime(entries, format=date_format, errors="coerce")
    except ValueError:  # several offsets
        times = pd.to_datetime(entries, format=date_format, errors="coerce", utc=True)
    return times.dt.tz_localize(None)


def times_of(raw: Raw, name: str) -> tuple[pd.DatetimeIndex, str]:
    """Return the times of all rows, and how they are written. Raises InputError naming the first row without a time."""
    column = raw.table[name]
    if is_datetime64_any_dtype(column):
        times, date_format = column, "datetime64"
    else:
        date_format = written_as(column.dropna().iloc[:SAMPLE])
        times = in_pieces(column, date_format)
    wrong = times.isna().to_numpy()
    if not wrong.any() and not 1 <= times.min().year <= times.max().year <= 9999:
        wrong = ~times.dt.year.between(1, 9999).to_numpy()
    if wrong.any():
        index = int(wrong.argmax())
        raise no_time(row_of(raw, index), name, column.iloc[index])
    return in_nanoseconds(pd.DatetimeIndex(times)), date_format


def in_pieces(column: pd.Series, date_format: str, size: int = 100_000) -> pd.Series:
    """Return the parsed column: pandas makes a Python object of each entry, so not of all at once."""
    if date_format == FORMATS[0] and column.dtype != object:
        try:
            return column.astype("timestamp[ns][pyarrow]").astype("datetime64[ns]")  # ten times as fast
        except (ValueError, TypeError, ImportError, NotImplementedError):  # offsets, other forms of ISO 8601, errors
            pass
    pieces = [parse(column.iloc[start : start + size], date_format) for start in range(0, len(column), size)]
    return pd.concat(pieces) if len(pieces) > 1 else pieces[0]


def in_nanoseconds(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return times in nanoseconds, so that every interval fits; unchanged beyond the years 1677 to 2262."""
    try:
        return times.as_unit("ns")
    except pd.errors.OutOfBoundsDatetime:
        return times


def no_time(row: int, name: str, entry: object) -> InputError:
    """Return the error for a row whose time cannot be read."""
    if pd.isna(entry):  # type: ignore[call-overload]
        return InputError(N_("Row {row} has no time in column “{column}”."), row=row, column=shortened(name))
    return InputError(
        N_("Row {row}, column “{column}”: “{entry}” is no time, or written otherwise than the others."),
        row=row,
        column=shortened(name),
        entry=shortened(str(entry)),
    )
