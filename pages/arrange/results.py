"""From a Scene to the run of one cell in an arrangement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cells.arrangements import Arranged, arranged
from cells.core.messages import InputError
from pages.arrange.kind import ARRANGE
from pages.shared.cache import cached
from pages.shared.scene.changes import single
from pages.shared.scene.run import BY_ID, TracedRun, choices_of, open_run, position_within, run_id, with_fallback
from pages.shared.scene.scene import Scene


@dataclass(frozen=True)
class ArrangedRun:
    """A run in an arrangement: its trace, and the arrangement's own numbers."""

    traced: TracedRun
    arranged: Arranged


def open_arranged(scene: Scene) -> tuple[Scene, ArrangedRun, list[InputError]]:
    """Run a scene's cell in its arrangement; an example where there can be no such run.

    Returns the scene with its position inside that run, the run, and what could not be used.
    """
    scene, run, problems = with_fallback(scene, arranged_run)
    inside, outside = position_within(scene, run.traced)
    return inside, run, problems + outside


def arranged_run(scene: Scene) -> ArrangedRun:
    """Run one layer of the scene's cell. Raises InputError for what cannot be arranged."""
    own = ARRANGE.own_of(scene)
    return arrange(open_run(scene.cell, *choices_of(single(scene))), own.arrangement, own.ahead)


@cached(private=lambda run, arrangement, ahead: run.private, hash_funcs=BY_ID)
def arrange(run: TracedRun, arrangement: str, ahead: int) -> ArrangedRun:
    """Run the same cell over the same sequence in an arrangement, in which `ahead` outputs are read back at most."""
    result = arranged(run.module, run.sequence, arrangement, ahead)
    traced = replace(run, id=run_id(run.id, arrangement, ahead), sequence=result.sequence, layers=[result.layer])
    return ArrangedRun(traced, result)
