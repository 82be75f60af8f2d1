"""From a Scene of the step page to its run with clamps and edits; and from these back into the link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cells import Clamp
from cells.core.messages import N_, InputError
from cells.inputs.edit import Edit, changes
from pages.shared.scene.run import TracedRun, open_original, position_within
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refuse
from pages.shared.scene.what_if_link import check_count
from pages.step.kind import STEP, StepFields
from pages.step.what_if import misfit, trace_what_if


def open_with_what_if(scene: Scene) -> tuple[Scene, TracedRun, list[InputError]]:
    """Trace a scene with its clamps and edits, beside the original.

    Returns the scene with its position inside that run, the run, and what could not be used.
    """
    scene, run, problems = open_original(scene)
    own = STEP.own_of(scene)
    if misfits := [*misfits_of(run, own)]:
        problems += [*misfits, InputError(N_("The run is shown without that."))]
        own = own.within_run(scene)
        scene = replace(scene, own=own)
    if own.clamp or own.edit:
        run = trace_what_if(run, own.clamp, own.edit)
    inside, outside = position_within(scene, run)
    return inside, run, problems + outside


def misfits_of(original: TracedRun, own: StepFields) -> Iterator[InputError]:
    """Say of each clamp and each edit that has no place in a run why."""
    for clamp in own.clamp:
        if problem := misfit(original, (clamp,), ()):
            yield problem
    for edit in own.edit:
        if problem := misfit(original, (), (edit,)):
            yield problem


def choose_what_if(clamp: tuple[Clamp, ...], edit: tuple[Edit, ...], **choices: Any) -> bool:
    """Take clamps and edits into the link, or refuse all of them with the reason; then the former ones stay.

    Returns whether they were taken.
    """
    scene, _ = current()
    _, original, _ = open_original(scene)
    try:
        check_count(clamp)
        check_count(edit)
        trace_what_if(original, clamp, edit)
    except InputError as problem:
        refuse(problem)
        return False
    choose(clamp=clamp, edit=tuple(each for each in edit if changes(original.sequence, each)), **choices)
    return True
