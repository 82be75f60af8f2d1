"""The controls of how a file is laid out and written: its row of names, its rows, its marks, its times, its words.

The rows can be chosen before anything could be read: then they are the way to what can.
"""

from __future__ import annotations

import streamlit as st

from cells.core.messages import N_, InputError
from cells.core.settings import Choice
from cells.inputs.tabular import DATES_WRITTEN, DECIMAL, HEADER, NO_HEADER, ROWS, WORDS, read_header, read_rows
from cells.reading import Reading
from cells.reading.dates import COUNTS, FOUND
from cells.reading.limits import MAX_READ_STEPS
from pages.data.taking import on_choice_change, take
from pages.shared.controls.widgets import preset
from pages.shared.scene.scene import Scene
from pages.shared.words import say

NAMES_OR_ROWS = N_("It may be read in part: say which row names the columns, or from which row to which to read.")
ROWS_ALONE = N_("It may be read in part: say from which row to which.")


def choose_header(scene: Scene, reading: Reading) -> None:
    """Show the field for the row that names the columns, empty for what is found, where the file has such rows."""
    if reading.notes.header is None:
        return
    st.number_input(
        say(HEADER.title),
        0,
        MAX_READ_STEPS,
        value=None,
        key=preset("choose header", header_of(scene)),
        step=1,
        placeholder=str(reading.notes.header),
        help=say("As a spreadsheet numbers the rows; 0 where no row names the columns. Empty: as found."),
        on_change=on_choice_change,
        args=("choose header", HEADER.name, header_text),
    )


def header_text(row: int | None) -> str:
    """Write a row of names as a link does: "" for what is found, "-" for none."""
    return "" if row is None else str(row) if row else NO_HEADER


def offer_rows(scene: Scene, *, has_names: bool) -> None:
    """Show the fields for the rows of what could not be read as a whole, and for the row of its names."""
    st.markdown(say(NAMES_OR_ROWS if has_names else ROWS_ALONE))
    first, last = rows_of(scene) or (None, None)
    fields = [
        ("read from row", N_("from row"), 1, first),
        ("read to row", N_("to row"), 1, None if last == MAX_READ_STEPS else last),
    ]
    if has_names:
        fields.insert(0, ("read header", HEADER.title, 0, header_of(scene)))
    with st.container(horizontal=True):
        for key, title, least, now in fields:
            st.number_input(
                say(title), least, MAX_READ_STEPS, value=None, key=preset(key, now), step=1, on_change=on_rows_change
            )


def on_rows_change() -> None:
    """Take the rows and the row of the names into the link."""
    first, last = (st.session_state[key] for key in ("read from row", "read to row"))
    rows = "" if first is None and last is None else f"{first or 1}-{last or MAX_READ_STEPS}"
    names = {HEADER.name: header_text(st.session_state["read header"])} if "read header" in st.session_state else {}
    take(**{ROWS.name: rows, **names})


def rows_of(scene: Scene) -> tuple[int, int] | None:
    """Return the chosen first and last row, None where there are none that can be read."""
    try:
        return read_rows(str(scene.settings[ROWS.name]))
    except InputError:
        return None


def header_of(scene: Scene) -> int | None:
    """Return the chosen row of the names, None where there is none that can be read."""
    try:
        return read_header(str(scene.settings[HEADER.name]))
    except InputError:
        return None


def choose_decimal(scene: Scene, reading: Reading) -> None:
    """Show the choice of the decimal mark where the file leaves it open."""
    if any(question.setting == DECIMAL.name for question in reading.questions) or is_chosen(scene, DECIMAL):
        choose_one(scene, DECIMAL, tuple(DECIMAL.choices))


def choose_words(scene: Scene, reading: Reading) -> None:
    """Show the choice of what becomes of columns of few words, where there are any."""
    if reading.notes.words or is_chosen(scene, WORDS):
        choose_one(scene, WORDS, tuple(WORDS.choices))


def choose_dates(scene: Scene, reading: Reading) -> None:
    """Show the choice of how times are written where they are numbers, or where the file leaves it open."""
    readings = next((one.readings for one in reading.questions if one.setting == DATES_WRITTEN.name), {})
    counted = reading.time is not None and reading.time.written in COUNTS
    options = tuple(dict.fromkeys((*readings, *(COUNTS if counted else ()))))
    if options or is_chosen(scene, DATES_WRITTEN):
        choose_one(
            scene, DATES_WRITTEN, tuple(dict.fromkeys((FOUND, *options, str(scene.settings[DATES_WRITTEN.name]))))
        )


def is_chosen(scene: Scene, setting: Choice) -> bool:
    """Tell whether a setting is not as usual."""
    return scene.settings[setting.name] != setting.default


def choose_one(scene: Scene, setting: Choice, options: tuple[str, ...]) -> None:
    """Show a menu of some of a setting's words."""
    key = f"choose {setting.name}"
    st.selectbox(
        say(setting.title),
        list(options),
        format_func=lambda word: say(setting.choices[word]),
        key=preset(key, str(scene.settings[setting.name])),
        on_change=on_choice_change,
        args=(key, setting.name),
    )
