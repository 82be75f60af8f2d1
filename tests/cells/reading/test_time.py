"""Times that are irregular, unsorted, repeated or torn: what is found in them, and the even steps they become."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import torch

from cells import InputError, Reading, read_sequence
from cells.reading import TimeFindings
from tests import ROOT

CO2 = ROOT / "cells" / "data" / "co2.csv"


def read(*rows: str, header: str = "when,x", **options: Any) -> Reading:
    return read_sequence("\n".join([header, *rows]).encode(), **options)


def found(reading: Reading) -> TimeFindings:
    assert reading.time is not None
    return reading.time


def column(reading: Reading) -> list[float]:
    values: list[float] = reading.values[:, 0].tolist()
    return values


def rows_filled(reading: Reading) -> list[int]:
    return [step for step, filled in enumerate(reading.filled[:, 0].tolist()) if filled]


class TestHowTimesAreWritten:
    @pytest.mark.parametrize(
        ("entries", "written"),
        [
            (["2024-01-05", "2024-01-06"], "ISO8601"),
            (["2024-01-05T00:00Z", "2024-01-06T00:00Z"], "ISO8601"),
            (["2024/01/05", "2024/01/06"], "ISO8601"),
            (["2024. 1. 5.", "2024. 1. 6."], "%Y. %m. %d."),
            (["2024년 1월 5일", "2024년 1월 6일"], "%Y년 %m월 %d일"),
            (["1/5/2024", "1/6/2024"], "%m/%d/%Y"),
            (["5.1.2024", "6.1.2024"], "%d.%m.%Y"),
        ],
    )
    def test_dates_are_recognised(self, entries: list[str], written: str) -> None:
        reading = read(f"{entries[0]},1", f"{entries[1]},2")
        assert found(reading).written == written
        assert found(reading).column == "when"
        assert reading.sequence.labels == ("2024-01-05", "2024-01-06")
        assert reading.channels == ("x",)

    def test_days_and_months_are_told_apart_where_they_can_be(self) -> None:
        assert found(read("05/01/2024,1", "13/01/2024,2")).written == "%d/%m/%Y"

    def test_hours_are_shown_where_there_are_any(self) -> None:
        reading = read("2024-01-05 06:00,1", "2024-01-05 18:30,2")
        assert reading.sequence.labels == ("06:00", "18:30")

    def test_offsets_that_differ_are_brought_to_one_clock(self) -> None:
        reading = read("2024-01-05T09:00+09:00,1", "2024-01-05T01:00+00:00,2")
        assert reading.sequence.labels == ("00:00", "01:00")

    def test_years_and_days_in_numbers(self) -> None:
        years = read("1700,5", "1701,6", header="year,x")
        assert years.sequence.labels == ("1700", "1701")
        assert read("20240131,5", "20240201,6", header="date,x").sequence.labels == ("2024-01-31", "2024-02-01")

    def test_seconds_in_numbers(self) -> None:
        reading = read("0,5", "0.5,6", "1,7", header="time,x")
        assert reading.sequence.labels == ("0 s", "0.5 s", "1 s")
        assert found(reading).interval == "500ms"
        assert read("1700000000,5", "1700000060,6", header="time,x").sequence.labels[0] == "22:13:20"

    @pytest.mark.parametrize("decimals", [5, 6, 9])
    def test_days_of_a_spreadsheet_are_as_exact_as_their_decimals(self, decimals: int) -> None:
        reading = read(*(f"{45292 + hour / 24:.{decimals}f},{hour}" for hour in range(24)), header="date,x")
        assert (found(reading).even, found(reading).interval) == (True, "1h")
        assert reading.sequence.labels[:3] == ("00:00", "01:00", "02:00")

    def test_days_with_more_decimals_keep_parts_of_a_second(self) -> None:
        reading = read(*(f"{45292 + step / 864_000:.10f},{step}" for step in range(9)), header="date,x")
        assert (found(reading).even, found(reading).interval) == (True, "100ms")

    def test_numbers_under_another_name_are_values_unless_given_as_the_time(self) -> None:
        rows = "2000,5", "2001,6"
        assert read(*rows, header="y,x").channels == ("y", "x")
        assert found(read(*rows, header="y,x", time="y")).written == "%Y"

    def test_a_single_column_of_years_is_a_sequence(self) -> None:
        assert read("1999", "2000", header="year").channels == ("year",)


class TestWhatIsFound:
    def test_even_rows_stay_as_they_are(self) -> None:
        reading = read("2024-01-01,1", "2024-01-02,5", "2024-01-03,2")
        assert column(reading) == [1, 5, 2]
        time = found(reading)
        assert (time.in_order, time.repeated, time.even, time.holes, time.interval) == (True, 0, True, 0, "1D")

    def test_unsorted_rows_are_sorted_and_it_is_said(self) -> None:
        reading = read("2024-01-03,3", "2024-01-01,1", "2024-01-02,2")
        assert column(reading) == [1, 2, 3]
        assert not found(reading).in_order
        assert reading.table["x"].tolist() == [3, 1, 2]

    def test_rows_of_one_time_are_averaged_and_counted(self) -> None:
        reading = read("2024-01-01,1", "2024-01-02,2", "2024-01-02,4", "2024-01-02,6", "2024-01-03,3")
        assert column(reading) == [1, 4, 3]
        assert found(reading).repeated == 2

    def test_holes_are_counted_and_filled(self) -> None:
        reading = read("2024-01-01,1", "2024-01-02,2", "2024-01-03,3", "2024-01-06,9")
        assert column(reading) == [1, 2, 3, 6, 6, 9]
        assert rows_filled(reading) == [3, 4]
        assert (found(reading).holes, found(reading).even) == (1, False)

    def test_months_are_even_as_they_are(self) -> None:
        reading = read("2024-01-01,1", "2024-02-01,2", "2024-03-01,3", "2024-04-01,4")
        assert (found(reading).even, found(reading).interval) == (True, "MS")
        assert rows_filled(reading) == []
        torn = read("2024-01-01,1", "2024-02-01,2", "2024-03-01,3", "2024-05-01,4", "2024-06-01,5")
        assert rows_filled(torn) == [3]
        assert found(torn).holes == 1

    def test_jitter_tears_no_holes(self) -> None:
        seconds = [0, 59, 121, 179, 241, 300, 361]
        reading = read(*(f"{second},{step}" for step, second in enumerate(seconds)), header="time,x", interval="1min")
        assert column(reading) == list(range(7))
        assert rows_filled(reading) == []
        assert not found(reading).even

    def test_a_single_row_is_a_step(self) -> None:
        assert column(read("2024-01-01,1")) == [1]


class TestResampling:
    ROWS = ("2024-01-01 00:00,0", "2024-01-01 06:00,6", "2024-01-01 18:00,18", "2024-01-02 00:00,24")

    def test_downsampling_takes_the_mean_of_a_day_from_midnight_on(self) -> None:
        rows = [f"2024-01-0{day} {hour:02}:00,{10 * day + hour}" for day in (1, 2) for hour in (6, 8, 10)]
        reading = read(*rows, interval="1D")
        assert reading.sequence.labels == ("2024-01-01", "2024-01-02")
        assert column(reading) == [18, 28]

    @pytest.mark.parametrize(
        ("method", "values"),
        [
            ("mean", [0, 3, 6, 12, 12, 12, 18, 21, 24]),
            ("linear", [0, 3, 6, 9, 12, 15, 18, 21, 24]),
            ("previous", [0, 0, 6, 6, 6, 6, 18, 18, 24]),
        ],
    )
    def test_upsampling_fills_the_steps_between(self, method: str, values: list[float]) -> None:
        reading = read(*self.ROWS, interval="3h", method=method)
        assert column(reading) == values
        assert rows_filled(reading) == [1, 3, 4, 5, 7]

    @pytest.mark.parametrize("method", ["mean", "linear", "previous"])
    def test_the_own_interval_of_even_rows_changes_nothing(self, method: str) -> None:
        rows = [f"2024-01-{day:02},{day * day}" for day in range(1, 20)]
        assert torch.equal(read(*rows, interval="1D", method=method).values, read(*rows).values)

    def test_linear_goes_through_every_row_wherever_it_is(self) -> None:
        reading = read(*(f"{second},{2 * second}" for second in (0, 1, 2.5, 3.25, 7)), header="time,x", method="linear")
        seconds = [float(label.removesuffix(" s")) for label in reading.sequence.labels]
        assert seconds == [0, 1.25, 2.5, 3.75, 5, 6.25, 7.5]
        assert column(reading) == pytest.approx([2 * min(second, 7) for second in seconds])  # no row is after 7 s

    @pytest.mark.parametrize("method", ["mean", "linear", "previous"])
    def test_a_step_that_begins_before_every_row_has_a_value(self, method: str) -> None:
        reading = read("1.5,2", "2.5,4", header="time,x", interval="1D", method=method)
        assert column(reading) == [3 if method == "mean" else 2]

    def test_no_more_steps_than_the_limit(self) -> None:
        with pytest.raises(InputError, match=r"^An interval of 1ns makes \d+ steps; at most 4000000 fit\.$"):
            read(*self.ROWS, interval="1ns")

    @pytest.mark.parametrize("interval", ["soon", "-1D", "0D", "0h"])
    def test_an_interval_that_leads_nowhere(self, interval: str) -> None:
        with pytest.raises(InputError, match=f"^“{interval}” is no interval: write for instance 30min"):
            read(*self.ROWS, interval=interval)


class TestBadTimes:
    def test_a_date_that_does_not_parse_is_named(self) -> None:
        with pytest.raises(InputError) as raised:
            read("2024-01-01,1", "2024-02-30,2", "2024-01-03,3")
        assert (
            str(raised.value) == "Row 3, column “when”: “2024-02-30” is no time, or written otherwise than the others."
        )

    def test_a_time_beyond_every_calendar_is_named(self) -> None:
        with pytest.raises(InputError, match=r"^Row 3, column “when”: “-01-05” is no time"):
            read("2024-01-01,1", "-01-05,2", "2024-01-03,3")

    def test_a_number_beyond_every_year_is_named(self) -> None:
        with pytest.raises(InputError, match=r"^Row 3, column “year”: “9+…” is no time"):
            read("1700,1", "9" * 30 + ",2", "1702,3", header="year,x")

    def test_a_row_without_a_time_is_named(self) -> None:
        with pytest.raises(InputError, match=r"^Row 3 has no time in column “when”\.$"):
            read("2024-01-01,1", ",2", "2024-01-03,3")

    def test_words_given_as_the_time(self) -> None:
        with pytest.raises(InputError, match=r"^Row 2, column “when”: “soon” is no time"):
            read("soon,1", "later,2", time="when")


class TestCo2:
    def test_the_weekly_series_has_its_holes(self) -> None:
        reading = read_sequence(CO2)
        time = found(reading)
        assert (time.column, time.even, time.interval) == ("date", True, "7D")
        assert reading.values.shape == (2284, 1)
        assert reading.filled.sum() == 59
        assert (reading.sequence.labels[0], reading.sequence.labels[-1]) == ("1958-03-29", "2001-12-29")
        assert column(reading)[:8] == pytest.approx([316.1, 317.3, 317.6, 317.5, 316.4, 316.9, 317.2, 317.5])
        assert rows_filled(reading)[0] == 6

    def test_without_its_empty_rows_it_is_the_same(self) -> None:
        kept = [line for line in CO2.read_text(encoding="utf-8").splitlines() if not line.endswith(",")]
        torn = read_sequence("\n".join(kept).encode())
        assert torch.equal(torn.values, read_sequence(CO2).values)
        assert rows_filled(torn) == rows_filled(read_sequence(CO2))
        assert found(torn).holes == (pd.DatetimeIndex(torn.table.index).to_series().diff() > pd.Timedelta(days=7)).sum()

    def test_it_becomes_months(self) -> None:
        reading = read_sequence(CO2, interval="MS")
        table = pd.read_csv(CO2, parse_dates=["date"], index_col="date")["co2"]
        months = table.groupby(table.index.to_period("M")).mean()  # type: ignore[attr-defined]
        known = ~reading.filled[:, 0].numpy()
        assert column(reading)[:2] == pytest.approx([316.1, 317.2])
        assert reading.values[known, 0].numpy() == pytest.approx(months.dropna().to_numpy(), abs=1e-4)
        assert len(months) == len(reading.values)
