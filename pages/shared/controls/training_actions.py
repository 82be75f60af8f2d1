"""A training as this visit sees it: its buttons, what they do, and how far it has come in words."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import streamlit as st

from cells.core.messages import InputError
from cells.training.recipe import Recipe
from pages.shared.jobs import TRAINING_JOBS, Status, TrainingView
from pages.shared.jobs.visitor import visit
from pages.shared.scene.session import refuse
from pages.shared.words import say

PERCENT = 100


def offer_actions(
    recipe: Recipe, seen: TrainingView | None, first: str = "", begin: Callable[[Recipe], None] | None = None
) -> None:
    """Offer what can be done with the training as it stands.

    first: the word for starting it, where it is another; begin: what starts it, or goes on with it, if not `start`.
    """
    status, begin = seen.status if seen else Status.STOPPED, begin or start
    going = status in (Status.WAITING, Status.RUNNING)
    if going:
        button("pause", say("Pause"), "pause", pause, recipe)
    elif seen is None:
        button("start", f"**{first or say('Start')}**", "play_arrow", begin, recipe)
    elif status is Status.FAILED:
        button("start", say("Try again"), "replay", begin, recipe)
    elif status is not Status.FINISHED:
        button("start", f"**{say('Resume')}**", "play_arrow", begin, recipe)
    if going or status is Status.PAUSED:
        button("stop", say("Stop"), "stop", stop, recipe)


def button(key: str, title: str, icon: str, action: Callable[[Recipe], None], recipe: Recipe) -> None:
    """Show the button of one action."""
    st.button(title, key=f"{key}-training", icon=f":material/{icon}:", on_click=action, args=(recipe,))


def start(recipe: Recipe) -> None:
    """Start the training, or go on with it, or tell why that cannot be."""
    try:
        TRAINING_JOBS.start(recipe, visit())
    except InputError as problem:
        refuse(problem)


def pause(recipe: Recipe) -> None:
    """Pause the training, to be resumed."""
    TRAINING_JOBS.pause(recipe, visit())


def stop(recipe: Recipe) -> None:
    """Stop the training here."""
    TRAINING_JOBS.stop(recipe, visit())


def training_seen(recipe: Recipe) -> TrainingView | None:
    """Return how the training stands for this visit, None before it has been started."""
    return TRAINING_JOBS.view(recipe, visit())


def recipe_id(recipe: Recipe) -> str:
    """Return a short name that is the same for equal recipes."""
    return sha256(repr(recipe).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def format_success(recipe: Recipe, success: float) -> str:
    """Write a share as percent, an error as a number."""
    return f"{success:.3f}" if recipe.problem().goal.lower else f"{PERCENT * success:.1f} %"


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
