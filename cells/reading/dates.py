"""Times as people and programs write them: dates in any order, clocks of twelve hours, counts since some beginning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cells.core.messages import N_

FOUND = "found"
DATES = {
    FOUND: N_("as found"),
    "ymd": N_("year, month, day"),
    "mdy": N_("month, day, year"),
    "dmy": N_("day, month, year"),
    "digits": N_("digits in a row, 20240131"),
    "s": N_("seconds"),
    "ms": N_("milliseconds"),
    "us": N_("microseconds"),
    "ns": N_("nanoseconds"),
    "excel": N_("days of a spreadsheet"),
}
COUNTS = ("s", "ms", "us", "ns", "excel", "digits")  # the ways in which numbers are times
ISO, SECONDS, YEARS, DAYS = "ISO8601", "s", "%Y", "%Y%m%d"
PANDAS_UNITS: dict[str, Literal["s", "ms", "us", "ns"]] = {"s": "s", "ms": "ms", "us": "us", "ns": "ns"}
UNITS = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}  # of a second
EPOCH = (10**8, 42 * 10**8)  # seconds since 1970 that are taken for dates: the years 1973 to 2103
LAST_SECOND = 9 * 10**9  # what pandas can hold of seconds since 1970; larger counts are of parts of seconds
DIGITS = {4: YEARS, 6: "%Y%m", 8: DAYS, 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
SPREADSHEET = pd.Timestamp(1899, 12, 30)  # its day 0
SERIALS = (20_000, 80_000)  # days of a spreadsheet that are taken for dates: the years 1954 to 2119
MOST_OF_SECONDS, LEFT_OVER = 6, 1e-10  # decimals of days that carry seconds, and what a float has beyond them
OF_DAYS = re.compile(r".*(date|day|날짜|일자|일시|日).*", re.IGNORECASE)
OF_SECONDS = re.compile(r".*(sec|초|\bs\b|秒).*", re.IGNORECASE)

BEFORE_NOON, AFTER_NOON = r"오전|上午|午前|[AaＡ]\.?[Mm]\.?", r"오후|下午|午後|[PpＰ]\.?[Mm]\.?"
CLOCK = re.compile(
    rf"(?P<before>{BEFORE_NOON}|{AFTER_NOON})?\s*(?P<hour>\d{{1,2}})\s*[:시時时]\s*(?:(?P<minute>\d{{1,2}})\s*[:분分]?\s*)?"
    rf"(?:(?P<second>\d{{1,2}}(?:\.\d+)?)\s*[초秒]?)?\s*(?P<after>{BEFORE_NOON}|{AFTER_NOON})?$"
)
WEEKDAY = re.compile(r"\s*\((?:[월화수목금토일月火水木金土日]|[A-Za-z]{2,9})\)")
NUMERIC = re.compile(
    r"(\d{1,4})(\s?[-/.년年]\s?)(\d{1,2})(\s?[-/.월月]\s?)(\d{1,4})(\.|\s?[일日])?"
    r"(?:(T|,?\s+)(\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?))?"
)
NAMED = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%b %Y", "%B %Y")
NAMED_HOURS = ("", " %H:%M", " %H:%M:%S")


def tidied(entries: pd.Series) -> pd.Series:
    """Return entries of text with plain digits, no weekdays, and clocks of 24 hours: "오후 3시 5분" is 15:05:00."""
    return entries.map(tidy_date, na_action="ignore")


def needs_tidying(entries: pd.Series) -> bool:
    """Tell whether any entry has letters, or digits of other scripts, that a format does not know."""
    return bool(entries.str.contains(r"[^\x00-\x7f]|[AaPp]\.?[Mm]|\(", regex=True).any())


def tidy_date(entry: str) -> str:
    """Return one entry as `tidied` does."""
    entry = WEEKDAY.sub("", unicodedata.normalize("NFKC", entry)).strip()
    clock = CLOCK.search(entry)
    if clock is None or not (clock["before"] or clock["after"] or not entry.isascii()):
        return entry
    hour, half = int(clock["hour"]), clock["before"] or clock["after"] or ""
    if re.fullmatch(AFTER_NOON, half) and hour < 12:
        hour += 12
    elif re.fullmatch(BEFORE_NOON, half) and hour == 12:
        hour = 0
    second = f":{clock['second'].zfill(2)}" if clock["second"] else ""
    return f"{entry[: clock.start()].rstrip()} {hour:02}:{(clock['minute'] or '0').zfill(2)}{second}".strip()


def formats_of(entry: str) -> dict[str, str]:
    """Return the formats of pandas that a tidied entry may be written in, by the order of day, month and year."""
    match = NUMERIC.fullmatch(entry)
    if match is None:
        return {}
    first, one, _, two, last, end, gap, clock, seconds, fraction = match.groups()
    hours = "" if not clock else f"{gap}%H:%M" + (":%S" if seconds else "") + (".%f" if fraction else "")
    year = "%Y" if max(len(first), len(last)) == 4 else "%y"

    def written(*parts: str) -> str:
        return f"{parts[0]}{one}{parts[1]}{two}{parts[2]}{end or ''}{hours}"

    by_order = {
        "ymd": written(year, "%m", "%d"),
        "mdy": written("%m", "%d", year),
        "dmy": written("%d", "%m", year),
    }
    if len(first) == 4:
        return {"ymd": by_order["ymd"]}
    if len(last) == 4:
        del by_order["ymd"]
    if "." in one or "-" in one:  # where nothing tells them apart: days are written first with these
        return {order: by_order[order] for order in ("dmy", "mdy", "ymd") if order in by_order}
    return {order: by_order[order] for order in ("mdy", "dmy", "ymd") if order in by_order}


def parsed(entries: pd.Series, date_format: str) -> pd.Series:
    """Parse text as times, NaT for what is none. Offsets from UTC are kept as they are if all are the same."""
    try:
        times = pd.to_datetime(entries, format=date_format, errors="coerce")
    except ValueError:  # several offsets
        times = pd.to_datetime(entries, format=date_format, errors="coerce", utc=True)
    return times.dt.tz_localize(None)


def counted(numbers: pd.Series, way: str) -> pd.Series:
    """Return numbers as times, NaT for what is none: counts of seconds and their parts since 1970, days, or digits."""
    if way == "digits":
        whole = numbers.where((numbers % 1 == 0) & numbers.between(0, 10**15))
        length = len(str(int(whole.median()))) if whole.notna().any() else 8
        text = whole.astype("Int64").astype("str").where(whole.notna())
        return parsed(text.where(text.str.len() == length), DIGITS.get(length, DAYS))
    if way == "excel":
        return days_counted(numbers.astype(np.float64))
    if numbers.dtype.kind == "i":
        return pd.to_datetime(numbers, unit=PANDAS_UNITS[way], errors="coerce")
    return counted_in_parts(numbers.to_numpy(np.float64), 10**9 // UNITS[way]).set_axis(numbers.index)


def days_counted(days: pd.Series) -> pd.Series:
    """Return days of a spreadsheet as times, as exact as their decimals are: to the second up to six, as it shows them.

    An hour is 0.041666… of a day, so that 0.041667 is 29 ms late, and rows an hour apart would be irregular; six
    decimals carry 0.0864 s, five, as some programs write them, nearly a second. More carry the millisecond.
    """
    written = days.dropna()
    unit = 1000 if (np.abs(written - written.round(MOST_OF_SECONDS)) < LEFT_OVER).all() else 1
    parts = (days * (86_400_000 // unit)).round() * unit
    return pd.to_datetime(parts, unit="ms", origin=SPREADSHEET, errors="coerce")


def counted_in_parts(numbers: NDArray[np.float64], unit: int) -> pd.Series:
    """Return numbers with a fraction, in a unit of so many nanoseconds, as times: as exact as such numbers are."""
    there = np.abs(numbers) < LAST_SECOND * (10**9 // unit)
    whole = np.floor(np.where(there, numbers, 0))
    digits = np.where(np.abs(whole) < EPOCH[0], 1e9, 1e6)  # the larger the number, the fewer it has behind its point
    fraction = np.round((np.where(there, numbers, 0) - whole) * digits) / digits
    nanoseconds = whole.astype(np.int64) * unit + np.round(fraction * unit).astype(np.int64)
    return pd.Series(nanoseconds.view("datetime64[ns]")).where(there)


def ways_of(numbers: pd.Series, name: str) -> list[str]:
    """Return the ways in which most numbers may be times, the likely one first. name: of their column."""
    middle = numbers.median()
    present = numbers[numbers.between(middle / 10, middle * 10)]  # one that is far off is told with its row
    low, high = (float(present.min()), float(present.max())) if len(present) else (0.0, 0.0)
    count = next((way for way, parts in UNITS.items() if EPOCH[0] * parts <= low <= high < EPOCH[1] * parts), None)
    if in_digits(present, low, high):
        return ["digits", count] if count else ["digits"]
    if count:
        return [count]
    if SERIALS[0] <= low <= high < SERIALS[1]:
        if OF_SECONDS.match(name):
            return [SECONDS, "excel"]
        return ["excel"] if OF_DAYS.match(name) else ["excel", SECONDS]
    return [next((way for way, parts in UNITS.items() if high < LAST_SECOND * parts), SECONDS)]


def in_digits(numbers: pd.Series, low: float, high: float) -> bool:
    """Tell whether all numbers are years, or years with months, days, hours and so on as digits in a row."""
    length = len(f"{low:.0f}")
    if length not in DIGITS or length != len(f"{high:.0f}") or not 1000 <= low / 10 ** (length - 4) < 3000:
        return False
    if not 1000 <= high / 10 ** (length - 4) < 3000 or not (numbers % 1 == 0).all():
        return False
    return length == 4 or bool(counted(numbers, "digits").notna().all())


def most_even(readings: Iterable[tuple[str, pd.Series]], step_of: Callable[[pd.DatetimeIndex], bool]) -> list[str]:
    """Return the names of readings of the same entries, those first whose times are in order and evenly apart.

    step_of: tells whether sorted times are evenly apart.
    """
    ranks = {}
    for place, (name, times) in enumerate(readings):
        index = pd.DatetimeIndex(times.dropna())
        ordered = pd.DatetimeIndex(index.unique().sort_values())
        gaps = np.diff(ordered.to_numpy()).astype("timedelta64[s]").astype(np.float64)
        spread = 0.0 if step_of(ordered) or not gaps.mean() else float(gaps.std() / gaps.mean())
        ranks[name] = (not index.is_monotonic_increasing, spread, place)
    return sorted(ranks, key=lambda name: ranks[name])
