"""Dates in any order, clocks of twelve hours, counts since some beginning: held against pandas."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cells import InputError, Reading, read_sequence

MORNING = pd.Timestamp(2024, 1, 1, 9)
HOURS = pd.date_range(MORNING, periods=5, freq="h")
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}  # nanoseconds


def read(*entries: object, name: str = "when", **options: Any) -> Reading:
    rows = [f'"{entry}",{step}' for step, entry in enumerate(entries)]
    return read_sequence("\n".join([f"{name},x", *rows]).encode(), **options)


def times(reading: Reading) -> list[pd.Timestamp]:
    return list(pd.DatetimeIndex(reading.table.index))


def asked(reading: Reading) -> list[list[str]]:
    return [list(question.readings) for question in reading.questions if question.setting == "dates"]


class TestTheOrderOfDayAndMonth:
    @pytest.mark.parametrize("mark", ["/", ".", "-", ". "])
    @pytest.mark.parametrize(("order", "dayfirst"), [("%d{0}%m{0}%Y", True), ("%m{0}%d{0}%Y", False)])
    def test_a_later_row_decides_for_all(self, mark: str, order: str, dayfirst: bool) -> None:
        dates = pd.date_range("2024-01-01", "2024-12-31", freq="D")
        written = [date.strftime(order.format(mark)) for date in dates]
        reading = read(*written)
        assert times(reading) == list(dates)
        assert asked(reading) == []
        assert not reading.filled.any()
        other = "mdy" if dayfirst else "dmy"
        assert times(read(*written, dates=other)) == list(dates), "the file decides it"

    @pytest.mark.parametrize(
        ("entries", "likely"),
        [
            (["01/02/2024", "02/02/2024", "03/02/2024", "04/02/2024"], "dmy"),
            (["02/01/2024", "02/02/2024", "02/03/2024", "02/04/2024"], "mdy"),
            (["01/02/2024", "01/03/2024", "01/04/2024"], "mdy"),
            (["01.02.2024", "01.03.2024", "01.04.2024"], "dmy"),
        ],
    )
    def test_what_is_open_is_asked_the_likely_first(self, entries: list[str], likely: str) -> None:
        reading = read(*entries)
        other = "mdy" if likely == "dmy" else "dmy"
        assert asked(reading) == [[likely, other]]
        for order in (likely, other):
            expected = pd.to_datetime(entries, dayfirst=order == "dmy")
            assert list(reading.questions[0].readings[order]) == [date.date().isoformat() for date in expected]
            answered = read(*entries, dates=order)
            assert times(answered) == list(expected)
            assert [question.answered for question in answered.questions] == [True]
        assert times(reading) == times(read(*entries, dates=likely))

    def test_years_of_two_digits_may_stand_first(self) -> None:
        reading = read("01-02-24", "02-02-24", "03-02-24")
        assert asked(reading) == [["dmy", "ymd", "mdy"]]
        assert times(read("01-02-24", "02-02-24", dates="ymd"))[0] == pd.Timestamp(2001, 2, 24)

    def test_days_that_are_the_same_both_ways_are_not_asked(self) -> None:
        assert asked(read("01/01/2024", "02/02/2024")) == []

    def test_years_first_are_clear(self) -> None:
        assert asked(read("2024-01-02", "2024-02-02")) == []

    def test_a_hole_is_told_with_its_row(self) -> None:
        with pytest.raises(InputError, match=r"^Row 3 has no time in column “when”\.$"):
            read("01/02/2024", "-", "13/02/2024")


class TestClocks:
    @pytest.mark.parametrize(
        "entry",
        [
            "2024. 1. 1. 오전 9:00",
            "2024. 1. 1. 오전 9시",
            "2024년 1월 1일 오전 9시 0분",
            "2024년 1월 1일 9시",
            "2024-01-01 오전 09:00:00",
            "２０２４년 １월 １일 오전 ９：００",
            "2024年1月1日 上午9:00",
            "2024年1月1日 9時0分",
            "1/1/2024 9:00 AM",
            "1/1/2024 9:00:00 a.m.",
            "2024.1.1 (월) 09:00",
            "1 Jan 2024 09:00",
        ],
    )
    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_a_morning_is_read_however_it_is_written(self, entry: str, form: Any) -> None:
        other = entry.replace("2024. 1. 1", "2024. 1. 2").replace("1월 1일", "1월 2일")
        reading = read(unicodedata.normalize(form, entry), unicodedata.normalize(form, other))
        assert times(reading)[0] == MORNING

    @pytest.mark.parametrize(
        ("clock", "hour"),
        [
            ("오전 12:30", 0),
            ("오전 0:30", 0),
            ("오전 11:30", 11),
            ("오후 12:30", 12),
            ("오후 1:30", 13),
            ("오후 11:30", 23),
        ],
    )
    def test_halves_of_the_day(self, clock: str, hour: int) -> None:
        (time,) = times(read(f"2024. 1. 1. {clock}"))
        assert (time.hour, time.minute) == (hour, 30)

    def test_english_halves_are_those_of_pandas(self) -> None:
        entries = [f"3/14/2024 {hour}:05 {half}" for half in ("AM", "PM") for hour in (12, *range(1, 12))]
        expected = pd.to_datetime(pd.Series(entries), format="%m/%d/%Y %I:%M %p")
        assert times(read(*entries)) == list(expected)


class TestTimesAsNumbers:
    @pytest.mark.parametrize("name", ["time", "Timestamp", "unix", "time_ms", "Time (s)", "측정 시각"])
    @pytest.mark.parametrize("unit", UNITS)
    @pytest.mark.each_value
    def test_counts_since_1970_tell_their_unit(self, name: str, unit: str) -> None:
        counts = [time.value // UNITS[unit] for time in HOURS]
        reading = read(*counts, name=name)
        assert times(reading) == list(pd.to_datetime(counts, unit=unit)) == list(HOURS)  # type: ignore[call-overload]
        assert reading.time is not None
        assert (reading.time.written, reading.time.interval, asked(reading)) == (unit, "1h", [])

    def test_parts_of_a_second_are_kept(self) -> None:
        assert times(read("1704099600.25", "1704099600.75", name="time"))[0] == MORNING + pd.Timedelta("250ms")
        exact = MORNING.value + 1
        assert times(read(exact, exact + 10, name="time"))[0].value == exact

    def test_days_of_a_spreadsheet(self) -> None:
        serials = [45292.375, 45292.5, 45292.625]
        expected = pd.to_datetime(pd.Series(serials), unit="D", origin="1899-12-30").dt.round("ms")
        assert times(read(*serials, name="date")) == list(expected)
        assert asked(read(*serials, name="date")) == []

    def test_days_or_seconds_is_asked(self) -> None:
        reading = read(45292, 45293, name="time")
        assert asked(reading) == [["excel", "s"]]
        assert reading.questions[0].readings["s"] == ("45292 s", "45293 s")
        assert read(45292, 45293, name="time", dates="s").sequence.labels == ("45292 s", "45293 s")
        assert asked(read(45292, 45293, name="seconds")) == [["s", "excel"]]

    @pytest.mark.parametrize(
        ("entries", "first", "others"),
        [
            (["202401", "202402"], "2024-01-01", []),
            (["20240131", "20240201"], "2024-01-31", []),
            (["2024010109", "2024010110"], "2024-01-01 09:00", ["digits", "s"]),
            (["202401010930", "202401010931"], "2024-01-01 09:30", ["digits", "ms"]),
            (["20240101093015", "20240101093016"], "2024-01-01 09:30:15", []),
        ],
    )
    def test_digits_in_a_row(self, entries: list[str], first: str, others: list[str]) -> None:
        reading = read(*entries, name="date")
        assert times(reading)[0] == pd.Timestamp(first)
        assert asked(reading) == ([others] if others else [])

    def test_a_column_of_any_name_is_one_where_it_is_chosen(self) -> None:
        counts = [time.value // 10**6 for time in HOURS]
        assert read(*counts, name="t").time is None
        assert times(read(*counts, name="t", time="t")) == list(HOURS)
        assert times(read(0, 86_400_000, name="t", time="t", dates="ms"))[1] == pd.Timestamp("1970-01-02")

    def test_a_way_that_does_not_fit_is_told_with_its_row(self) -> None:
        with pytest.raises(InputError, match=r"^Row 2, column “date”: “1704099600000” is no time"):
            read(1704099600000, 1704099660000, name="date", dates="excel")

    def test_seconds_from_a_beginning_stay_such(self) -> None:
        reading = read(*np.arange(0, 3, 0.5), name="time")
        assert reading.sequence.labels[:2] == ("0 s", "0.5 s")
        assert asked(reading) == []
