"""From a Scene to the runs of several cells on one sequence, each with its size and what remains of the first step."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from cells import remains
from cells.core.messages import InputError
from cells.modules.size import parameter_count
from pages.compare.kind import COMPARE, PARAMETERS
from pages.shared.cache import cached
from pages.shared.scene.run import BY_ID, TracedRun, position_within, with_fallback
from pages.shared.scene.scene import Scene
from pages.shared.scene.several_runs import runs_of, units_of


@dataclass(frozen=True)
class ComparedRun:
    """One cell's run beside others: its trace, the key of its weights, its size, and what remains of the first step.

    `remaining` is one number a step (None where it is no number), or None when the first step makes no difference.
    """

    cell: str
    weights: str
    run: TracedRun
    units: int
    parameters: int
    remaining: list[float | None] | None


def open_cells(scene: Scene) -> tuple[Scene, list[ComparedRun], list[InputError]]:
    """Trace a scene's cells. Returns the scene with its position inside the largest, the runs, and the problems met."""
    _, compared, problems = with_fallback(scene, open_all)
    largest = max(compared, key=lambda cell_run: cell_run.units)
    inside, outside = position_within(scene, largest.run)
    return inside, compared, problems + outside


def open_all(scene: Scene) -> list[ComparedRun]:
    """Trace one layer of each cell, in their order. Raises InputError for a sequence that cannot be made."""
    return [compared_run(*run) for run in runs_of(scene, by_parameters=COMPARE.own_of(scene).match == PARAMETERS)]


def compared_run(cell: str, weights: str, run: TracedRun) -> ComparedRun:
    """Return one cell's run with its size and what remains of the first step."""
    units = units_of(run)
    parameters = parameter_count(cell, run.sequence.values.shape[1], units)
    return ComparedRun(cell, weights, run, units, parameters, remaining(run))


@cached(private=lambda run: run.private, hash_funcs=BY_ID)
def remaining(run: TracedRun) -> list[float | None] | None:
    """Return how much of the first step is in a run's memory at every step, or None when it makes no difference."""
    try:
        shares = remains(run.module, run.sequence.values, run.state)
    except InputError:
        return None
    return [share if isfinite(share) else None for share in shares.tolist()]
