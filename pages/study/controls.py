"""The controls of the study page: what is learnt, by which cells, at which lags, how often and how long."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cells import CELLS
from cells.core.messages import N_, InputError
from cells.core.settings import Number
from cells.training import TASKS
from cells.training.study import LAGS, lag_of
from pages.compare.controls import LONGEST_NAMES, choose_cells
from pages.shared.controls.widgets import NOTE_WIDTH, choose_language, chosen, row, titled
from pages.shared.scene.scene import Scene, changed
from pages.shared.scene.session import choose, current, refuse
from pages.shared.words import say
from pages.shared.words.messages import plain
from pages.study.kind import (
    SEEDS,
    STUDY_UNITS,
    STUDY_UPDATES,
    lags_of,
    read_lags,
    study_of,
    units_of,
    updates_of,
)

LAGS_KEY = "type lags"
STAYS = N_("What was chosen before stays.")


def study_controls(scene: Scene) -> None:
    """The row of controls above the page."""
    task = TASKS[scene.study]
    with row():
        with st.popover(titled(say("task"), say(task.title)), key="task-menu"), st.container(gap="xsmall"):
            choose_task(scene)
        titles = ", ".join(say(CELLS[key].title) for key in scene.cells)
        named = titles if len(titles) <= LONGEST_NAMES else str(len(scene.cells))
        with st.popover(titled(say("cells"), named), key="cells-menu"):
            choose_cells(scene)
        lags = ", ".join(map(str, lags_of(scene)))
        with st.popover(titled(say("lags"), lags), key="lags-menu"), st.container(width=NOTE_WIDTH):
            choose_lags(scene, lags)
        runs = say("{seeds} × {updates} updates", seeds=scene.seeds, updates=f"{updates_of(scene):,}")
        with st.popover(titled(say("trainings"), runs), key="trainings-menu"), st.container(width=NOTE_WIDTH):
            choose_number(SEEDS, scene.seeds)
            choose_number(STUDY_UNITS, units_of(scene))
            choose_number(STUDY_UPDATES, updates_of(scene))
        choose_language()


def choose_task(scene: Scene) -> None:
    """Every task that has a lag; another one begins with its own lags and sizes."""
    for key in LAGS:
        with st.container(gap=None):
            st.button(
                say(TASKS[key].title),
                key=f"study-{key}",
                icon=":material/check:" if key == scene.study else None,
                type="secondary" if key == scene.study else "tertiary",
                width="stretch",
                on_click=take,
                kwargs={"study": key, "lags": (), "study_units": None, "study_updates": None},
            )


def choose_lags(scene: Scene, lags: str) -> None:
    """A list that is typed, with what it counts and how far it goes."""
    setting = lag_of(scene.study)
    st.text_input(say("lags"), key=chosen(LAGS_KEY, lags), on_change=heard_lags)
    told = say(
        "Here a lag is the setting “{setting}” of the task, from {low} to {high} steps.",
        setting=say(setting.title),
        low=setting.low,
        high=setting.high,
    )
    st.markdown(f":small[{plain(told)}]")


def heard_lags() -> None:
    """Take the typed lags into the link, or tell why not."""
    scene, _ = current()
    try:
        lags = read_lags(st.session_state[LAGS_KEY])
    except InputError as problem:
        refuse(problem, InputError(STAYS))
        return
    take(lags=() if lags == LAGS[scene.study].usual else lags)


def choose_number(setting: Number, value: int) -> None:
    """A whole number to be typed."""
    key = f"set {setting.name}"
    st.number_input(
        say(setting.title),
        int(setting.low),
        int(setting.high),
        step=int(setting.step),
        key=chosen(key, value),
        on_change=heard_number,
        args=(setting.name, key),
    )


def heard_number(name: str, key: str) -> None:
    """Take the number into the link, or tell why not."""
    value = st.session_state[key]
    if value is not None:
        take(**{name: int(value)})


def take(**choices: Any) -> None:
    """Take a choice into the link, or refuse it with the reason where no study can be made of it."""
    scene, _ = current()
    try:
        study_of(changed(scene, **choices))
    except InputError as problem:
        refuse(problem, InputError(STAYS))
        return
    choose(**choices)
