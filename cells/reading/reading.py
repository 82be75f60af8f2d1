"""A person's own sequence out of a file.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.core.sequence import Sequence
from cells.reading.archives import MAGIC as ZIP
from cells.reading.arrays import read_npy
from cells.reading.bounds import within_calendar
from cells.reading.characters import characters_of, one_hot_sequence
from cells.reading.choices import Choices
from cells.reading.columns import number_columns, row_of
from cells.reading.dates import SECONDS, YEARS
from cells.reading.dialect import is_table
from cells.reading.encoding import encoding_of
from cells.reading.json_tables import looks_like_json, read_json
from cells.reading.limits import MAX_COLUMNS, MAX_TEXT
from cells.reading.lines import lines_of
from cells.reading.notes import Notes
from cells.reading.parquet_tables import MAGIC as PARQUET
from cells.reading.parquet_tables import read_parquet
from cells.reading.questions import Question
from cells.reading.raw import Raw
from cells.reading.sound import read_wav
from cells.reading.source import File, Source, source_of
from cells.reading.tables import AS_FOUND, read_table
from cells.reading.timeline import TimeFindings, fill_holes, on_even_steps
from cells.reading.times import time_column, times_of
from cells.reading.told import check_told
from cells.reading.zips import read_zip

BINARY = {b"\x93NUMPY": read_npy, PARQUET: read_parquet}
SUFFIXES = {".npy", ".npz", ".wav", ".xlsx", ".xlsm", ".ods", ".parquet"}
TABLES = {".csv", ".tsv", ".tab"}
PREVIEW = 100  # rows
LATEST_SECOND = 1e8  # seconds beyond this are counted from 1970, and shown as dates


@dataclass(frozen=True)
class Reading:
    """A sequence from a file, and what was done to it.

    kind: "table", "text", "array" or "sound". written: how the file is written. table: the chosen columns as the file
    has them, rows by time where there is one. values: (T, I) float32 on even steps. index: one entry a step.
    filled: (T, I), true where a value stands that the file does not have. steps: the values before they were rounded
    to float32, (T, I), None for symbols. time: what was found in the time column. left_out: columns without numbers.
    blank: empty rows that were left out. rounding: the largest change of a value by its conversion to float32.
    names: every column of the file. chosen: those that `channels` are made of. rows: the first and the last of
    the file, as a spreadsheet numbers them. preview: the first of the rows that were chosen, under their numbers, with
    every column as the file has it. notes: what else stands in the file, and how its cells are written. questions: what
    it leaves open; `values` are of the likely reading, or of the one that was chosen. sheets: the tables of the file by
    name, where it can have several, and `sheet` the one that was read.
    """

    kind: str
    written: str
    table: pd.DataFrame
    values: Tensor
    channels: tuple[str, ...]
    index: pd.Index
    filled: Tensor
    steps: pd.DataFrame | None = None
    time: TimeFindings | None = None
    left_out: tuple[str, ...] = ()
    blank: int = 0
    rounding: float = 0.0
    symbolic: bool = False
    names: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    rows: tuple[int, int] = (1, 1)
    preview: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: Notes = field(default_factory=Notes)
    questions: tuple[Question, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    @cached_property
    def sequence(self) -> Sequence:
        """The whole reading, for a cell to read."""
        return self.section(0, len(self.values))

    def section(self, start: int, steps: int) -> Sequence:
        """Return `steps` of the sequence from step `start` on, from 0: what a page shows of a long one."""
        chosen = slice(start, start + steps)
        exact = None if self.steps is None else torch.tensor(self.steps.iloc[chosen].to_numpy(np.float64))
        return Sequence(
            self.values[chosen],
            labels_of(self.index[chosen], self.time),
            self.channels,
            symbolic=self.symbolic,
            exact=exact,
            imputed=self.filled[chosen].any(dim=1),
            first=start,
            total=len(self.values),
            dated=not self.symbolic,
        )


@dataclass(frozen=True)
class Standardised:
    """A reading with every column at mean 0 and deviation 1, and the numbers that were subtracted and divided by."""

    reading: Reading
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


def read_sequence(  # noqa: PLR0913 - one a choice
    file: File,
    time: str | bool | None = None,
    columns: str | Collection[str] | None = None,
    interval: str | None = None,
    method: str = "mean",
    rows: tuple[int, int] | None = None,
    *,
    sheet: str = "",
    header: int | None = None,
    decimal: str = "found",
    dates: str = "found",
    words: str = "out",
) -> Reading:
    """Read the sequence that a file holds.

    A table (CSV, TSV, .xlsx, .ods, Parquet, JSON, JSON Lines), text, an array (NPY, NPZ) or sound (WAV).

    file: a path, the file's bytes, or a file opened in binary mode. time: the column of times; by itself the first that
    reads as dates, and none if False. columns: those to read; by itself all of numbers. interval: of the steps, as
    pandas writes it ("1h", "7D", "MS"); by itself the usual gap. method: "mean", "linear" or "previous", see
    `cells.reading.timeline.resampled`. rows: the first and the last to read, as a spreadsheet numbers them; by itself
    all. sheet: of a workbook, or a record of lists, by its name; by itself the first that can be read. header: the
    row that names the columns, 0 for none. decimal: "point" or "comma", and dates: "ymd", "mdy", "dmy", "digits", "s",
    "ms", "us", "ns" or "excel", each for what the file leaves open; the reading's `questions` are about these. words:
    "out", "one-hot" or "numbers", for columns of categories; one that is named in `columns` is one-hot by itself.
    Raises InputError saying where the file cannot be used.
    """
    columns = [columns] if isinstance(columns, str) else columns
    choices = Choices(time, columns, interval, method, rows, header, decimal, dates, words, sheet)
    return reading_of(raw_of(source_of(file), choices.insist_on_table, choices), choices)


def reading_of(raw: Raw | Sequence, choices: Choices = AS_FOUND) -> Reading:
    """Read a sequence, as `read_sequence` does, of a file that `raw_of` has opened."""
    if isinstance(raw, Sequence):
        return read_text(raw)
    every_row = (row_of(raw, 0), row_of(raw, len(raw.table) - 1))
    if choices.rows is not None:
        raw = raw.between(*choices.rows)
    name = time_column(raw, choices.time)
    if name is not None and choices.time is None and choices.columns is not None and name in choices.columns:
        name = None
    if name is None and choices.interval is not None:
        raise InputError(N_("An interval needs a column of times, and there is none."))
    read = number_columns(raw, choices, name)
    table, questions = read.table, read.questions
    if name is None:
        steps, holes, findings = fill_holes(table, choices.method), table.isna().to_numpy(), None
    else:
        times, written, question = times_of(raw, name, choices.dates)
        questions = questions if question is None else (question, *questions)
        table = table.set_axis(times, axis=0)
        with within_calendar(times):
            steps, holes, findings = on_even_steps(table, name, written, choices.interval, choices.method)
    values, rounding = in_single_precision(steps)
    return Reading(
        raw.kind,
        raw.written,
        table,
        values,
        tuple(map(str, steps.columns)),
        steps.index,
        torch.tensor(holes),
        steps,
        findings,
        read.left_out,
        raw.blank,
        rounding,
        names=tuple(map(str, raw.table.columns)),
        chosen=read.chosen,
        rows=every_row,
        preview=raw.table.head(PREVIEW).set_axis(raw.table.index[:PREVIEW] + raw.first_row, axis=0),
        notes=read.notes,
        questions=questions,
        sheets=raw.sheets,
        sheet=raw.sheet,
    )


def raw_of(source: Source, required: bool, choices: Choices = AS_FOUND) -> Raw | Sequence:
    """Return the table that a file holds, or its text; `required` where only a table will do. Content before name.

    choices: of these, what a table is opened by: its sheet, its header, its decimal mark and, in need, its rows.
    """
    head = source.head(12)
    if head.startswith(b"RIFF") and head[8:] == b"WAVE":
        return read_wav(source)
    if head.startswith(ZIP):
        return read_zip(source, choices)
    for magic, read in BINARY.items():
        if head.startswith(magic):
            return read(source)
    check_told(source)
    if source.suffix in SUFFIXES:
        raise InputError(
            N_("“{name}” is called a {kind} file, but does not begin like one."),
            name=shortened(source.name),
            kind=source.suffix[1:].upper(),
        )
    encoding = encoding_of(source)
    if looks_like_json(source, encoding) and (raw := read_json(source, encoding, choices)):
        return raw
    if required or source.suffix in TABLES or is_table(lines_of(source, encoding)):
        return read_table(source, encoding, choices=choices)
    with source.text(encoding) as written:
        return whole_text(written.read())


def whole_text(written: str) -> Sequence:
    """Spell a text of any length, a step for each character, as long as its numbers fit."""
    characters = characters_of(written)
    different = len(set(characters))
    if different > MAX_COLUMNS or different * len(characters) > MAX_TEXT:
        raise InputError(
            N_("The text has {count} characters, {different} different ones; at most {limit} and {most} fit."),
            count=len(characters),
            different=different,
            limit=MAX_TEXT // different,
            most=MAX_COLUMNS,
        )
    return one_hot_sequence(characters)


def read_text(sequence: Sequence) -> Reading:
    """Return text as a reading: a step for each character."""
    index = pd.Index(sequence.labels, dtype=object)
    table = pd.DataFrame({"text": index})
    none = torch.zeros_like(sequence.values, dtype=torch.bool)
    return Reading("text", "text", table, sequence.values, sequence.channels, index, none, symbolic=True)


def in_single_precision(steps: pd.DataFrame) -> tuple[Tensor, float]:
    """Return a table as (T, I) float32, and the largest change of a value that this made."""
    values, change = np.empty(steps.shape, np.float32), 0.0
    for column_index in range(steps.shape[1]):
        column = steps.iloc[:, column_index].to_numpy()
        values[:, column_index] = column
        if column.dtype != np.float32:
            change = max(change, float(np.abs(values[:, column_index] - column.astype(np.float64)).max()))
    return torch.from_numpy(values), change


def labels_of(index: pd.Index, time: TimeFindings | None) -> tuple[str, ...]:
    """Return the labels of the steps: their time, as short as it can be, or their number."""
    if not isinstance(index, pd.DatetimeIndex):
        whole = isinstance(index, pd.RangeIndex) or index.dtype.kind == "i"
        return tuple(str(entry + 1 if whole else entry) for entry in index)
    if counted_in_seconds(index, time):
        return tuple(f"{second:.10g} s" for second in (index - pd.Timestamp(0)) / pd.Timedelta(seconds=1))
    if time is not None and time.written == YEARS and time.interval.startswith("YS"):
        return tuple(str(moment.year) for moment in index)
    if (index == index.normalize()).all():
        return tuple(moment.date().isoformat() for moment in index)
    clock = "%H:%M" if (index == index.floor("min")).all() else "%H:%M:%S" if (index == index.floor("s")).all() else ""
    if not clock:
        return tuple(moment.isoformat(sep=" ") for moment in index)
    day = "" if len(index) > 1 and index[0].date() == index[-1].date() else "%Y-%m-%d "
    return tuple(index.strftime(day + clock))


def counted_in_seconds(index: pd.DatetimeIndex, time: TimeFindings | None) -> bool:
    """Tell whether times are seconds from some beginning, and no dates."""
    return time is not None and time.written == SECONDS and bool((index < pd.Timestamp(LATEST_SECOND, unit="s")).all())


def standardised(reading: Reading) -> Standardised:
    """Standardise every column: minus its mean, over its standard deviation (of all steps); a constant becomes 0."""
    if reading.steps is None:
        raise InputError(N_("Symbols have no mean: they are read as they are."))
    exact = torch.tensor(reading.steps.to_numpy(np.float64))
    deviation, mean = torch.std_mean(exact, dim=0, correction=0)
    divisor = deviation.where(deviation > 0, 1)
    steps = reading.steps.sub(mean.numpy()).div(divisor.numpy())
    values, rounding = in_single_precision(steps)
    changed = replace(reading, values=values, steps=steps, rounding=rounding)
    return Standardised(changed, tuple(mean.tolist()), tuple(deviation.tolist()))
