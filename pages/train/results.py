"""The training of a scene: its recipe, its run, and the traces of its cell at each checkpoint.

Axes: T time steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter

import streamlit as st

from cells import LayerTrace, trace
from cells.checkpoints.vocabulary import labelled
from cells.core.messages import N_, InputError
from cells.core.sequence import Sequence
from cells.readouts.prediction import name_outputs, top_outputs, top_predictions
from cells.training import Checkpoint, recipe, restored, save_trained
from cells.training.learning import Learning
from cells.training.recipe import Recipe
from cells.training.task import Value
from pages.shared.cache import HashFuncs, cached_for_visit
from pages.shared.controls.training_actions import recipe_id
from pages.shared.jobs.visitor import KEPT, visit
from pages.shared.scene.partly import made_of_most
from pages.shared.scene.prediction import prediction_rows
from pages.shared.scene.run import outside_run
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, refuse
from pages.shared.words import say
from pages.train.kind import TRAIN
from pages.train.training import LONG_TEXT, TEXT_FROM, Training

TEXTS = "texts to learn, too long for a link"
LONGEST_TEXT_IN_LINK = 4000  # characters
CACHED_CHECKPOINTS = 64
KEPT.append(TEXTS)
AT_ONCE = 1 << 20  # numbers of a batch: a larger training is first seen once it runs
PERCENT = 100


def recipe_of(scene: Scene) -> Recipe:
    """Return the recipe of the scene's training. Raises InputError for what cannot be trained."""
    training = TRAIN.own_of(scene).training
    settings = training.settings
    if key := dict(training.values).get(LONG_TEXT):
        settings = {**settings, TEXT_FROM: text_beside_link(str(key))}
    return recipe(training.task, scene.cell, settings, **training.options)


def recipe_or_usual(scene: Scene) -> tuple[Scene, Recipe, list[InputError]]:
    """Return the scene with as much of its training as can be trained, the recipe, and why the rest is left out."""
    own = TRAIN.own_of(scene)

    def with_values(values: dict[str, Value]) -> Scene:
        trained = scene.with_own(training=Training(own.training.task, tuple(values.items())))
        recipe_of(trained)
        return trained

    try:
        usable, problems = made_of_most(dict(own.training.values), with_values)
    except InputError as problem:
        usable = TRAIN.scene(cell=scene.cell, lang=scene.lang)
        problems = [problem, InputError(N_("The usual training is shown in the meantime."))]
    return usable, recipe_of(usable), problems


def text_beside_link(key: str) -> str:
    """Return a text that was too long for the link. Raises InputError where this visit has not got it."""
    visit()  # a tab that has been loaded anew brings its texts along
    texts: dict[str, str] = st.session_state.get(TEXTS, {})
    if key not in texts:
        raise InputError(
            N_("The text that is learnt was too long for the link, and is not part of it: paste it again.")
        )
    return texts[key]


def text_of(training: Training) -> str:
    """Return the text that is learnt, as it was typed; "" where it is gone."""
    key = dict(training.values).get(LONG_TEXT)
    try:
        return text_beside_link(str(key)) if key else str(training.value(TEXT_FROM))
    except InputError:
        return ""


def train_with(training: Training, **choices: object) -> None:
    """Take another training into the link, to be seen from its first step and its newest checkpoint."""
    choose(training=training, step=None, unit=0, update=None, trained_layer=0, **choices)


def learn_text(training: Training, text: str) -> None:
    """Take a text to learn into the link, or tell why it cannot be learnt; then the former one stays."""
    changed = training.with_value(TEXT_FROM, text)
    try:
        recipe(changed.task, "rnn", changed.settings, **changed.options)
    except InputError as problem:
        refuse(problem, InputError(N_("What was learnt before stays.")))
        return
    if len(text) > LONGEST_TEXT_IN_LINK:
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        st.session_state.setdefault(TEXTS, {})[key] = text
        values = {**dict(changed.values), LONG_TEXT: key}
        values.pop(TEXT_FROM)
        changed = Training(changed.task, tuple(sorted(values.items())))
    train_with(changed)


BY_RECIPE_AND_UPDATE: HashFuncs = {Recipe: recipe_id, Checkpoint: attrgetter("update")}


@cached_for_visit(2, BY_RECIPE_AND_UPDATE)
def shown_sequence(recipe: Recipe) -> Sequence:
    """Return the sequence that is stepped through: the first of those that success is measured on, (T, I)."""
    return recipe.problem().sequence()


@dataclass(frozen=True)
class CheckpointTrace:
    """The trace of a checkpoint's cell, and its readout's largest outputs at each step, by name.

    layers: each layer and direction, as `trace` gives them. shares: whether the outputs are shares.
    """

    layers: tuple[LayerTrace, ...]
    shares: bool
    outputs: list[list[tuple[str, float | None]]]


@cached_for_visit(CACHED_CHECKPOINTS, BY_RECIPE_AND_UPDATE)
def trace_checkpoint(recipe: Recipe, checkpoint: Checkpoint) -> CheckpointTrace:
    """Trace a checkpoint's cell over the sequence that the page shows."""
    problem = recipe.problem()
    module, readout = restored(recipe, checkpoint)
    layers = trace(module, shown_sequence(recipe).values)
    prediction = top_predictions(readout, top_outputs(layers, whole=True), problem.goal.activation)
    outputs = prediction_rows(name_outputs(prediction, lambda index: labelled(problem.outputs[index])))
    return CheckpointTrace(tuple(layers), prediction.shares, outputs)


def with_words(outputs: list[list[tuple[str, float | None]]], recipe: Recipe) -> list[list[tuple[str, float | None]]]:
    """Return outputs with those names that are words in the reader's language."""
    words = {labelled(name): say(name) for name in recipe.problem().outputs if len(name) > 1}
    return [[(words.get(name, name), value) for name, value in row] for row in outputs]


def layer_within(scene: Scene, recipe: Recipe) -> int:
    """Return the index of the link's layer and direction; the last where the training has fewer."""
    return max(0, min(TRAIN.own_of(scene).trained_layer, last_layer(recipe)))


def last_layer(recipe: Recipe) -> int:
    """Return the index of the last layer and direction."""
    return recipe.layers * recipe.directions - 1


def layer_problems(scene: Scene, recipe: Recipe) -> list[InputError]:
    """Tell of a layer in the link that the training has not got."""
    layer, last = TRAIN.own_of(scene).trained_layer, last_layer(recipe)
    return [] if 0 <= layer <= last else [outside_run("trained_layer", layer, 0, last)]


def is_backward(recipe: Recipe, layer: int) -> bool:
    """Tell whether a layer, by its index, reads from the end."""
    return recipe.directions > 1 and layer % 2 == 1


def untrained(recipe: Recipe) -> tuple[Checkpoint, ...]:
    """Return the checkpoint before the first update, if it is small enough to be made at once; else none."""
    problem = recipe.problem()
    numbers = problem.steps * recipe.batch * (len(problem.channels) + recipe.units + len(problem.outputs))
    return (first_checkpoint(recipe),) if numbers <= AT_ONCE else ()


@cached_for_visit(2, BY_RECIPE_AND_UPDATE)
def first_checkpoint(recipe: Recipe) -> Checkpoint:
    """Make the checkpoint of a training before its first update."""
    return Learning(recipe).checkpoint()


def file_of(recipe: Recipe, checkpoint: Checkpoint) -> tuple[bytes, str]:
    """Return the trained cell as a file, and the file's name."""
    return save_trained(recipe, checkpoint), file_name(recipe, checkpoint)


@cached_for_visit(2, BY_RECIPE_AND_UPDATE)
def weights_to_save(recipe: Recipe, checkpoint: Checkpoint) -> bytes:
    """Return the content of a trained cell's file; equal ones have one address, which lasts from look to look."""
    return file_of(recipe, checkpoint)[0]


def file_name(recipe: Recipe, checkpoint: Checkpoint) -> str:
    """Return the name of a trained cell's file."""
    return f"gatescope-{recipe.task}-{recipe.cell}-{checkpoint.update}.safetensors"
