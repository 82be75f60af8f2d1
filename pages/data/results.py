"""From a Scene to its data, whole, before a section of it is shown; or to why it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cells.core.messages import InputError
from cells.core.sequence import Sequence
from cells.inputs.tabular import NO_HEADER, OPENING, READING, SHEET, open_as_chosen
from cells.reading import Raw, Reading, source_of
from cells.reading.around import rows_around
from cells.reading.columns import NO_NUMBERS
from cells.reading.json_tables import SUFFIXES as JSON
from cells.reading.reading import counted_in_seconds
from cells.reading.sheets import UnreadSheet
from cells.reading.source import Source
from cells.reading.texts import texts_of
from pages.shared.cache import cached
from pages.shared.scene.link_reader import Value
from pages.shared.scene.run import input_settings, make_sequence
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS, Settings, is_own
from pages.shared.uploads.files import TABLES


@dataclass(frozen=True)
class Refusal:
    """Data that cannot be read as it was chosen: why, and the rows around the spot, where there are any to show.

    What can still be chosen of it: of its sheets, of its columns, () where no table is found in it, and of its rows.
    in_rows: whether it has rows that can be chosen, has_names: whether one of them may name the columns.
    has_words: whether its columns of words, read as numbers, would make it readable.
    """

    problem: InputError
    around: pd.DataFrame | None = None
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    names: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    time: None = None
    in_rows: bool = False
    has_names: bool = False
    has_words: bool = False


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
    try:
        source = own_source(settings)
    except InputError:
        return Refusal(problem)
    if source is None:
        return Refusal(problem)
    opening = {setting.name: str(settings[setting.name]) for setting in OPENING}
    of_sheet = {SHEET.name: opening[SHEET.name]}
    raw = opened(source, **opening) or opened(source, **of_sheet)
    unnamed = raw or opened(source, **of_sheet, header=NO_HEADER)  # two columns may have one name
    around = rows_around(source, problem, raw, unnamed)
    listed = problem if isinstance(problem, UnreadSheet) else unnamed or opened(source)
    sheets, sheet = (listed.sheets, listed.sheet) if listed else ((), "")
    if unnamed is None:
        in_rows = around is not None and source.suffix not in JSON
        return Refusal(problem, around, sheets, sheet, in_rows=in_rows, has_names=in_rows)
    return Refusal(
        problem,
        around,
        sheets,
        sheet,
        tuple(map(str, raw.table.columns)) if raw else (),
        in_rows=True,
        has_names=unnamed.notes.header is not None,
        has_words=raw is not None and problem.template == NO_NUMBERS and has_words(raw),
    )


def has_words(raw: Raw) -> bool:
    """Tell whether a table has columns of categories."""
    return bool(texts_of(raw, tuple(map(str, raw.table.columns)), required=False).words)


def own_source(settings: Mapping[str, Value]) -> Source | None:
    """Return where a person's own data stands, None for data that is shipped. Raises InputError for an empty file."""
    if "file" in settings:
        return source_of(TABLES.file(str(settings["file"])).opened())
    if "table" in settings:
        return source_of(str(settings["table"]).encode("utf-8", "surrogatepass"))
    return None


def opened(source: Source, **opening: str) -> Raw | None:
    """Return the table that a file holds, opened as its settings say, None where none is found in it."""
    try:
        raw = open_as_chosen(source, required=True, **opening)
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
