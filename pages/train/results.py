"""The training of a scene: its recipe, its run, and its moments, at each of which its cell can be stepped through.

Axes: T time steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from cells import LayerTrace, trace
from cells.checkpoints.vocabulary import labelled
from cells.core.messages import N_, InputError
from cells.core.sequence import Sequence
from cells.readouts.prediction import predicted
from cells.training import Checkpoint, recipe, restored, save_trained
from cells.training.learning import Learning
from cells.training.recipe import Recipe
from pages.shared.cache import cached_for_visit
from pages.shared.jobs import TRAINING_JOBS, TrainingView
from pages.shared.jobs.visitor import visit
from pages.shared.scene.prediction import prediction_rows
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, refuse
from pages.shared.words import say
from pages.train.kind import TRAIN
from pages.train.training import KEPT, TEXT_FROM, Training

TEXTS = "texts to learn, too long for a link"
LONGEST_TEXT_IN_LINK = 4000  # characters
KEPT_MOMENTS = 64
AT_ONCE = 1 << 20  # numbers of a batch: a larger training is first seen once it runs
PERCENT = 100


def recipe_of(scene: Scene) -> Recipe:
    """What the scene trains. Raises InputError for what cannot be trained."""
    training = TRAIN.own_of(scene).training
    settings = training.settings
    if kept := dict(training.values).get(KEPT):
        settings = {**settings, TEXT_FROM: kept_text(str(kept))}
    return recipe(training.task, scene.cell, settings, **training.options)


def recipe_or_usual(scene: Scene) -> tuple[Scene, Recipe, list[InputError]]:
    """The same, or the usual training with the reason why it is that."""
    try:
        return scene, recipe_of(scene), []
    except InputError as problem:
        usual = TRAIN.scene(cell=scene.cell, lang=scene.lang)
        told = InputError(N_("The usual training is shown in the meantime."))
        return usual, recipe_of(usual), [problem, told]


def kept_text(key: str) -> str:
    """A text that was too long for the link. Raises InputError where this visit has not got it."""
    texts: dict[str, str] = st.session_state.get(TEXTS, {})
    if key not in texts:
        raise InputError(
            N_("The text that is learnt was too long for the link, and is not part of it: paste it again.")
        )
    return texts[key]


def text_of(training: Training) -> str:
    """The text that is learnt, as it was typed."""
    kept = dict(training.values).get(KEPT)
    try:
        return kept_text(str(kept)) if kept else str(training.value(TEXT_FROM))
    except InputError:
        return ""


def train_with(training: Training, **choices: object) -> None:
    """Take another training into the link, to be seen from its first step and its newest checkpoint."""
    choose(training=training, step=None, unit=0, update=None, **choices)


def learn_text(training: Training, text: str) -> None:
    """Learn a text, if it can be learnt; else it is told why not, and the former one stays."""
    changed = training.with_value(TEXT_FROM, text)
    try:
        recipe(changed.task, "rnn", changed.settings, **changed.options)
    except InputError as problem:
        refuse(problem, InputError(N_("What was learnt before stays.")))
        return
    if len(text) > LONGEST_TEXT_IN_LINK:
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        st.session_state.setdefault(TEXTS, {})[key] = text
        values = {**dict(changed.values), KEPT: key}
        values.pop(TEXT_FROM)
        changed = Training(changed.task, tuple(sorted(values.items())))
    train_with(changed)


def start(made: Recipe) -> None:
    """Train, or go on, or say why that cannot be."""
    try:
        TRAINING_JOBS.start(made, visit())
    except InputError as problem:
        refuse(problem)


def pause(made: Recipe) -> None:
    """Wait."""
    TRAINING_JOBS.pause(made, visit())


def stop(made: Recipe) -> None:
    """End here."""
    TRAINING_JOBS.stop(made, visit())


def seen(made: Recipe) -> TrainingView | None:
    """How the training stands for this visit, None before it has been started."""
    return TRAINING_JOBS.view(made, visit())


@dataclass(frozen=True)
class Traced:
    """What a checkpoint's cell did, and what its readout made of it: its largest outputs at each step."""

    layer: LayerTrace
    shares: bool
    rows: list[list[tuple[str, float | None]]]


def at_checkpoint(made: Recipe, checkpoint: Checkpoint) -> Traced:
    """The run of a checkpoint's cell over the sequence that the page shows."""
    key = id_of(made)
    return traced(key, checkpoint.update, made, checkpoint, sequence_of(key, made))


@cached_for_visit(KEPT_MOMENTS)
def traced(key: str, update: int, _made: Recipe, _checkpoint: Checkpoint, _sequence: Sequence) -> Traced:
    """The same, made once."""
    problem = _made.problem()
    module, readout = restored(_made, _checkpoint)
    (layer,) = trace(module, _sequence.values)
    told = predicted(readout, layer["hidden"], problem.goal.activation)
    return Traced(layer, told.shares, prediction_rows(told, lambda place: labelled(problem.outputs[place])))


def shown_sequence(made: Recipe) -> Sequence:
    """What is stepped through: the first of the sequences that success is measured on, (T, I)."""
    return sequence_of(id_of(made), made)


def in_words(told: list[list[tuple[str, float | None]]], made: Recipe) -> list[list[tuple[str, float | None]]]:
    """The outputs' names, those that are words in the reader's language."""
    words = {labelled(name): say(name) for name in made.problem().outputs if len(name) > 1}
    return [[(words.get(name, name), value) for name, value in row] for row in told]


@cached_for_visit(2)
def sequence_of(key: str, _made: Recipe) -> Sequence:
    """The same, made once."""
    return _made.problem().sequence()


def untrained(made: Recipe) -> tuple[Checkpoint, ...]:
    """The checkpoint before the first update, as long as that is made at once; else none."""
    problem = made.problem()
    numbers = problem.steps * made.batch * (len(problem.channels) + made.units + len(problem.outputs))
    return (first_checkpoint(id_of(made), made),) if numbers <= AT_ONCE else ()


@cached_for_visit(2)
def first_checkpoint(key: str, _made: Recipe) -> Checkpoint:
    """A training as it begins."""
    return Learning(_made).checkpoint()


def id_of(made: Recipe) -> str:
    """A short name that is the same for equal recipes."""
    return sha256(repr(made).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def success_in_words(made: Recipe, success: float) -> str:
    """A share as percent, an error as a number."""
    return f"{success:.3f}" if made.problem().goal.lower else f"{PERCENT * success:.1f} %"


def file_of(made: Recipe, checkpoint: Checkpoint) -> tuple[bytes, str]:
    """The trained cell as a file, and its name."""
    return save_trained(made, checkpoint), file_name(made, checkpoint)


def file_name(made: Recipe, checkpoint: Checkpoint) -> str:
    """The name of that file."""
    return f"gatescope-{made.task}-{made.cell}-{checkpoint.update}.safetensors"
