"""Train a cell in front of the class, and step through its gates at any moment of the training."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells.core.messages import InputError
from cells.training import TASKS, Checkpoint
from cells.training.recipe import Recipe
from pages.shared.controls.theme import theme
from pages.shared.figures.palette import PALETTE
from pages.shared.jobs import TRAINING_JOBS, Status, TrainingView
from pages.shared.scene.navigation import start_page, switch_if_requested, take_model
from pages.shared.scene.registry import kind_of, kinds_that_run
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused, rerun_whole_page
from pages.shared.stepper import Pane
from pages.shared.words import say
from pages.shared.words.messages import plain, show_problems
from pages.train.controls import training_controls
from pages.train.figures.learning_curve import learning_curve
from pages.train.kind import TRAIN
from pages.train.payload import Moment, training_stepper
from pages.train.results import (
    at_checkpoint,
    file_name,
    file_of,
    id_of,
    in_words,
    recipe_or_usual,
    seen,
    shown_sequence,
    success_in_words,
    untrained,
)

SECONDS = 0.8  # between two looks at a training that is running


def main() -> None:
    """The page, from the link down."""
    start_page("train")
    switch_if_requested()
    scene, misread = current()
    scene, made, unusable = recipe_or_usual(scene)
    told = seen(made)
    place = training_controls(scene, made, told)
    show_problems(misread + refused() + unusable)
    watched = told is not None and not told.status.ended and told.status is not Status.PAUSED
    st.fragment(watch, run_every=SECONDS if watched else None)(watched, place)


def watch(watched: bool, place: DeltaGenerator) -> None:
    """The training as it stands; while it runs this is run again and again, alone. place: for how far it has come."""
    switch_if_requested()  # a click in this part runs it alone
    scene, _ = current()
    scene, made, _ = recipe_or_usual(scene)
    told = seen(made)
    if watched and (told is None or told.status.ended):
        rerun_whole_page()  # the whole page: its buttons too
    if told is not None:
        place.progress(told.update / made.updates, text=plain(standing(made, told)))
        show_problems(what_happened(told))
    checkpoints = told.checkpoints if told and told.checkpoints else untrained(made)
    if not checkpoints:
        st.markdown(say("Press Start: the untrained network of this size is shown once a worker has made it."))
        return
    if show_moments(scene, made, checkpoints) and told and told.checkpoints:
        show_curves(made, told)
        offer(scene, made, checkpoints)


def what_happened(told: TrainingView) -> list[InputError]:
    """What has to be said of the cluster, of the way so far, and of an end before its time."""
    return [note for note in (TRAINING_JOBS.cluster.note, *told.notes, told.trouble) if note is not None]


def standing(made: Recipe, told: TrainingView) -> str:
    """How far it has come, in one line."""
    done = f"{told.update:,} / {made.updates:,}"
    return " · ".join([status_in_words(told), done, *remaining(told), *others(told)])


def status_in_words(told: TrainingView) -> str:
    """How the training stands."""
    return {
        Status.WAITING: say("Waiting for a worker"),
        Status.RUNNING: say("Training"),
        Status.PAUSED: say("Paused"),
        Status.STOPPED: say("Stopped"),
        Status.FINISHED: say("Finished"),
        Status.FAILED: say("Ended early"),
    }[told.status]


def remaining(told: TrainingView) -> list[str]:
    """The time to its end, where it is known."""
    if told.left is None or told.status is not Status.RUNNING:
        return []
    minutes, seconds = divmod(round(told.left), 60)
    if minutes:
        return [say("{minutes} min {seconds} s left", minutes=minutes, seconds=seconds)]
    return [say("{seconds} s left", seconds=max(1, seconds))]


def others(told: TrainingView) -> list[str]:
    """Who else watches the same training."""
    return [say("shared with {count} more", count=told.others)] if told.others else []


def show_moments(scene: Scene, made: Recipe, checkpoints: tuple[Checkpoint, ...]) -> bool:
    """The stepper over all checkpoints; returns whether it has been painted."""
    sequence = shown_sequence(made)

    def on_position(step: int, unit: int, update: int) -> None:
        newest = update == checkpoints[-1].update
        choose(step=None if step == sequence.start else step, unit=unit, update=None if newest else update)

    return training_stepper(
        [moment_of(made, one) for one in checkpoints],
        moment=moment_at(scene, checkpoints),
        step=min(sequence.start if scene.step is None else scene.step, len(sequence.labels) - 1),
        unit=min(scene.unit, made.units - 1),
        key="stepper",
        on_position=on_position,
    )


def moment_at(scene: Scene, checkpoints: tuple[Checkpoint, ...]) -> int:
    """The place of the link's checkpoint, of the nearest one before it, or of the newest."""
    update = TRAIN.own_of(scene).update
    if update is None:
        return len(checkpoints) - 1
    return max((place for place, one in enumerate(checkpoints) if one.update <= update), default=0)


def moment_of(made: Recipe, checkpoint: Checkpoint) -> Moment:
    """A checkpoint with its cell's run over the sequence."""
    run, sequence = at_checkpoint(made, checkpoint), shown_sequence(made)
    shown = Pane(
        f"{id_of(made)} {checkpoint.update}",
        run.layer,
        sequence,
        [say(label) if " " in label else label for label in sequence.labels],
        private=True,
        page_data={"prediction": {"shares": run.shares, "rows": in_words(run.rows, made), "was": None}},
    )
    return Moment(shown, checkpoint.update, checkpoint.loss, success_in_words(made, checkpoint.success))


def show_curves(made: Recipe, told: TrainingView) -> None:
    """Loss and success against updates."""
    problem, palette = made.problem(), PALETTE[theme()]
    moments = np.array([one.update for one in told.checkpoints])
    successes = np.array([one.success for one in told.checkpoints])
    levels = [(say("learnt"), problem.criterion), (say("chance"), problem.chance)]
    if problem.trivial != problem.chance:
        levels.append((say("trivial solution"), problem.trivial))
    success = say("error") if problem.goal.lower else say("success")
    words = {"loss": say("loss"), "success": success, "update": say("update")}
    lines = palette["lines"]
    colors = {"loss": lines[1]["fill"], "success": lines[2]["fill"], "level": palette["quiet"]}
    st.plotly_chart(
        learning_curve(
            np.array(told.losses),
            (moments, successes),
            levels,
            words,
            colors,
            made.updates,
            share=not problem.goal.lower,
        ),
        key="curves",
        config={"displaylogo": False},
        alt=say("The loss and the success against updates"),
    )
    st.markdown(plain(result(made, told)))


def result(made: Recipe, told: TrainingView) -> str:
    """The newest success, held against the criterion, chance and the trivial solution."""
    problem, last = made.problem(), told.checkpoints[-1]
    criterion = success_in_words(made, problem.criterion)
    reached = (
        say("It counts as learnt: the criterion is {criterion}.", criterion=criterion)
        if problem.reached(last.success)
        else say("It does not count as learnt yet: the criterion is {criterion}.", criterion=criterion)
    )
    said = say(
        "After {update} updates: {success} ({measure}). Chance gives {chance}, the trivial solution {trivial}.",
        update=f"{last.update:,}",
        success=success_in_words(made, last.success),
        measure=say(TASKS[made.task].measure),
        chance=success_in_words(made, problem.chance),
        trivial=success_in_words(made, problem.trivial),
    )
    return f"{said} {reached}"


def offer(scene: Scene, made: Recipe, checkpoints: tuple[Checkpoint, ...]) -> None:
    """The cell as it is shown, on to any other page or as a file."""
    chosen = checkpoints[moment_at(scene, checkpoints)]
    st.subheader(say("Go on with the cell after update {update}", update=f"{chosen.update:,}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for page in onwards():
            st.button(
                say(kind_of(page).title),
                key=f"on-to-{page}",
                icon=":material/arrow_forward:",
                on_click=take_on,
                args=(made, chosen, page),
            )
        st.download_button(
            say("Download the weights"),
            lambda: file_of(made, chosen)[0],  # made for whoever asks, not at every look at a training
            key="weights-file",
            icon=":material/download:",
            file_name=file_name(made, chosen),
            mime="application/octet-stream",
            on_click="ignore",
        )
    with st.expander(say("The same in a terminal"), key="command"):
        st.code(made.command, language="bash", wrap_lines=True)


def onwards() -> list[str]:
    """The addresses of the pages that show a trained cell; on the model page only the file's layers are listed."""
    return [kind.address for kind in kinds_that_run() if kind.address != "model"]


def take_on(made: Recipe, checkpoint: Checkpoint, page: str) -> None:
    """Go on to a page with a checkpoint's cell."""
    take_model(*file_of(made, checkpoint), page)


main()
