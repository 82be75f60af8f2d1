"""The controls of the data page: columns, rows, times, what fills a hole, the scale, and the section that is shown."""

from __future__ import annotations

import streamlit as st

from cells.core.readable import shortened
from cells.core.settings import MAX_STEPS, Choice
from cells.inputs.tabular import (
    COLUMNS,
    DATES_WRITTEN,
    FIRST,
    INTERVAL,
    LENGTH,
    METHOD,
    NO_TIME,
    READING,
    SCALE,
    SHEET,
    TIME,
    WORDS,
    join_columns,
)
from cells.reading import Reading
from pages.data.layout_controls import choose_dates, choose_decimal, choose_header, choose_one, choose_words, rows_of
from pages.data.results import Refusal
from pages.data.sentences import format_interval
from pages.data.taking import on_choice_change
from pages.shared.controls.weights import choose_precision
from pages.shared.controls.widgets import menu_label, preset
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose
from pages.shared.words import say
from pages.shared.words.messages import plain

FEW = 2  # columns that a menu's title names


def data_controls(scene: Scene, reading: Reading) -> None:
    """Show a menu for the columns, one for the steps, and one for their values, as far as this data has them."""
    if not reading.symbolic and "columns" in scene.settings:
        with st.popover(menu_label(say("columns"), columns_title(reading)), key="columns-menu"):
            choose_time(scene, reading)
            choose_columns(reading)
            choose_words(scene, reading)
            choose_decimal(scene, reading)
            choose_header(scene, reading)
            choose_rows(scene, reading)
    with st.popover(menu_label(say("steps"), steps_title(reading)), key="steps-menu"):
        if reading.time and DATES_WRITTEN.name in scene.settings:
            choose_dates(scene, reading)
        if reading.time:
            choose_interval(scene, reading)
        if reading.time or reading.filled.any():
            choose_word(scene, METHOD)
        choose_steps(scene, reading)
    scale = "" if reading.symbolic else say(SCALE.choices[str(scene.settings[SCALE.name])])
    with st.popover(menu_label(say("values"), scale), key="values-menu"):
        if not reading.symbolic:
            choose_word(scene, SCALE)
        choose_precision(scene)


def choose_sheet(read: Reading | Refusal) -> None:
    """Show the choice of a sheet, where the file has several."""
    if len(read.sheets) > 1:
        st.selectbox(
            say(SHEET.title),
            read.sheets,
            format_func=shortened,
            key=preset("choose sheet", read.sheet),
            on_change=on_sheet_change,
            label_visibility="collapsed",
            width=180,
        )


def on_sheet_change() -> None:
    """Take another sheet into the link, read as if it alone had come in: its columns are others."""
    usual = {setting.name: setting.default for setting in READING}
    choose(**{**usual, SHEET.name: st.session_state["choose sheet"], "first": 0})


def repair_controls(scene: Scene, refusal: Refusal) -> None:
    """Show what can still be chosen of a table that cannot be read: its time and its columns. Its rows: `refusal`."""
    if refusal.names:
        with st.popover(menu_label(say("columns"), str(len(refusal.names))), key="columns-menu"):
            choose_time(scene, refusal)
            choose_columns(refusal)
            if refusal.has_words:
                choose_one(scene, WORDS, tuple(WORDS.choices))


def columns_title(reading: Reading) -> str:
    """Name the columns that are read where they are few, else count them."""
    if len(reading.chosen) > FEW:
        return str(len(reading.chosen))
    return plain(", ".join(map(shortened, reading.chosen)))


def steps_title(reading: Reading) -> str:
    """Say how far the steps are apart, or how many there are."""
    if reading.time is None:
        return f"{len(reading.values):,}"
    return format_interval(reading.time.interval, reading.time.usual)


def choose_time(scene: Scene, reading: Reading | Refusal) -> None:
    """Show the choice of the column of times: found by itself, one of the columns, or none."""
    detected = say("none") if reading.time is None else reading.time.column
    names = {"": say("{column} (found)", column=detected), NO_TIME: say("none")}
    now = str(scene.settings["time"])
    st.selectbox(
        say(TIME.title),
        ["", *reading.names, NO_TIME],
        format_func=lambda name: names.get(name, name),
        key=preset("choose time", now),
        on_change=on_choice_change,
        args=("choose time", "time"),
    )


def choose_columns(reading: Reading | Refusal) -> None:
    """Show the choice of the columns that the cell reads; without any, all of numbers."""
    time = reading.time.column if reading.time else None
    st.pills(
        say(COLUMNS.title),
        [name for name in reading.names if name != time],
        selection_mode="multi",
        format_func=plain,
        key=preset("choose columns", list(reading.chosen)),
        on_change=on_choice_change,
        args=("choose columns", "columns", join_columns),
    )


def choose_rows(scene: Scene, reading: Reading) -> None:
    """Show the choice of the first and the last row to read, numbered as in a spreadsheet."""
    low, high = reading.rows
    first, last = rows_of(scene) or (low, high)

    def row_range(_: object) -> str:
        ends = sorted((st.session_state["first row"], st.session_state["last row"]))
        return "" if ends == [low, high] else f"{ends[0]}-{ends[1]}"

    with st.container(horizontal=True):
        for key, title, now in (("first row", say("from row"), first), ("last row", say("to row"), last)):
            st.number_input(
                title,
                low,
                high,
                key=preset(key, min(max(now, low), high)),
                step=1,
                on_change=on_choice_change,
                args=(key, "rows", row_range),
            )


def choose_interval(scene: Scene, reading: Reading) -> None:
    """Show the field for how far the steps are apart."""
    st.text_input(
        say(INTERVAL.title),
        key=preset("choose interval", str(scene.settings["interval"])),
        placeholder=reading.time.interval if reading.time else "",
        help=say("As pandas writes it: 30min, 1h, 1D, 7D, MS (months). Empty: the usual gap."),
        on_change=on_choice_change,
        args=("choose interval", "interval", str.strip),
    )


def choose_word(scene: Scene, setting: Choice) -> None:
    """Show the choice of one of a few words."""
    key = f"choose {setting.name}"
    st.segmented_control(
        say(setting.title),
        list(setting.choices),
        format_func=lambda word: say(setting.choices[word]),
        key=preset(key, scene.settings[setting.name]),
        required=True,
        on_change=on_choice_change,
        args=(key, setting.name),
    )


def choose_steps(scene: Scene, reading: Reading) -> None:
    """Show the choice of the section that is shown: its first step, counted from 1, and how many."""
    count = len(reading.values)
    with st.container(horizontal=True):
        st.number_input(
            say(FIRST.title),
            1,
            count,
            key=preset("choose first", min(int(scene.settings["first"]) + 1, count)),
            step=1,
            on_change=on_choice_change,
            args=("choose first", "first", lambda first: first - 1),
        )
        st.number_input(
            say("how many"),
            LENGTH.low,
            MAX_STEPS,
            key=preset("choose length", int(scene.settings["length"])),
            step=1,
            on_change=on_choice_change,
            args=("choose length", "length"),
        )
