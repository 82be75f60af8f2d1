"""The controls of the train page: the cell, the task, how it is learnt, and start, pause, resume and stop."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells import CELLS
from cells.core.messages import InputError, n_
from cells.core.settings import Choice, Number, Setting, Text
from cells.modules.memory_biases import keeping_gate
from cells.training import TASKS, TRAINING_SETTINGS
from cells.training.recipe import DIRECTIONS, FORGET_BIAS, LAYERS, LEARNING_RATE, RESIDUAL, UPDATES, Recipe, asks_at_end
from cells.training.stacking import READ_BEFORE
from pages.shared.controls.cells import choose_any_cell
from pages.shared.controls.drawer import drawer
from pages.shared.controls.training_actions import offer_actions
from pages.shared.controls.widgets import (
    NOTE_WIDTH,
    choose_language,
    menu_label,
    names_of,
    option,
    preset,
    row,
    segments,
    slider,
)
from pages.shared.jobs import TrainingView
from pages.shared.scene.scene import Scene
from pages.shared.words import say
from pages.shared.words.messages import plain
from pages.train.kind import TRAIN
from pages.train.results import layer_within, learn_text, text_of, train_with
from pages.train.training import USUAL_TRAINING, Training

PROGRESS_WIDTH = 260  # px
LONGEST_TYPED = 200_000  # characters of a text
LEARNING_RATES = (0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0)
UPDATES_OFFERED = (100, 200, 300, 500, 1000, 1500, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
OFFERED: dict[str, tuple[float, ...]] = {LEARNING_RATE.name: LEARNING_RATES, UPDATES.name: UPDATES_OFFERED}


def training_controls(scene: Scene, recipe: Recipe, seen: TrainingView | None) -> DeltaGenerator:
    """Show the row of controls above the page. Returns the slot in it for the bar of progress."""
    training = TRAIN.own_of(scene).training
    with row():
        choose_any_cell(scene)
        with st.popover(menu_label(say("task"), say(TASKS[training.task].title)), key="task-menu"):
            choose_task(training)
        updates = say(n_("{updates} update", "{updates} updates", "updates"), updates=f"{recipe.updates:,}")
        if place := drawer(menu_label(say("training"), updates), "how"):
            with place:
                choose_options(scene)
        choose_layer(scene, recipe)
        offer_actions(recipe, seen)
        progress_slot = st.container(width=PROGRESS_WIDTH).empty() if seen else st.empty()
        choose_language()
    return progress_slot


def choose_task(training: Training) -> None:
    """Show what the chosen task is, and every task."""
    chosen = TASKS[training.task]
    with st.container(gap="xsmall", width=NOTE_WIDTH):
        st.markdown(f"{plain(say(chosen.about))}  \n:small[{plain(chosen.source)}]")
        for key, task in TASKS.items():
            selected = key == training.task
            st.button(
                say(task.title),
                key=f"task-{key}",
                icon=":material/check:" if selected else None,
                type="secondary" if selected else "tertiary",
                width="stretch",
                on_click=train_with,
                args=(usual_training(key),),
            )


def usual_training(task: str) -> Training:
    """Return the training that the menu offers of a task."""
    return USUAL_TRAINING if task == USUAL_TRAINING.task else Training(task)


def choose_options(scene: Scene) -> None:
    """Show the settings of the task, and those that every training has: units, updates, optimiser and so on."""
    training = TRAIN.own_of(scene).training
    for setting in (*TASKS[training.task].settings, *TRAINING_SETTINGS):
        if means_something(setting, scene.cell, training):
            set_value(training, setting)


def means_something(setting: Setting, cell: str, training: Training) -> bool:
    """Tell whether a setting means something for a cell, and for as many layers."""
    if setting == RESIDUAL:
        return int(training.value(LAYERS.name)) > 1
    return setting != FORGET_BIAS or has_keeping_gate(cell)


def has_keeping_gate(cell: str) -> bool:
    """Tell whether a cell has a gate whose bias decides what is kept."""
    try:
        keeping_gate(CELLS[cell])
    except InputError:
        return False
    return True


def set_value(training: Training, setting: Setting) -> None:
    """Show the widget of one setting."""
    key = f"set training {setting.name}"
    if isinstance(setting, Text):
        set_text(training, setting, key)
    elif setting == DIRECTIONS:
        set_directions(training, key)
    elif isinstance(setting, Number) and setting.names:
        set_named(training, setting, key)
    elif isinstance(setting, Choice):
        titles = {value: say(title) for value, title in setting.choices.items()}
        args = (training, setting.name, key)
        segments(say(setting.title), key, titles, training.value(setting.name), on_value_change, args, labelled=True)
    elif setting.name in OFFERED:
        set_offered(training, setting, key)
    else:
        slider(setting, key, training.value(setting.name), on_value_change, (training, setting.name, key))


def set_named(training: Training, setting: Number, key: str, *, disabled: bool = False) -> None:
    """Show a button for each value of a number whose few values have names."""
    segments(
        say(setting.title),
        key,
        names_of(setting),
        training.value(setting.name),
        on_value_change,
        (training, setting.name, key),
        labelled=True,
        disabled=disabled,
    )


def set_directions(training: Training, key: str) -> None:
    """Show the choice of one or both directions; where the answer is not read at the end, why there is none."""
    at_end = asks_at_end(training.task)
    with st.container(gap=None, width="content"):
        set_named(training, DIRECTIONS, key, disabled=not at_end)
        if not at_end:
            st.caption(say(READ_BEFORE), width=NOTE_WIDTH)


def choose_layer(scene: Scene, recipe: Recipe) -> None:
    """Show the menu of the layer and direction that is stepped through, where there are several."""
    count, shown = recipe.layers * recipe.directions, layer_within(scene, recipe)
    if count == 1:
        return
    with st.popover(layer_name(shown, recipe.directions), key="layer-menu"), st.container(gap="xsmall"):
        for index in range(count):
            name = layer_name(index, recipe.directions)
            option(name, "trained_layer", str(index), selected=index == shown, choice=index, along={"step": None})


def layer_name(index: int, directions: int) -> str:
    """Return the short name of a layer and direction: "layer 2", "layer 2 ←"."""
    arrow = " →←"[1 + index % 2] if directions > 1 else ""
    return f"{say('layer {layer}', layer=index // directions + 1)} {arrow}".strip()


def set_offered(training: Training, setting: Number, key: str) -> None:
    """Show a few values of a number that spans several powers of ten, and that of the link."""
    now = float(training.value(setting.name))
    values = sorted({*OFFERED[setting.name], now})
    st.select_slider(
        say(setting.title),
        values,
        format_func=lambda value: f"{value:,.12g}",
        key=preset(key, now),
        on_change=on_value_change,
        args=(training, setting.name, key),
    )


def set_text(training: Training, setting: Text, key: str) -> None:
    """Show the field of the text that is learnt."""
    st.text_area(
        say(setting.title),
        key=preset(key, text_of(training)),
        height=160,
        max_chars=LONGEST_TYPED,
        on_change=on_text_change,
        args=(training, key),
    )


def on_value_change(training: Training, name: str, key: str) -> None:
    """Take a setting into the link."""
    value = st.session_state[key]
    if value is not None:
        whole = isinstance(training.value(name), int)
        train_with(training.with_value(name, int(value) if whole else value))


def on_text_change(training: Training, key: str) -> None:
    """Take a text into the link."""
    learn_text(training, st.session_state[key])
