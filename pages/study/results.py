"""From a Scene to its study, and a study's results as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from cells.core.messages import InputError
from cells.training.study import Study
from pages.shared.jobs.studies import StudyView
from pages.shared.scene.scene import Scene
from pages.study.kind import STUDY


def open_study(scene: Scene) -> tuple[Scene, Study, list[InputError]]:
    """Return the scene with those choices of which a study can be made, that study, and why others are left out."""
    own, problems = STUDY.own_of(scene).usable(scene.cells)
    return replace(scene, own=own), own.study_of(scene.cells), problems


def as_csv(seen: StudyView) -> bytes:
    """Write a line a training: what it was, what came of it, and after how many updates."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(["task", "cell", "lag", "seed", "units", "updates", "success", "trouble"])
    for run, result in seen.results.items():
        recipe = seen.study.recipes[run]
        trouble = str(result.trouble) if result.trouble else ""
        lines.writerow([recipe.task, *run, recipe.units, result.update, result.success, trouble])
    return file.getvalue().encode()
