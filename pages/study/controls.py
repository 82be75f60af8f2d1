"""The controls of the study page: the task, the cells, the lags, how often and how long is learnt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from cells.core.messages import N_, InputError, n_
from cells.core.settings import FEWEST_CELLS, Number
from cells.depth.units import UNITS
from cells.training.recipe import asks_at_end
from cells.training.stacking import READ_BEFORE
from cells.training.study import GROWS, LAGS, LAYERS_GROW, lag_of
from cells.training.tasks import ALL_TASKS
from pages.shared.controls.cells import choose_several_cells
from pages.shared.controls.copy_link import offer_link
from pages.shared.controls.widgets import (
    NOTE_WIDTH,
    choose_language,
    menu_label,
    names_of,
    on_widget_change,
    option,
    preset,
    row,
    segments,
)
from pages.shared.scene.changes import changed
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refuse
from pages.shared.words import say
from pages.shared.words.messages import plain
from pages.study.axes import AXES, axis_of
from pages.study.kind import BETWEEN, DIRECTIONS, SEEDS, STUDY, STUDY_UNITS, STUDY_UPDATES, StudyFields, read_lags
from pages.study.results import open_study

LAGS_KEY = "type lags"
STAYS = N_("What was chosen before stays.")


def study_controls(scene: Scene) -> None:
    """Show the row of controls above the page."""
    own = STUDY.own_of(scene)
    task = ALL_TASKS[own.study]
    with row():
        with st.popover(menu_label(say("task"), say(task.title)), key="task-menu"), st.container(gap="xsmall"):
            choose_task(own.study)
        if own.is_deep:
            choose_kinds(own)
        else:
            choose_several_cells(scene)
        lags = ", ".join(map(str, own.all_lags))
        with (
            st.popover(menu_label(say(AXES[axis_of(own)].menu), lags), key="lags-menu"),
            st.container(width=NOTE_WIDTH),
        ):
            if not own.is_deep:
                choose_what_grows(own)
            choose_lags(own, lags)
        runs = say(
            n_("{seeds} × {updates} update", "{seeds} × {updates} updates", "updates"),
            seeds=own.seeds,
            updates=f"{own.updates:,}",
        )
        with st.popover(menu_label(say("trainings"), runs), key="trainings-menu"), st.container(width=NOTE_WIDTH):
            choose_number(SEEDS, own.seeds)
            choose_number(STUDY_UNITS, own.units)
            choose_number(STUDY_UPDATES, own.updates)
            choose_directions(own)
        offer_link()
        choose_language()


def choose_task(chosen_task: str) -> None:
    """Show every task that has a lag; another one begins with its own lags and sizes."""
    for key in LAGS:
        with st.container(gap=None):
            st.button(
                say(ALL_TASKS[key].title),
                key=f"study-{key}",
                icon=":material/check:" if key == chosen_task else None,
                type="secondary" if key == chosen_task else "tertiary",
                width="stretch",
                on_click=choose_or_refuse,
                kwargs={"study": key, "lags": (), "study_units": None, "study_updates": None},
            )


def choose_kinds(own: StudyFields) -> None:
    """Show every kind of deep stack, and whether they have batch normalisation."""
    titles = ", ".join(say(UNITS[kind].title) for kind in own.kinds)
    with st.popover(menu_label(say("stacks"), titles), key="kinds-menu"), st.container(gap="xsmall"):
        for kind, unit in UNITS.items():
            selected = kind in own.kinds
            others = tuple(other for other in own.kinds if other != kind)
            few = selected and len(own.kinds) == FEWEST_CELLS
            option(
                say(unit.title),
                "kinds",
                kind,
                selected=selected,
                reason=say("At least {fewest} kinds.", fewest=FEWEST_CELLS) if few else "",
                choice=others if selected else (*others, kind),
            )
        st.toggle(
            say("batch normalisation"),
            key=preset("set study norm", own.study_norm),
            on_change=on_widget_change,
            args=("study_norm", "set study norm"),
        )


def choose_what_grows(own: StudyFields) -> None:
    """Show the choice between the lag and the layers, and for these how they are put together."""
    named("grows", {key: say(text) for key, text in GROWS.items()}, own.grows, {"lags": ()})
    if own.grows == LAYERS_GROW:
        named("between", {key: say(text) for key, text in BETWEEN.items()}, own.between, {})


def choose_directions(own: StudyFields) -> None:
    """Show the choice of one or both directions; where the answer is not read at the end, why there is none."""
    if own.is_deep:
        return
    at_end = asks_at_end(own.study)
    segments(
        say(DIRECTIONS.title),
        "set directions",
        names_of(DIRECTIONS),
        own.study_directions,
        on_choice,
        ("study_directions", "set directions", {}),
        labelled=True,
        disabled=not at_end,
    )
    if not at_end:
        st.caption(say(READ_BEFORE))


def named(name: str, titles: dict[str, str], chosen: str, along: dict[str, Any]) -> None:
    """Show a few words beside each other, of which one is chosen; along: what is chosen with it."""
    key = f"choose {name}"
    segments(say(name), key, titles, chosen, on_choice, (name, key, along))


def on_choice(name: str, key: str, along: dict[str, Any]) -> None:
    """Take a choice into the link, or tell why not."""
    value = st.session_state[key]
    if value is not None:
        choose_or_refuse(**{name: value}, **along)


def choose_lags(own: StudyFields, lags: str) -> None:
    """Show the field in which lags are typed, with what they count and how far they go."""
    setting = lag_of(own.study, own.axis)
    st.text_input(say(AXES[axis_of(own)].menu), key=preset(LAGS_KEY, lags), on_change=on_lags_change)
    note = say(AXES[axis_of(own)].note, setting=say(setting.title), low=setting.low, high=setting.high)
    st.markdown(f":small[{plain(note)}]")


def on_lags_change() -> None:
    """Take the typed lags into the link, or tell why not."""
    scene, _ = current()
    try:
        lags = read_lags(st.session_state[LAGS_KEY])
    except InputError as problem:
        refuse(problem, InputError(STAYS))
        return
    choose_or_refuse(lags=() if lags == replace(STUDY.own_of(scene), lags=()).all_lags else lags)


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
