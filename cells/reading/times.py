"""The column of times in a table, and its entries as times."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.columns import check_there, row_of
from cells.reading.dates import (
    COUNTS,
    EPOCH,
    FOUND,
    ISO,
    NAMED,
    NAMED_HOURS,
    SECONDS,
    UNITS,
    YEARS,
    counted,
    formats_of,
    most_even,
    needs_tidying,
    parsed,
    tidied,
    ways_of,
)
from cells.reading.missing import is_missing, without_missing
from cells.reading.numbers import is_number
from cells.reading.questions import SHOWN, Question
from cells.reading.raw import Raw
from cells.reading.texts import as_text, holds_prose
from cells.reading.timeline import evenly_apart

SAMPLE = 200  # entries from which the way of writing is found out
NAMES = re.compile(
    r"(time|timestamp|ts|date|date[ _/]?time|seconds?|sec|year|epoch|unix|day"
    r"|(측정|관측|기록)? ?(시간|시각|일시)|날짜|일자|연도|년|年)"
    r"[ _]*[\[(]?(s|sec|ms|us|µs|ns|utc|unix|kst|epoch)?[\])]?",
    re.IGNORECASE,
)


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
    if holds_prose(column):
        return False
    sample = column.dropna().iloc[:SAMPLE]
    named = NAMES.fullmatch(unicodedata.normalize("NFC", name).strip()) is not None
    if sample.empty or is_bool_dtype(sample) or not (named or may_be_date(str(sample.iloc[0]))):
        return False
    sample = entries_of(sample)
    if is_numeric_dtype(sample):
        of_times = ways_of(sample, name)[0] not in UNITS or sample.median() >= EPOCH[0]
        return named and not sample.dropna().empty and (of_times or bool(sample.is_monotonic_increasing))
    return any(parsed(sample, one).notna().mean() > 0.5 for one in formats_for(sample).values())


def may_be_date(entry: str) -> bool:
    """Tell whether an entry is no mere number, which would be a time under a name only that says so."""
    return not is_number(entry)


def entries_of(column: pd.Series) -> pd.Series:
    """Return the entries of a column as numbers where they are nothing else, as text otherwise, holes as null."""
    text = as_text(column)
    if text is None:
        return column
    column, _ = without_missing(text)
    for kind in ("int64[pyarrow]", "double[pyarrow]"):
        try:
            numbers = column.astype(kind)
        except (ValueError, TypeError):
            continue
        whole = kind.startswith("int") and not column.hasnans
        return pd.Series(numbers.to_numpy(np.int64 if whole else np.float64, na_value=np.nan), column.index)
    return tidied(column) if needs_tidying(column) else column


def formats_for(sample: pd.Series) -> dict[str, str]:
    """Return the formats in which text may be written, the likely one first, by the order of day, month and year."""
    present = sample.dropna()
    if present.empty or parsed(present, ISO).notna().mean() > 0.5:
        return {"": ISO}
    for entry in present.iloc[:SAMPLE]:
        if formats := formats_of(str(entry)):
            return formats
    names = {date + hours: int(parsed(present, date + hours).notna().sum()) for date in NAMED for hours in NAMED_HOURS}
    return {"": max(names, key=lambda name: names[name])}


def times_of(raw: Raw, name: str, dates: str = FOUND) -> tuple[pd.DatetimeIndex, str, Question | None]:
    """Return the times of all rows, how they are written, and what this leaves open.

    dates: the way of writing that was chosen, for where it is open. Raises InputError naming the first row without a
    time.
    """
    column = raw.table[name]
    if is_datetime64_any_dtype(column):
        readings, written = {"": column}, {"": "datetime64"}
    else:
        readings, written = readings_of(entries_of(column), name, dates)
    likely = dates if dates in readings else next(iter(readings))
    times = readings[likely]
    wrong = times.isna().to_numpy()
    if not wrong.any() and not 1 <= times.min().year <= times.max().year <= 9999:
        wrong = ~times.dt.year.between(1, 9999).to_numpy()
    if wrong.any():
        index = int(wrong.argmax())
        raise no_time(row_of(raw, index), name, column.iloc[index])
    question = time_question(name, column, readings, dates) if len(readings) > 1 else None
    return in_nanoseconds(pd.DatetimeIndex(times)), written[likely], question


def readings_of(entries: pd.Series, name: str, dates: str) -> tuple[dict[str, pd.Series], dict[str, str]]:
    """Return the times that entries may be, by the way of writing, the likely one first; and how that is written.

    Where one way reads all entries and another does not, the first is meant: a 31st is no month.
    """
    if is_numeric_dtype(entries):
        ways = ways_of(entries, name)
        readings = {way: counted(entries, way) for way in (dates, *ways) if way in COUNTS}
        whole = whole_ones(readings, entries)
        digits = YEARS if entries.between(1000, 2999).all() else "digits"
        written = {way: digits if way == "digits" else way for way in readings}
        return whole if dates not in readings or dates in whole else {dates: readings[dates]}, written
    formats = formats_for(entries.dropna().iloc[:SAMPLE])
    readings = {order: in_pieces(entries, one) for order, one in formats.items()}
    readings = whole_ones(readings, entries)
    if len(readings) > 1:
        order = most_even(readings.items(), evenly_apart)
        readings = {one: readings[one] for one in order}
    return readings, formats


def whole_ones(readings: dict[str, pd.Series], entries: pd.Series) -> dict[str, pd.Series]:
    """Return the readings that read every entry, each different one once; or the one that reads most of them."""
    counts = {way: int(times.notna().sum()) for way, times in readings.items()}
    whole: dict[str, pd.Series] = {}
    for way, times in readings.items():
        if counts[way] == entries.count() and not any(times.equals(other) for other in whole.values()):
            whole[way] = times
    best = max(counts, key=lambda way: counts[way])
    return whole or {best: readings[best]}


def time_question(name: str, column: pd.Series, readings: dict[str, pd.Series], dates: str) -> Question:
    """Return the question in which way the entries of a column are times."""
    first = column.head(SHOWN)
    shown = {way: tuple(time_text(time, way) for time in times.head(SHOWN)) for way, times in readings.items()}
    return Question("dates", name, tuple(map(str, first)), shown, answered=dates in readings)


def time_text(time: pd.Timestamp, way: str) -> str:
    """Write a time as a person reads it; seconds from some beginning as such."""
    if pd.isna(time):
        return ""
    if way == SECONDS and time.timestamp() < EPOCH[0]:
        return f"{time.timestamp():.10g} s"
    return time.isoformat(sep=" ").removesuffix(" 00:00:00")


def in_pieces(column: pd.Series, date_format: str, size: int = 100_000) -> pd.Series:
    """Return the parsed column: pandas makes a Python object of each entry, so not of all at once."""
    if date_format == ISO and column.dtype != object:
        try:
            return column.astype("timestamp[ns][pyarrow]").astype("datetime64[ns]")  # ten times as fast
        except (ValueError, TypeError, ImportError, NotImplementedError):  # offsets, other forms of ISO 8601, errors
            pass
    pieces = [parsed(column.iloc[start : start + size], date_format) for start in range(0, len(column), size)]
    return pd.concat(pieces) if len(pieces) > 1 else pieces[0]


def in_nanoseconds(times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return times in nanoseconds, so that every interval fits; unchanged beyond the years 1677 to 2262."""
    try:
        return times.as_unit("ns")
    except pd.errors.OutOfBoundsDatetime:
        return times


def no_time(row: int, name: str, entry: object) -> InputError:
    """Return the error for a row whose time cannot be read."""
    if pd.isna(entry) or is_missing(str(entry)):  # type: ignore[call-overload]
        return InputError(N_("Row {row} has no time in column “{column}”."), row=row, column=shortened(name))
    return InputError(
        N_("Row {row}, column “{column}”: “{entry}” is no time, or written otherwise than the others."),
        row=row,
        column=shortened(name),
        entry=shortened(str(entry)),
    )
