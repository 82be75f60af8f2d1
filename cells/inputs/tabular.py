"""Sequences out of tables of a person's own, and the weekly CO2 series as their example: read, resampled, in sections.

Axes: T time steps, I input features.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.core.sequence import Sequence
from cells.core.settings import MAX_STEPS, Choice, Number, Setting, Text, check_number
from cells.inputs.kind import SequenceKind
from cells.reading import Choices, Raw, Reading, raw_of, reading_of, source_of, standardised
from cells.reading.categories import WAYS
from cells.reading.dates import DATES
from cells.reading.limits import MAX_READ_STEPS
from cells.reading.numbers import DECIMALS
from cells.reading.source import Source
from cells.reading.timeline import METHODS

FILE = Path(__file__).parents[1] / "data" / "co2.csv"
TEN_YEARS = 520  # weeks
NO_TIME = "-"  # what `time` says where no column is the time
NO_HEADER = "-"  # what `header` says where no row names the columns
HEADER_WRITTEN = re.compile(r"[1-9]\d{0,8}", re.ASCII)
ROWS_WRITTEN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)

# Out of order, a time twice, a hole and a gap: everything that is told of a time column, in a few rows.
EXAMPLE = "\n".join(
    (
        "date,temperature,humidity",
        "2024-03-01,4.2,81",
        "2024-03-02,5.0,78",
        "2024-03-04,7.5,66",
        "2024-03-03,6.1,70",
        "2024-03-05,8.0,61",
        "2024-03-05,8.4,59",
        "2024-03-06,7.2,",
        "2024-03-09,3.9,85",
        "2024-03-10,4.8,80",
        "2024-03-11,6.6,72",
    )
)

SHEET = Text("sheet", N_("sheet"), "")
TIME = Text("time", N_("column of times"), "")
COLUMNS = Text("columns", N_("columns"), "")
ROWS = Text("rows", N_("rows"), "")
INTERVAL = Text("interval", N_("a step every"), "")
METHOD = Choice("method", N_("holes filled with"), "mean", METHODS)
SCALE = Choice("scale", N_("scale"), "standard", {"standard": N_("standardised"), "raw": N_("as it is")})
FIRST = Number("first", N_("from step"), 0, 0, MAX_READ_STEPS - 1, 1)
LENGTH = Number("length", N_("length"), MAX_STEPS, 1, MAX_STEPS, 1)

HEADER = Text("header", N_("row of the names"), "")
DECIMAL = Choice("decimal", N_("decimal mark"), "found", DECIMALS)
DATES_WRITTEN = Choice("dates", N_("times are written as"), "found", DATES)
WORDS = Choice("words", N_("columns of words"), "out", WAYS)

OPENING: tuple[Setting, ...] = (SHEET, HEADER, DECIMAL, ROWS)  # by which a file is opened
READING: tuple[Setting, ...] = (SHEET, TIME, COLUMNS, ROWS, INTERVAL, METHOD, HEADER, DECIMAL, DATES_WRITTEN, WORDS)
SECTION: tuple[Setting, ...] = (SCALE, FIRST, LENGTH)
TABULAR = (*READING, *SECTION)


def read_as_chosen(raw: Raw | Sequence, **choices: str) -> Reading:
    """Read a file that has been opened as its settings say, see `chosen`. Raises InputError as `reading_of` does."""
    return reading_of(raw, chosen(**choices))


def open_as_chosen(
    source: Source, required: bool, sheet: str = "", header: str = "", decimal: str = "found", rows: str = ""
) -> Raw | Sequence:
    """Open a file as its settings say. Raises InputError as `raw_of` does."""
    choices = chosen(sheet=sheet, header=header, decimal=decimal, rows=rows)
    return raw_of(source, required or choices.insist_on_table, choices)


def chosen(
    time: str = "", columns: str = "", rows: str = "", interval: str = "", header: str = "", **choices: str
) -> Choices:
    """Return settings as choices: each as text, "" for what is found by itself.

    time: a column, or "-" for none. columns: as a row of CSV. rows: "2-500". header: the row of the names, "-" for
    none. Raises InputError for rows and a header that are none.
    """
    return Choices(
        time=False if time == NO_TIME else time or None,
        columns=split_columns(columns) or None,
        rows=read_rows(rows),
        interval=interval or None,
        header=read_header(header),
        **choices,
    )


def split_columns(columns: str) -> list[str]:
    """Return the names in a row of CSV. Raises InputError for what is none."""
    try:
        return next(csv.reader(io.StringIO(columns, newline="")), [])
    except csv.Error as error:
        raise InputError(
            N_("“{written}” are no columns: write their names as a row of CSV."), written=shortened(columns)
        ) from error


def join_columns(names: list[str]) -> str:
    """Return the names as a row of CSV."""
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow(names)
    return row.getvalue()


def read_rows(rows: str) -> tuple[int, int] | None:
    """Read "2-500" as (2, 500), "" as None. Raises InputError for anything else."""
    if not rows:
        return None
    match = ROWS_WRITTEN.fullmatch(rows)
    if not match:
        raise InputError(
            N_("“{written}” are no rows: write the first and the last, as in 2-500."), written=shortened(rows)
        )
    return int(match[1]), int(match[2])


def read_header(header: str) -> int | None:
    """Read "3" as 3, "-" as 0, which is no row, and "" as None. Raises InputError for anything else."""
    if header in ("", NO_HEADER):
        return 0 if header else None
    if not HEADER_WRITTEN.fullmatch(header):
        raise InputError(
            N_("“{written}” is no row of names: write its number, or - where there is none."), written=shortened(header)
        )
    return int(header)


def section_of(reading: Reading, scale: str, first: int, length: int) -> Sequence:
    """Return `length` steps of a reading from step `first` on, or as many as there are: (T, I).

    Raises InputError for a section that begins behind the last step. Symbols have no scale.
    """
    check_number(FIRST, first)
    check_number(LENGTH, length)
    if first >= len(reading.values):
        raise InputError(
            N_("The section begins at step {first}; the last step, counted from 0, is {last}."),
            first=first,
            last=len(reading.values) - 1,
        )
    scaled = reading if scale == "raw" or reading.symbolic else standardised(reading).reading
    return scaled.section(first, length)


@cache
def co2_raw() -> Raw | Sequence:
    """Return the shipped series as it stands in its file."""
    return raw_of(source_of(FILE), required=True)


def read_co2(interval: str = "", method: str = "mean") -> Reading:
    """Read the weekly CO2 of Mauna Loa, in parts per million, its holes filled as `method` says."""
    return read_as_chosen(co2_raw(), interval=interval, method=method)


def co2(
    interval: str = "", method: str = "mean", scale: str = "standard", first: int = 0, length: int = TEN_YEARS
) -> Sequence:
    """Return a section of the weekly CO2 of Mauna Loa: (T, 1)."""
    return section_of(read_co2(interval, method), scale, first, length)


def read_pasted(table: str = EXAMPLE, **choices: str) -> Reading:
    """Read a pasted table as `read_as_chosen` does."""
    source = source_of(table.encode("utf-8", "surrogatepass"))
    opening = {setting.name: choices[setting.name] for setting in OPENING if setting.name in choices}
    return read_as_chosen(open_as_chosen(source, required=True, **opening), **choices)


def pasted(
    table: str = EXAMPLE, scale: str = "standard", first: int = 0, length: int = MAX_STEPS, **choices: str
) -> Sequence:
    """Return a section of a table that is pasted: (T, I)."""
    return section_of(read_pasted(table, **choices), scale, first, length)


CO2 = SequenceKind(
    "co2",
    N_("CO₂, weekly"),
    co2,
    (INTERVAL, METHOD, SCALE, FIRST, replace(LENGTH, default=TEN_YEARS)),
    read=read_co2,
)
TABLE = SequenceKind(
    "table", N_("pasted table"), pasted, (Text("table", N_("table"), EXAMPLE), *TABULAR), read=read_pasted
)
