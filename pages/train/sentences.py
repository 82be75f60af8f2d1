"""The sentences of the train page: how a training stands, and what has come of it."""

from __future__ import annotations

from cells.core.messages import n_
from cells.training import TASKS
from cells.training.recipe import Recipe
from pages.shared.jobs import Status, TrainingView
from pages.shared.words import say
from pages.train.results import format_success


def progress_text(recipe: Recipe, seen: TrainingView) -> str:
    """Say in one line how far a training has come."""
    done = f"{seen.update:,} / {recipe.updates:,}"
    return " · ".join([status_text(seen), done, *time_left(seen), *other_watchers(seen)])


def status_text(seen: TrainingView) -> str:
    """Say whether a training waits, runs, or how it has ended."""
    return {
        Status.WAITING: say("Waiting for a worker"),
        Status.RUNNING: say("Training"),
        Status.PAUSED: say("Paused"),
        Status.STOPPED: say("Stopped"),
        Status.FINISHED: say("Finished"),
        Status.FAILED: say("Ended early"),
    }[seen.status]


def time_left(seen: TrainingView) -> list[str]:
    """Say how long it takes to the end, where that is known."""
    if seen.left is None or seen.status is not Status.RUNNING:
        return []
    minutes, seconds = divmod(round(seen.left), 60)
    if minutes:
        return [say("{minutes} min {seconds} s left", minutes=minutes, seconds=seconds)]
    return [say("{seconds} s left", seconds=max(1, seconds))]


def other_watchers(seen: TrainingView) -> list[str]:
    """Say how many others watch the same training, if any."""
    return [say("shared with {count} more", count=seen.others)] if seen.others else []


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
