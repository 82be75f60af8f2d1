"""The prediction of the visitor's own model at each step, as the step page shows it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from math import isfinite
from typing import Any

from cells.checkpoints import LoadedLayer
from cells.checkpoints.inputs import token_label
from cells.checkpoints.vocabulary import Vocabulary
from cells.readouts.prediction import Prediction, top_outputs, top_predictions
from pages.shared.cache import cached
from pages.shared.scene.own_model import ModelOfRun
from pages.shared.scene.run import BY_ID, TracedRun
from pages.shared.words import say

Rows = list[list[tuple[str, float | None]]]
SOFTMAX = "softmax"
LEFT_OPEN = ("", "linear", "log_softmax")  # how a file names, if at all, scores whose softmax is the prediction


def prediction_payload(run: TracedRun, layer: int) -> dict[str, Any] | None:
    """Return the largest outputs at every step as the layer reads them, JSON-ready; None without a readout.

    `rows`: (label, value) of each, None for what is no number; `was`: the same of the run that is not held or changed.
    """
    if run.own_model is None or run.own_model.layer.readout is None:
        return None
    payload = translated(prediction_in_sequence_order(run), run.own_model.layer)
    if not run.layers[layer].reverse:
        return payload
    return {**payload, "rows": payload["rows"][::-1], "was": payload["was"] and payload["was"][::-1]}


def translated(payload: dict[str, Any], layer: LoadedLayer) -> dict[str, Any]:
    """Return the payload with those outputs of a trained cell that are words, not symbols, in the reader's language."""
    words = {name: say(name) for name in layer.learnt.words} if layer.learnt else {}
    if not words:
        return payload

    def worded(rows: Rows) -> Rows:
        return [[(words.get(name, name), value) for name, value in row] for row in rows]

    return {**payload, "rows": worded(payload["rows"]), "was": payload["was"] and worded(payload["was"])}


@cached(private=lambda run: True, hash_funcs=BY_ID)
def prediction_in_sequence_order(run: TracedRun) -> dict[str, Any]:
    """Cached payload of a run's prediction, in the order of the sequence and not yet translated."""
    assert run.own_model is not None
    prediction, name = prediction_of(run), output_namer(run.own_model)
    was = prediction_rows(prediction_of(run.original), name) if run.original else None
    return {"shares": prediction.shares, "rows": prediction_rows(prediction, name), "was": was}


def prediction_of(run: TracedRun) -> Prediction:
    """Return the prediction of a run of a model with a readout."""
    assert run.own_model is not None
    assert run.own_model.layer.readout is not None
    hidden = top_outputs(run.layers)
    readout = run.own_model.layer.readout
    if readout.weight.dtype != hidden.dtype:
        readout = deepcopy(readout).to(hidden.dtype)
    return top_predictions(readout, hidden, activation_of(run.own_model.layer, run.own_model.vocabulary))


def activation_of(layer: LoadedLayer, vocabulary: Vocabulary | None) -> str:
    """Return what makes a prediction of the readout's scores: the task's, the file's own or, of tokens, softmax."""
    if layer.learnt is not None:
        return layer.learnt.activation
    return SOFTMAX if layer.activation in LEFT_OPEN and predicts_tokens(layer, vocabulary) else layer.activation


def predicts_tokens(layer: LoadedLayer, vocabulary: Vocabulary | None) -> bool:
    """Tell whether each output stands for a token that the model reads."""
    assert layer.readout is not None
    outputs = layer.readout.out_features
    if layer.embedding is not None:
        return outputs == layer.embedding.num_embeddings
    if layer.learnt is not None and not layer.learnt.symbolic:
        return False
    return vocabulary is not None and outputs == layer.module.input_size


def output_namer(own: ModelOfRun) -> Callable[[int], str]:
    """Return what names an output: the vocabulary that was opened, the file itself, or its number."""
    vocabulary = own.vocabulary if predicts_tokens(own.layer, own.vocabulary) else None
    if own.layer.learnt is not None and vocabulary is None:
        return own.layer.learnt.labels.__getitem__
    return lambda index: token_label(index, vocabulary)


def prediction_rows(prediction: Prediction, name: Callable[[int], str]) -> Rows:
    """Return each step's largest outputs by name."""
    return [
        [(name(index), value if isfinite(value) else None) for index, value in zip(indices, values, strict=True)]
        for indices, values in zip(prediction.indices.tolist(), prediction.values.tolist(), strict=True)
    ]
