"""The controls of the study page: the task, the cells, the lags, how often and how long is learnt."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cells.core.messages import N_, InputError, n_
from cells.core.settings import Number
from cells.training import TASKS
from cells.training.study import LAGS, lag_of
from pages.shared.controls.cells import choose_several_cells
from pages.shared.controls.copy_link import offer_link
from pages.shared.controls.widgets import NOTE_WIDTH, choose_language, menu_label, preset, row
from pages.shared.scene.changes import changed
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refuse
from pages.shared.words import say
from pages.shared.words.messages import plain
from pages.study.kind import SEEDS, STUDY, STUDY_UNITS, STUDY_UPDATES, read_lags
from pages.study.results import open_study

LAGS_KEY = "type lags"
STAYS = N_("What was chosen before stays.")


def study_controls(scene: Scene) -> None:
    """Show the row of controls above the page."""
    own = STUDY.own_of(scene)
    task = TASKS[own.study]
    with row():
        with st.popover(menu_label(say("task"), say(task.title)), key="task-menu"), st.container(gap="xsmall"):
            choose_task(own.study)
        choose_several_cells(scene)
        lags = ", ".join(map(str, own.all_lags))
        with st.popover(menu_label(say("lags"), lags), key="lags-menu"), st.container(width=NOTE_WIDTH):
            choose_lags(own.study, lags)
        runs = say(
            n_("{seeds} × {updates} update", "{seeds} × {updates} updates", "updates"),
            seeds=own.seeds,
            updates=f"{own.updates:,}",
        )
        with st.popover(menu_label(say("trainings"), runs), key="trainings-menu"), st.container(width=NOTE_WIDTH):
            choose_number(SEEDS, own.seeds)
            choose_number(STUDY_UNITS, own.units)
            choose_number(STUDY_UPDATES, own.updates)
        offer_link()
        choose_language()


def choose_task(chosen_task: str) -> None:
    """Show every task that has a lag; another one begins with its own lags and sizes."""
    for key in LAGS:
        with st.container(gap=None):
            st.button(
                say(TASKS[key].title),
                key=f"study-{key}",
                icon=":material/check:" if key == chosen_task else None,
                type="secondary" if key == chosen_task else "tertiary",
                width="stretch",
                on_click=choose_or_refuse,
                kwargs={"study": key, "lags": (), "study_units": None, "study_updates": None},
            )


def choose_lags(task: str, lags: str) -> None:
    """Show the field in which lags are typed, with what they count and how far they go."""
    setting = lag_of(task)
    st.text_input(say("lags"), key=preset(LAGS_KEY, lags), on_change=on_lags_change)
    note = say(
        "Here a lag is the setting “{setting}” of the task, from {low} to {high} steps.",
        setting=say(setting.title),
        low=setting.low,
        high=setting.high,
    )
    st.markdown(f":small[{plain(note)}]")


def on_lags_change() -> None:
    """Take the typed lags into the link, or tell why not."""
    scene, _ = current()
    try:
        lags = read_lags(st.session_state[LAGS_KEY])
    except InputError as problem:
        refuse(problem, InputError(STAYS))
        return
    choose_or_refuse(lags=() if lags == LAGS[STUDY.own_of(scene).study].usual else lags)


def choose_number(setting: Number, value: int) -> None:
    """Show a field for a whole number."""
    key = f"set {setting.name}"
    st.number_input(
        say(setting.title),
        int(setting.low),
        int(setting.high),
        step=int(setting.step),
        key=preset(key, value),
        on_change=on_number_change,
        args=(setting.name, key),
    )


def on_number_change(name: str, key: str) -> None:
    """Take a number into the link, or tell why not."""
    value = st.session_state[key]
    if value is not None:
        choose_or_refuse(**{name: int(value)})


def choose_or_refuse(**choices: Any) -> None:
    """Take a choice into the link, or refuse it with the reason where no study can be made of it."""
    scene, _, misfits = open_study(current()[0])
    try:
        new = changed(scene, **choices)
        STUDY.own_of(new).study_of(new.cells)
    except InputError as problem:
        refuse(problem, InputError(STAYS))
        return
    choose(**{**(vars(scene.own) if misfits else {}), **choices})
