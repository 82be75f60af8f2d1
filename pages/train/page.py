"""Train a cell in front of the class, and step through its gates at any checkpoint of the training."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells.core.messages import InputError
from cells.training import Checkpoint
from cells.training.recipe import Recipe
from pages.shared.controls.training_actions import format_success, progress_text, recipe_id, training_seen
from pages.shared.controls.training_results import curve_of, result_sentences
from pages.shared.figures.camera import with_camera
from pages.shared.jobs import TRAINING_JOBS, Status, TrainingView
from pages.shared.jobs.visitor import watch_tab
from pages.shared.scene.navigation import start_page, switch_if_requested, take_model
from pages.shared.scene.registry import kind_of, kinds_that_run
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused, rerun_whole_page
from pages.shared.stepper import Pane, mark_shown
from pages.shared.words import say
from pages.shared.words.messages import plain, show_problems
from pages.train.controls import training_controls
from pages.train.kind import TRAIN
from pages.train.payload import Snapshot
from pages.train.results import (
    file_name,
    file_of,
    is_backward,
    layer_problems,
    layer_within,
    recipe_or_usual,
    shown_sequence,
    trace_checkpoint,
    untrained,
    weights_to_save,
    with_words,
)
from pages.train.training_stepper import training_stepper

SECONDS = 0.8  # between two looks at a training that is running


def main() -> None:
    """Show the page that the link describes."""
    start_page("train")
    watch_tab("train")  # first: while a training runs, the looks at it may end this run before its end
    switch_if_requested()
    scene, misread = current()
    scene, recipe, unusable = recipe_or_usual(scene)
    seen = training_seen(recipe)
    progress_slot = training_controls(scene, recipe, seen)
    show_problems(misread + refused() + unusable + layer_problems(scene, recipe))
    running = seen is not None and not seen.status.ended and seen.status is not Status.PAUSED
    st.fragment(show_training, run_every=SECONDS if running else None)(progress_slot, was_running=running)


def show_training(progress_slot: DeltaGenerator, *, was_running: bool) -> None:
    """Show the training as it stands; while it runs this is run again and again, alone.

    progress_slot: where the bar of progress goes, in the row of controls.
    """
    switch_if_requested()  # a click in this part runs it alone
    scene, _ = current()
    scene, recipe, _ = recipe_or_usual(scene)
    seen = training_seen(recipe)
    if was_running and (seen is None or seen.status.ended):
        rerun_whole_page()  # the whole page: its buttons too
    if seen is not None:
        progress_slot.progress(seen.update / recipe.updates, text=plain(progress_text(recipe, seen)))
        show_problems(training_problems(seen))
    checkpoints = seen.checkpoints if seen and seen.checkpoints else untrained(recipe)
    if not checkpoints:
        st.markdown(say("Press Start: the untrained network of this size is shown once a worker has made it."))
        return
    if show_snapshots(scene, recipe, checkpoints) and seen and seen.checkpoints:
        show_learning_curve(recipe, seen)
        offer_checkpoint(scene, recipe, checkpoints, moving=is_moving(scene, seen))
    mark_shown(moving=is_moving(scene, seen))


def is_moving(scene: Scene, seen: TrainingView | None) -> bool:
    """Tell whether another checkpoint may come and be shown at any moment."""
    return seen is not None and seen.status in (Status.WAITING, Status.RUNNING) and TRAIN.own_of(scene).update is None


def training_problems(seen: TrainingView) -> list[InputError]:
    """List what has to be said of the cluster, of the training so far, and of an end before its time."""
    return [note for note in (TRAINING_JOBS.cluster.note, *seen.notes, seen.trouble) if note is not None]


def show_snapshots(scene: Scene, recipe: Recipe, checkpoints: tuple[Checkpoint, ...]) -> bool:
    """Show the stepper over all checkpoints. Returns whether it has been painted."""
    layer = layer_within(scene, recipe)
    sequence = shown_sequence(recipe).as_read(is_backward(recipe, layer))

    def on_position(step: int, unit: int, update: int | None) -> None:
        choose(step=None if step == sequence.start else step, unit=unit, update=update)

    return training_stepper(
        [snapshot_of(recipe, checkpoint, layer) for checkpoint in checkpoints],
        index=shown_index(scene, checkpoints),
        newest=TRAIN.own_of(scene).update is None,
        step=min(sequence.start if scene.step is None else scene.step, len(sequence.labels) - 1),
        unit=min(scene.unit, recipe.units - 1),
        key="stepper",
        on_position=on_position,
    )


def shown_index(scene: Scene, checkpoints: tuple[Checkpoint, ...]) -> int:
    """Return the index of the link's checkpoint, of the nearest one before it, or of the newest."""
    update = TRAIN.own_of(scene).update
    if update is None:
        return len(checkpoints) - 1
    return max((index for index, checkpoint in enumerate(checkpoints) if checkpoint.update <= update), default=0)


def snapshot_of(recipe: Recipe, checkpoint: Checkpoint, index: int) -> Snapshot:
    """Return a checkpoint with the trace of one of its layers over the sequence, in the order in which that reads."""
    traced = trace_checkpoint(recipe, checkpoint)
    layer = traced.layers[index]
    sequence, rows = shown_sequence(recipe).as_read(layer.reverse), with_words(traced.outputs, recipe)
    prediction = {
        "shares": traced.shares,
        "rows": rows[::-1] if layer.reverse else rows,
        "was": None,
        "asked_at_end": recipe.problem().asks_at_end,
    }
    shown = Pane(
        f"{recipe_id(recipe)} {checkpoint.update}",
        layer.as_read(),
        sequence,
        [say(label) if " " in label else label for label in sequence.labels],
        private=True,
        page_data={"prediction": prediction},
    )
    return Snapshot(shown, checkpoint.update, checkpoint.loss, format_success(recipe, checkpoint.success))


def show_learning_curve(recipe: Recipe, seen: TrainingView) -> None:
    """Show loss and success against updates, and what they mean."""
    st.plotly_chart(
        curve_of(seen),
        key="curves",
        config=with_camera(f"{recipe.task}-{recipe.cell}-training"),
        alt=say("The loss and the success against updates"),
    )
    st.markdown(plain(result_sentences(recipe, seen)))


def offer_checkpoint(scene: Scene, recipe: Recipe, checkpoints: tuple[Checkpoint, ...], *, moving: bool) -> None:
    """Offer the cell as it is shown to any other page, as a file, and as a command.

    moving: whether the next look may show another one. The file is made at once where it stays: it is there then under
    one address for as long as it is offered; where it does not, the stepper holds the click until it does.
    """
    checkpoint = checkpoints[shown_index(scene, checkpoints)]
    st.subheader(say("Go on with the cell after update {update}", update=f"{checkpoint.update:,}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for page in next_pages():
            st.button(
                say(kind_of(page).title),
                key=f"on-to-{page}",
                icon=":material/arrow_forward:",
                on_click=open_on_page,
                args=(recipe, checkpoint, page),
            )
        st.download_button(
            say("Download the weights of update {update}", update=f"{checkpoint.update:,}"),
            (lambda: file_of(recipe, checkpoint)[0]) if moving else weights_to_save(recipe, checkpoint),
            key="weights-file",
            icon=":material/download:",
            file_name=file_name(recipe, checkpoint),
            mime="application/octet-stream",
            on_click="ignore",
        )
    with st.expander(say("The same in a terminal"), key="command"):
        st.code(recipe.command, language="bash", wrap_lines=True)


def next_pages() -> list[str]:
    """List the addresses of the pages that show a trained cell; on the model page only the file's layers are listed."""
    return [kind.address for kind in kinds_that_run() if kind.address != "model"]


def open_on_page(recipe: Recipe, checkpoint: Checkpoint, page: str) -> None:
    """Go on to a page with a checkpoint's cell."""
    take_model(*file_of(recipe, checkpoint), page)


main()
