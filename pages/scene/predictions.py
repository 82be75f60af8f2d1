"""What the visitor's own model predicts at each step, as the step page shows it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from math import isfinite
from typing import Any

from cells.checkpoints import LoadedLayer
from cells.model_sequences import name_of
from cells.prediction import Prediction, predicted, top_outputs
from cells.vocabulary import Vocabulary
from pages.kept import kept
from pages.scene.models import OwnRun
from pages.scene.opened import Opened

SOFTMAX = "softmax"
LEFT_OPEN = ("", "linear", "log_softmax")  # how a file names, if at all, scores whose softmax is the prediction


def prediction_told(opened: Opened, place: int) -> dict[str, Any] | None:
    """The largest outputs at every step in the order in which the layer at `place` reads, JSON-ready; None without.

    `rows`: (label, value) of each, None for what is no number; `was`: the same of the run that is not held or changed.
    """
    if opened.own is None or opened.own.layer.readout is None:
        return None
    told = prediction_of(opened.id, opened)
    former = prediction_of(f"{opened.id} original", opened.original) if opened.original else None
    reverse, name = opened.layers[place].reverse, namer(opened.own)
    return {
        "shares": told.shares,
        "rows": rows(told, name, reverse=reverse),
        "was": rows(former, name, reverse=reverse) if former else None,
    }


@kept(private=lambda run, _opened: True)
def prediction_of(run: str, _opened: Opened) -> Prediction:
    """The prediction of a run of a model with a readout, made once."""
    assert _opened.own is not None
    assert _opened.own.layer.readout is not None
    hidden = top_outputs(_opened.layers)
    readout = _opened.own.layer.readout
    if readout.weight.dtype != hidden.dtype:
        readout = deepcopy(readout).to(hidden.dtype)
    return predicted(readout, hidden, activation_of(_opened.own.layer, _opened.own.vocabulary))


def activation_of(layer: LoadedLayer, vocabulary: Vocabulary | None) -> str:
    """What makes a prediction of the readout's scores: the file's own or, of tokens, softmax."""
    return SOFTMAX if layer.activation in LEFT_OPEN and tells_tokens(layer, vocabulary) else layer.activation


def tells_tokens(layer: LoadedLayer, vocabulary: Vocabulary | None) -> bool:
    """Whether each output stands for a token that the model reads."""
    assert layer.readout is not None
    outputs = layer.readout.out_features
    if layer.embedding is not None:
        return outputs == layer.embedding.num_embeddings
    return vocabulary is not None and outputs == layer.module.input_size


def namer(own: OwnRun) -> Callable[[int], str]:
    """What an output is called."""
    vocabulary = own.vocabulary if tells_tokens(own.layer, own.vocabulary) else None
    return lambda place: name_of(place, vocabulary)


def rows(told: Prediction, name: Callable[[int], str], *, reverse: bool) -> list[list[tuple[str, float | None]]]:
    """Each step's largest outputs by name."""
    read = told.flipped() if reverse else told
    return [
        [(name(place), value if isfinite(value) else None) for place, value in zip(places, values, strict=True)]
        for places, values in zip(read.places.tolist(), read.values.tolist(), strict=True)
    ]
