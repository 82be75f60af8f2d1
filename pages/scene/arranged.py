"""From a Scene to the run of one cell in an arrangement."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from cells.arrangements import Arranged, arranged
from cells.messages import InputError
from cells.sequence import Sequence
from pages.scene.opened import EXAMPLE_SHOWN, KEPT, Opened, open_run, place, run_id
from pages.scene.scene import STACKING, Scene, Value, usual_settings


@dataclass(frozen=True)
class OpenedArrangement:
    """A run in an arrangement: as the other pages open one, with what is arranged and the sequence that was given."""

    opened: Opened
    run: Arranged
    given: Sequence


def open_arranged(scene: Scene) -> tuple[Scene, OpenedArrangement, list[InputError]]:
    """The run of a scene, the scene with its position inside it, and what could not be used.

    Where there can be none, the example of the same kind of sequence is shown.
    """
    problems: list[InputError] = []
    try:
        found = open_one(scene, dict(scene.settings))
    except InputError as problem:
        problems += [problem, InputError(EXAMPLE_SHOWN)]
        found = open_one(scene, usual_settings(scene.input, scene.weights))
    placed, misplaced = place(scene, found.opened)
    return placed, found, problems + misplaced


def open_one(scene: Scene, settings: dict[str, Value]) -> OpenedArrangement:
    """The run with these settings, one layer of it. Raises InputError for what cannot be arranged."""
    single = {name: 1 if name in STACKING else value for name, value in settings.items()}
    opened = open_run(scene.cell, scene.input, scene.weights, tuple(sorted(single.items())))
    return arrange(opened.id, scene.arrangement, scene.ahead, opened)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def arrange(run: str, arrangement: str, ahead: int, _opened: Opened) -> OpenedArrangement:
    """The same run in an arrangement, made once."""
    made = arranged(_opened.module, _opened.sequence, arrangement, ahead)
    shown = Opened(run_id(run, arrangement, ahead), made.sequence, _opened.module, [made.layer])
    return OpenedArrangement(shown, made, _opened.sequence)
