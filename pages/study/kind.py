"""How a link spells what only the study page has, and the study that it stands for."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from cells.core.messages import N_, InputError
from cells.core.settings import Number
from cells.training.recipe import UNITS, UPDATES, usual_options
from cells.training.study import LAGS, MOST_LAGS, Study, study

if TYPE_CHECKING:
    from pages.shared.scene.scene import Scene

USUAL_TASK = "adding"
SEEDS = Number("seeds", N_("seeds"), 3, 1, 5, 1)
STUDY_UNITS = replace(UNITS, name="study_units")
STUDY_UPDATES = replace(UPDATES, name="study_updates", low=10, high=20_000)
LONGEST_QUOTE = 40


def read_lags(text: str) -> tuple[int, ...]:
    """ "40, 10 20" as ascending lags, each once. Raises InputError for anything else."""
    parts = [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    if not 1 <= len(set(parts)) <= MOST_LAGS or not all(re.fullmatch(r"\d{1,6}", part, re.ASCII) for part in parts):
        quoted = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
        raise InputError(
            N_("The lags “{written}” cannot be read: write 1 to {most} whole numbers, for example 10, 20, 40."),
            written=quoted,
            most=MOST_LAGS,
        )
    return tuple(sorted({int(part) for part in parts}))


def write_lags(lags: tuple[int, ...]) -> str:
    """Lags as `read_lags` reads them."""
    return ",".join(map(str, lags))


def lags_of(scene: Scene) -> tuple[int, ...]:
    """The lags of a scene, or the usual ones of its task."""
    return scene.lags or LAGS[scene.study].usual


def units_of(scene: Scene) -> int:
    """How many units each cell has."""
    return int(usual_options(scene.study)["units"]) if scene.study_units is None else scene.study_units


def updates_of(scene: Scene) -> int:
    """How many updates each training takes."""
    return int(usual_options(scene.study)["updates"]) if scene.study_updates is None else scene.study_updates


def study_of(scene: Scene) -> Study:
    """The study that a scene stands for. Raises InputError for one that cannot be made."""
    return made(scene.study, scene.cells, lags_of(scene), scene.seeds, units_of(scene), updates_of(scene))


@lru_cache(maxsize=32)
def made(task: str, cells: tuple[str, ...], lags: tuple[int, ...], seeds: int, units: int, updates: int) -> Study:
    """The same object for equal studies: its recipes are made once."""
    return study(task, cells, lags, range(seeds), units=units, updates=updates)


def open_study(scene: Scene) -> tuple[Scene, Study, list[InputError]]:
    """The study of a scene; one that cannot be made has its task's usual lags and sizes instead, and why."""
    try:
        return scene, study_of(scene), []
    except InputError as problem:
        usual = replace(scene, lags=(), study_units=None, study_updates=None, seeds=int(SEEDS.default))
        return usual, study_of(usual), [problem]
