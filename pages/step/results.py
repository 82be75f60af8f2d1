"""From a Scene of the step page to its run, with what a reader holds and changes in it; and back into the link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cells import Clamp
from cells.core.messages import N_, InputError
from cells.inputs.edit import Edit, changes
from pages.shared.scene.run import TracedRun, open_original, position_within
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refuse
from pages.shared.scene.what_if_link import check_count
from pages.step.kind import STEP
from pages.step.what_if import open_what_if


def open_held(scene: Scene) -> tuple[Scene, TracedRun, list[InputError]]:
    """Trace a scene with its clamps and edits, the original beside it.

    Returns the scene with its position inside that trace, the run, and what could not be used.
    """
    scene, run, problems = open_original(scene)
    own = STEP.own_of(scene)
    if own.clamp or own.edit:
        try:
            run = open_what_if(run, own.clamp, own.edit)
        except InputError as problem:
            problems += [problem, InputError(N_("The run is shown without it."))]
            scene = replace(scene, own=own.released())
    inside, outside = position_within(scene, run)
    return inside, run, problems + outside


def hold(clamp: tuple[Clamp, ...], edit: tuple[Edit, ...], **choices: Any) -> bool:
    """Take clamps and edits into the link, or refuse them all with the reason: then the former ones stay.

    Returns whether they were taken.
    """
    scene, _ = current()
    _, original, _ = open_original(scene)
    try:
        check_count(clamp)
        check_count(edit)
        open_what_if(original, clamp, edit)
    except InputError as problem:
        refuse(problem)
        return False
    choose(clamp=clamp, edit=tuple(one for one in edit if changes(original.sequence, one)), **choices)
    return True
