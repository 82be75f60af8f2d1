"""The visitor's own model, which only this visit has: its layers, the cells they can be, and what they read.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import streamlit as st

from cells import CELLS
from cells.checkpoints import Checkpoint, LoadedLayer
from cells.checkpoints.contents import Contents
from cells.checkpoints.inputs import Misfit, read_by, sample_for
from cells.checkpoints.learnt import Learnt
from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES
from cells.checkpoints.load import assemble
from cells.checkpoints.result import CELL, EMBEDDING, NOTHING, READOUT, Question
from cells.checkpoints.vocabulary import Vocabulary, read_vocabulary
from cells.core.messages import N_, InputError, n_
from cells.core.readable import shortened
from cells.core.sequence import Sequence
from cells.core.settings import MAX_SHOWN_UNITS, MAX_STEPS, MAX_UNITS
from cells.core.stepwise import Recurrent, count_layers_and_directions, first_weight
from cells.reading import source_of
from cells.tracing.layer_trace import LayerPosition
from cells.tracing.trace import single_layer
from pages.shared.cache import cached_for_visit, forget_visit
from pages.shared.scene.link_reader import Value
from pages.shared.scene.sequences import SAMPLE
from pages.shared.uploads.files import BY_KEY, MODELS, VOCABULARIES, OwnFile

MODEL_SETTINGS = "settings of the model that was left"
NONE = "-"  # what a link says where a layer is to be shown without what stands beside it in the file
MOST_NUMBERS = MAX_STEPS * MAX_UNITS  # of one signal of a layer
MOST_LAYERS = 8  # of so many numbers each, that a run may have


@cached_for_visit(1, BY_KEY)
def contents_of(file: OwnFile) -> Contents:
    """Cached contents of a model's file."""
    from cells.checkpoints.formats import read_contents  # noqa: PLC0415 - h5py and onnx take long, and few need them

    return read_contents(source_of(file.opened(), MAX_CHECKPOINT_BYTES))


@cached_for_visit(1, BY_KEY)
def checkpoint_as_found(file: OwnFile) -> Checkpoint:
    """Cached layers of a model's file, with what was taken where it leaves something open."""
    return assemble(contents_of(file), {})


@cached_for_visit(2, BY_KEY)
def layer_as_chosen(file: OwnFile, part: str, answers: tuple[tuple[str, str], ...]) -> LoadedLayer:
    """Cached layer of a model's file with what a person has answered."""
    return assemble(contents_of(file), {part: dict(answers)}).layers[part]


def checkpoint_of(settings: Mapping[str, Value]) -> Checkpoint:
    """Return the model of a scene's settings. Raises InputError where this visit has not got it."""
    return checkpoint_as_found(model_file(settings))


def model_file(settings: Mapping[str, Value]) -> OwnFile:
    """Return the file of a scene's model. Raises InputError where this visit has not got it."""
    return MODELS.file(str(settings["model"]))  # what is gone is not shown from memory


def part_name(settings: Mapping[str, Value]) -> str:
    """Return the chosen layer's name. Raises InputError where the model has none of that name."""
    checkpoint, part = checkpoint_of(settings), str(settings["part"])
    name = part or next(iter(checkpoint))
    if name not in checkpoint:
        raise InputError(
            N_("There is no layer “{name}” in the model; there is {names}."),
            name=shortened(name),
            names=", ".join(map(shortened, checkpoint)),
        )
    return name


def questions_of(settings: Mapping[str, Value]) -> dict[str, Question]:
    """Return what the file leaves open about the chosen layer, by what each question is about."""
    return {one.about: one for one in checkpoint_of(settings).layers[part_name(settings)].questions}


def learnt_by(settings: Mapping[str, Value]) -> Learnt | None:
    """Return what the chosen layer has been taught; None where its file does not say so, or is not open."""
    try:
        return checkpoint_of(settings).layers[part_name(settings)].learnt
    except InputError:
        return None


def learnt_length(learnt: Learnt | None) -> dict[str, Value]:
    """Return the settings of SAMPLE with which a trained cell reads sequences as long as it has learnt."""
    return {"length": learnt.length} if learnt else {}


def layer_of(cell: str, settings: Mapping[str, Value]) -> LoadedLayer:
    """Return the chosen layer as that cell. Raises InputError where it is not there, or is another cell."""
    part, questions = part_name(settings), questions_of(settings)
    if cell not in questions[CELL].options:
        raise InputError(N_("“{name}” is no {cell}."), name=shortened(part), cell=CELLS[cell].title)
    answers = {CELL: cell} if len(questions[CELL].options) > 1 else {}
    for topic in (EMBEDDING, READOUT):
        if answer := str(settings[topic]):
            answers[topic] = NOTHING if answer == NONE else answer
    return layer_as_chosen(model_file(settings), part, tuple(answers.items()))


def vocabulary_of(settings: Mapping[str, Value]) -> Vocabulary | None:
    """Return the vocabulary opened beside the model, or None. Raises InputError where this visit has not got it."""
    key = str(settings["vocabulary"])
    return vocabulary_in(VOCABULARIES.file(key)) if key else None


@cached_for_visit(2, BY_KEY)
def vocabulary_in(file: OwnFile) -> Vocabulary:
    """Cached vocabulary that a file holds."""
    return read_vocabulary(file.data)


def possible_cells(settings: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the cells that the chosen layer can be, the one taken for it first; none where it cannot be opened."""
    try:
        question = questions_of(settings)[CELL]
    except InputError:
        return ()
    return (question.chosen, *(key for key in question.options if key != question.chosen))


def with_newest_model(settings: Mapping[str, Value]) -> dict[str, Value]:
    """Return the settings, with the newest model where none is named."""
    return {**settings, "model": settings["model"] or MODELS.newest() or ""}


@dataclass(frozen=True)
class ModelOfRun:
    """The trained model in a run: its layer in the file, and the vocabulary opened beside it.

    own: whether it is the visitor's, and not a shipped one.
    """

    layer: LoadedLayer
    vocabulary: Vocabulary | None = None
    own: bool = False


def sequence_for_layer(
    layer: LoadedLayer, sequence: Sequence, input_key: str, settings: Mapping[str, Value]
) -> Sequence:
    """Return a sequence as the layer reads it. Raises InputError where it cannot, or is too long for a page."""
    vocabulary = vocabulary_of(settings)
    if input_key == SAMPLE.key:
        read = sample_for(layer, int(settings["length"]), int(settings["seed"]), vocabulary)
    else:
        read = read_by(layer, sequence, vocabulary)
    check_size(layer.module, len(read.labels))
    return read.as_read(layer.backwards)


def check_size(module: Recurrent, steps: int) -> None:
    """Raise InputError for a run that no page can show."""
    units = module.hidden_size
    if units > MAX_SHOWN_UNITS:
        raise InputError(
            N_("The layer has {units} units; the pages show at most {limit}."), units=units, limit=MAX_SHOWN_UNITS
        )
    most = min(MOST_NUMBERS // units, MOST_LAYERS * MOST_NUMBERS // (units * count_layers_and_directions(module)))
    if steps > most:
        raise Misfit(
            n_(
                "The sequence has {steps} steps; of a model with {units} unit at most {limit} are shown.",
                "The sequence has {steps} steps; of a model with {units} units at most {limit} are shown.",
                "units",
            ),
            steps=steps,
            units=units * count_layers_and_directions(module),
            limit=most,
        )


def first_layer_alone(module: Recurrent, cell: str) -> Recurrent:
    """Return the first layer and direction of a stack as a module of its own, time first, that shares its numbers."""
    return single_layer(module, CELLS[cell], LayerPosition(0, reverse=False), module.input_size).eval()


def in_precision(module: Recurrent, double: bool) -> Recurrent:
    """Return the module in one precision, a copy where that is another than its own."""
    wanted = "double" if double else "float"
    same = first_weight(module).dtype.itemsize == (8 if double else 4)
    return module if same else getattr(deepcopy(module), wanted)()


def forget_model(model: str) -> None:
    """Forget the visitor's model of that key, and what was made of it."""
    MODELS.forget(model)
    for cached in (contents_of, checkpoint_as_found, layer_as_chosen):
        cached.clear()
    forget_visit()
    st.session_state.pop(MODEL_SETTINGS, None)
