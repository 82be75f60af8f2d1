"""A deep stack, unit by unit: what is carried past, what is added, and what is left of the gradient on its way back.

From top to bottom, and where each part is made:

    the controls                                  controls.py
    the stepper through depth, in the browser     stepper.js; what it is given: payload.py, depth_stepper.py, words.py
    the training, while there is one              shared/controls/training_results.py
    the gradients of all four kinds in numbers    gradient_words.py
    training=True and training=False              modes.py

What is shown is computed in results.py and gradients.py; weights.py says with which weights, kind.py what a link
carries.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells.core.messages import InputError, n_
from cells.training import save_trained
from pages.depth.controls import depth_controls
from pages.depth.depth_stepper import depth_stepper
from pages.depth.gradient_words import gradient_table, measured_sentence, problem_sentences
from pages.depth.gradients import KindGradient, gradients_of
from pages.depth.kind import DEPTH_PAGE, DIGIT, DepthFields
from pages.depth.modes import FORGOTTEN, modes_sentences, modes_table
from pages.depth.payload import depth_payload, unequal_shapes
from pages.depth.results import MOST_PLACES, DepthRun, open_depth, place_of, read_by
from pages.depth.weights import recipe_of, weights_of
from pages.shared.controls.training_actions import progress_text, training_seen
from pages.shared.controls.training_results import curve_of, result_sentences
from pages.shared.figures.camera import with_camera
from pages.shared.jobs import TRAINING_JOBS, Status, TrainingView
from pages.shared.jobs.visitor import watch_tab
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.scene import DOUBLE, Scene
from pages.shared.scene.session import choose, current, refused, rerun_whole_page
from pages.shared.stepper import mark_shown
from pages.shared.words import say
from pages.shared.words.messages import plain, show_problems

SECONDS = 0.8  # between two looks at a training that is running


def main() -> None:
    """Show the page that the link describes."""
    start_page("depth")
    watch_tab("depth")  # first: while a training runs, the looks at it may end this run before its end
    switch_if_requested()
    scene, misread = current()
    scene, run, unusable = open_depth(scene)
    progress_slot = depth_controls(scene)
    show_problems(misread + refused() + unusable)
    offer_shortcut(run)
    tell_of_cut(run)
    running = is_running(training_of(scene))
    st.fragment(explore, run_every=SECONDS if running else None)(progress_slot, was_running=running)


def training_of(scene: Scene) -> TrainingView | None:
    """Return how the training of the stack that is shown stands, None where there is none."""
    try:
        return training_seen(recipe_of(DEPTH_PAGE.own_of(scene)))
    except InputError:
        return None


def is_running(seen: TrainingView | None) -> bool:
    """Tell whether a training goes on."""
    return seen is not None and not seen.status.ended and seen.status is not Status.PAUSED


def offer_shortcut(run: DepthRun) -> None:
    """Offer the 1 × 1 convolution that lets a sum be made of different numbers of channels, where it is missing."""
    if unequal_shapes(run) is not None and not run.plan.shortcut:
        st.button(
            say("Put a 1 × 1 convolution on the shortcut"),
            key="put-shortcut",
            icon=":material/add_link:",
            on_click=choose,
            kwargs={"shortcut": True},
        )


def tell_of_cut(run: DepthRun) -> None:
    """Say how much of a long sequence is read."""
    if run.of is not None:
        cut = n_("Of {count} step the first {read} are read.", "Of {count} steps the first {read} are read.", "count")
        st.markdown(f":small[{plain(say(cut, count=run.of, read=MOST_PLACES))}]")


def explore(progress_slot: DeltaGenerator, *, was_running: bool) -> None:
    """Show the stack; it runs alone when the reader's position has changed, and again and again while it is trained.

    progress_slot: where the bar of progress goes, in the row of controls.
    """
    switch_if_requested()  # a click in this part runs it alone
    scene, _ = current()
    seen = training_of(scene)
    if was_running and not is_running(seen):
        rerun_whole_page()  # its buttons too
    if seen is not None:
        progress_slot.progress(seen.update / seen.recipe.updates, text=plain(progress_text(seen.recipe, seen)))
        show_problems(note for note in (TRAINING_JOBS.cluster.note, *seen.notes, seen.trouble) if note is not None)
    scene, run, _ = open_depth(scene)
    own = DEPTH_PAGE.own_of(scene)
    gradients = gradients_of(own, scene.input, read_by(scene))
    if show_stepper(scene, run, gradients):  # what is slow to draw waits until the stepper stands
        if seen is not None and seen.checkpoints:
            show_training(seen)
        show_gradients(own, gradients)
        show_modes(scene, own, run)
    mark_shown(moving=is_running(seen) and own.trained is not None)


def show_stepper(scene: Scene, run: DepthRun, gradients: list[KindGradient]) -> bool:
    """Show the stack, the position kept in the link. Returns whether it has been painted."""
    own = DEPTH_PAGE.own_of(scene)
    middle = place_of(DEPTH_PAGE.own(), run)

    def on_position(step: int, unit: int, place: tuple[int, ...]) -> None:
        choose(step=None if step == -1 else step, unit=unit, place=None if place == middle else place)

    return depth_stepper(
        depth_payload(own, run, gradients, say),
        step=-1 if scene.step is None else scene.step,
        unit=scene.unit,
        place=place_of(own, run),
        key="stepper",
        on_position=on_position,
    )


def show_training(seen: TrainingView) -> None:
    """Show loss and success against updates, what they mean, and the command that does the same."""
    st.subheader(say("The training"))
    st.plotly_chart(
        curve_of(seen),
        key="curves",
        config=with_camera(f"{seen.recipe.cell}-{seen.recipe.task}-training"),
        alt=say("The loss and the success against updates"),
    )
    st.markdown(plain(result_sentences(seen.recipe, seen)))
    checkpoint = seen.checkpoints[-1]
    st.download_button(
        say("Download the weights of update {update}", update=f"{checkpoint.update:,}"),
        lambda: save_trained(seen.recipe, checkpoint),
        key="weights-file",
        icon=":material/download:",
        file_name=f"gatescope-{seen.recipe.cell}-{seen.recipe.task}-{checkpoint.update}.safetensors",
        mime="application/octet-stream",
        on_click="ignore",
    )
    with st.expander(say("The same in a terminal"), key="command"):
        st.code(seen.recipe.command, language="bash", wrap_lines=True)


def show_gradients(own: DepthFields, gradients: list[KindGradient]) -> None:
    """Show what is left of the gradient of each kind in numbers, and what was measured."""
    st.subheader(say("The gradient in numbers"))
    st.table(gradient_table(gradients))
    for sentence in [measured_sentence(own, gradients), *problem_sentences(gradients)]:
        st.markdown(f":small[{plain(sentence)}]")


def show_modes(scene: Scene, own: DepthFields, run: DepthRun) -> None:
    """Show what the switch between the modes does, where there is a batch normalisation to be switched."""
    st.subheader(say("training=True and training=False"))
    if own.norm and own.reads == DIGIT and run.trace.stopped is None:
        weights, _ = weights_of(own)
        st.table(modes_table(own, run, weights, double=scene.precision == DOUBLE))
    for sentence in modes_sentences(run) if own.norm else [say("Without batch normalisation both give the same.")]:
        st.markdown(f":small[{plain(sentence)}]")
    st.button(
        say("A scene: somebody forgot to switch"),
        key="forgotten",
        icon=":material/toggle_on:",
        on_click=choose,
        kwargs={**FORGOTTEN, "step": None, "unit": 0},
    )


main()
