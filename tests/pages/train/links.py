"""Trainings as links spell them, read without the app."""

from __future__ import annotations

import pytest

from cells.training.recipe import Recipe
from pages.shared.scene.link import read_link
from pages.train import results
from pages.train.kind import TRAIN
from pages.train.results import recipe_or_usual
from pages.train.training import Training
from tests.pages.scenes import LANGUAGES

PAGE = "train"


def linked(text: str) -> Training:
    """Read a training from a link in which nothing is wrong."""
    scene, problems = read_link({"training": text}, LANGUAGES, PAGE)
    assert problems == []
    return TRAIN.own_of(scene).training


def training_in(text: str) -> tuple[Training, Recipe, list[str]]:
    """Read a training from a link. Returns what is shown of it, its recipe, and what a reader is told."""
    scene, misread = read_link({"training": text}, LANGUAGES, PAGE)
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(results, "visit", lambda: "")  # no visit, and so no text beside the link
        scene, made, unusable = recipe_or_usual(scene)
    return TRAIN.own_of(scene).training, made, [str(problem) for problem in misread + unusable]
