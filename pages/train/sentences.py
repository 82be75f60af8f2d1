"""The sentences of the train page on what has come of a training."""

from __future__ import annotations

from cells.core.messages import n_
from cells.training import TASKS
from cells.training.recipe import Recipe
from pages.shared.controls.training_actions import format_success
from pages.shared.jobs import TrainingView
from pages.shared.words import say


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
        measure=say(TASKS[recipe.task].measure),
        chance=format_success(recipe, problem.chance),
        trivial=format_success(recipe, problem.trivial),
    )
    return f"{success} {verdict}"
