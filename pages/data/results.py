"""From a Scene to its data, whole, before a section of it is shown; or to why it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cells.core.messages import InputError
from cells.core.sequence import Sequence
from cells.inputs.tabular import READING, SHEET
from cells.reading import Raw, Reading, raw_of, source_of
from cells.reading.around import rows_around
from cells.reading.columns import row_of
from cells.reading.reading import counted_in_seconds
from cells.reading.source import Source
from pages.shared.cache import cached
from pages.shared.scene.link_reader import Value
from pages.shared.scene.run import input_settings, make_sequence
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS, Settings, is_own
from pages.shared.uploads.files import TABLES


@dataclass(frozen=True)
class Refusal:
    """Data that cannot be read as it was chosen: why, and the rows around the spot, where there are any to show.

    What can still be chosen of it: of its sheets, and of its columns and rows, () where no table is found in it.
    """

    problem: InputError
    around: pd.DataFrame | None = None
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    names: tuple[str, ...] = ()
    rows: tuple[int, int] = (1, 1)
    channels: tuple[str, ...] = ()
    time: None = None


def read_scene(scene: Scene) -> Reading | Refusal:
    """Read a scene's data, and look whether the section that is shown is in it."""
    try:
        return read_or_refuse(scene.input, input_settings(scene))
    except InputError as problem:  # the file is not here
        return Refusal(problem)


@cached(private=is_own)
def read_or_refuse(input_key: str, settings: Settings) -> Reading | Refusal:
    """Read the data of an input as its settings say, or find out, which takes as long, why it cannot be."""
    try:
        make_sequence(input_key, settings)
        names = {setting.name for setting in READING} | {"file", "table"}
        return read_input(input_key, tuple((name, value) for name, value in settings if name in names))
    except InputError as problem:
        return refusal_of(dict(settings), problem)


@cached(private=is_own)
def read_input(input_key: str, settings: Settings) -> Reading:
    """Read the data of an input as its settings say."""
    read = INPUTS[input_key].read
    assert read is not None, f"{input_key} is no table"
    return read(**dict(settings))


def refusal_of(settings: Mapping[str, Value], problem: InputError) -> Refusal:
    """Return why data cannot be read, with as much of it as can be shown."""
    sheet = str(settings.get(SHEET.name, ""))
    try:
        source = own_source(settings)
    except InputError:
        return Refusal(problem)
    if source is None:
        return Refusal(problem)
    around = rows_around(source, problem, sheet)
    raw = opened(source, sheet) or opened(source, "")
    if raw is None:
        return Refusal(problem, around)
    rows = (row_of(raw, 0), row_of(raw, len(raw.table) - 1))
    return Refusal(problem, around, raw.sheets, raw.sheet, tuple(map(str, raw.table.columns)), rows)


def own_source(settings: Mapping[str, Value]) -> Source | None:
    """Return where a person's own data stands, None for data that is shipped. Raises InputError for an empty file."""
    if "file" in settings:
        return source_of(TABLES.file(str(settings["file"])).opened())
    if "table" in settings:
        return source_of(str(settings["table"]).encode("utf-8", "surrogatepass"))
    return None


def opened(source: Source, sheet: str) -> Raw | None:
    """Return the table that a file holds, None where none is found in it."""
    try:
        raw = raw_of(source, required=True, sheet=sheet)
    except InputError:
        return None
    return None if isinstance(raw, Sequence) else raw


def on_axis(index: pd.Index, reading: Reading) -> pd.Index:
    """Return rows or steps as a figure's axis has them: dates, seconds, or numbers counted from 1."""
    if not isinstance(index, pd.DatetimeIndex):
        return index + 1 if index.dtype.kind == "i" else index
    if counted_in_seconds(index, reading.time):
        return (index - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    return index
