"""From a Scene to the runs of several cells on one sequence, each with its size, its success and what remains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from cells import remains
from cells.checkpoints.success import success_at_task
from cells.core.messages import InputError
from cells.modules.size import parameter_count
from pages.compare.answers import Answer, answer_of
from pages.compare.kind import COMPARE, PARAMETERS
from pages.shared.cache import cached
from pages.shared.scene.link_reader import Value
from pages.shared.scene.run import BY_ID, TracedRun, position_within, with_fallback
from pages.shared.scene.scene import Scene
from pages.shared.scene.several_runs import runs_of, units_of


@dataclass(frozen=True)
class ComparedRun:
    """One cell's run beside others: its trace, the key of its weights, its size, and what remains of the first step.

    `remaining` is one number a step (None where it is no number), or None when the first step makes no difference.
    Of a trained cell `success` is that at its task, and `answer` the right one to what it reads, where it has such.
    """

    cell: str
    weights: str
    run: TracedRun
    units: int
    parameters: int
    remaining: list[float | None] | None
    success: float | None = None
    answer: Answer | None = None


def open_cells(scene: Scene) -> tuple[Scene, list[ComparedRun], list[InputError]]:
    """Trace a scene's cells. Returns the scene with its position inside the largest, the runs, and the problems met."""
    _, compared, problems = with_fallback(scene, open_all)
    largest = max(compared, key=lambda cell_run: cell_run.units)
    inside, outside = position_within(scene, largest.run)
    return inside, compared, problems + outside


def open_all(scene: Scene) -> list[ComparedRun]:
    """Trace one layer of each cell, in their order. Raises InputError for a sequence that cannot be made."""
    runs = runs_of(scene, by_parameters=COMPARE.own_of(scene).match == PARAMETERS)
    return [compared_run(*run, scene.settings) for run in runs]


def compared_run(cell: str, weights: str, run: TracedRun, settings: Mapping[str, Value]) -> ComparedRun:
    """Return one cell's run with all that is said of it. settings: those of the sequence that it reads."""
    units = units_of(run)
    parameters = parameter_count(cell, run.sequence.values.shape[1], units)
    answer = answer_of(run, settings)
    return ComparedRun(cell, weights, run, units, parameters, remaining(run), success(run), answer)


@cached(private=lambda run: run.private, hash_funcs=BY_ID)
def success(run: TracedRun) -> float | None:
    """Cached success of a run's trained cell at its own task; None where that is not known."""
    return success_at_task(run.model.layer) if run.model else None


@cached(private=lambda run: run.private, hash_funcs=BY_ID)
def remaining(run: TracedRun) -> list[float | None] | None:
    """Return how much of the first step is in a run's memory at every step, or None when it makes no difference."""
    try:
        shares = remains(run.module, run.sequence.values, run.state)
    except InputError:
        return None
    return [share if isfinite(share) else None for share in shares.tolist()]
