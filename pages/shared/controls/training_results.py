"""A training's results: its learning curve, and its newest success held against what it is to be."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from cells.core.messages import n_
from cells.training.recipe import Recipe
from cells.training.tasks import ALL_TASKS
from pages.shared.controls.theme import theme
from pages.shared.controls.training_actions import format_success
from pages.shared.figures.learning_curve import learning_curve
from pages.shared.figures.palette import PALETTE
from pages.shared.jobs import TrainingView
from pages.shared.words import say


def curve_of(seen: TrainingView) -> go.Figure:
    """Draw loss and success against updates, with the levels that the success is held against."""
    problem, palette = seen.recipe.problem(), PALETTE[theme()]
    updates = np.array([checkpoint.update for checkpoint in seen.checkpoints])
    successes = np.array([checkpoint.success for checkpoint in seen.checkpoints])
    levels = [(say("learnt"), problem.criterion), (say("chance"), problem.chance)]
    if problem.trivial != problem.chance:
        levels.append((say("trivial solution"), problem.trivial))
    success = say("error") if problem.goal.lower else say("success")
    words = {"loss": say("loss"), "success": success, "update": say("update")}
    accents = palette["accents"]
    colors = {"loss": accents["blue"]["fill"], "success": accents["green"]["fill"], "level": palette["quiet"]}
    return learning_curve(
        np.array(seen.losses),
        (updates, successes),
        levels,
        words,
        colors,
        seen.recipe.updates,
        share=not problem.goal.lower,
    )


def result_sentences(recipe: Recipe, seen: TrainingView) -> str:
    """Hold the newest success against the criterion, chance and the trivial solution."""
    problem, newest = recipe.problem(), seen.checkpoints[-1]
    criterion = format_success(recipe, problem.criterion)
    verdict = (
        say("It counts as learnt: the criterion is {criterion}.", criterion=criterion)
        if problem.reached(newest.success)
        else say("It does not count as learnt yet: the criterion is {criterion}.", criterion=criterion)
    )
    success = say(
        n_(
            "After {update} update: {success} ({measure}). Chance gives {chance}, the trivial solution {trivial}.",
            "After {update} updates: {success} ({measure}). Chance gives {chance}, the trivial solution {trivial}.",
            "update",
        ),
        update=f"{newest.update:,}",
        success=format_success(recipe, newest.success),
        measure=say(ALL_TASKS[recipe.task].measure),
        chance=format_success(recipe, problem.chance),
        trivial=format_success(recipe, problem.trivial),
    )
    return f"{success} {verdict}"
