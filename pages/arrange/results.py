"""From a Scene to the run of one cell in an arrangement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cells.arrangements import Arranged, arranged
from cells.core.messages import InputError
from cells.core.sequence import Sequence
from pages.shared.cache import kept
from pages.shared.scene.run import Opened, open_run, or_example, place, run_id, run_of
from pages.shared.scene.scene import Scene, single


@dataclass(frozen=True)
class OpenedArrangement:
    """A run in an arrangement: as the other pages open one, with what is arranged and the sequence that was given."""

    opened: Opened
    run: Arranged
    given: Sequence


def open_arranged(scene: Scene) -> tuple[Scene, OpenedArrangement, list[InputError]]:
    """The run of a scene, the scene with its position inside it, and what could not be used.

    Where there can be none, an example is shown.
    """
    scene, found, problems = or_example(scene, open_one)
    placed, misplaced = place(scene, found.opened)
    return placed, found, problems + misplaced


def open_one(scene: Scene) -> OpenedArrangement:
    """The run, one layer of it. Raises InputError for what cannot be arranged."""
    opened = open_run(scene.cell, *run_of(single(scene)))
    return arrange(opened.id, scene.arrangement, scene.ahead, opened)


@kept(private=lambda run, arrangement, ahead, _opened: _opened.private)
def arrange(run: str, arrangement: str, ahead: int, _opened: Opened) -> OpenedArrangement:
    """The same run in an arrangement, made once."""
    made = arranged(_opened.module, _opened.sequence, arrangement, ahead)
    shown = replace(_opened, id=run_id(run, arrangement, ahead), sequence=made.sequence, layers=[made.layer])
    return OpenedArrangement(shown, made, _opened.sequence)
