"""The prediction of a trained model at each step, the visitor's own or a shipped one, as the pages show it."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

from cells.checkpoints.predictions import both_ends, predictions
from cells.readouts.prediction import NamedPrediction
from pages.shared.cache import cached
from pages.shared.scene.run import BY_ID, TracedRun
from pages.shared.words import say

Rows = list[list[tuple[str, float | None]]]


def prediction_payload(run: TracedRun, layer: int) -> dict[str, Any] | None:
    """Return the largest outputs at every step as the layer reads them, JSON-ready; None without a readout.

    `rows`: (label, value) of each, None for what is no number; `was`: the same of the run that is not held or changed.
    `asked_at_end`: whether the model has been taught an answer for the last step alone.
    """
    reverse = run.layers[layer].reverse
    prediction, original = predictions_of(run, backwards=follows_backward(run, layer))
    if prediction is None:
        return None
    payload = payload_of_prediction(in_words(prediction, run), reverse=reverse)
    if original:
        payload["was"] = prediction_rows(in_words(original, run), reverse=reverse)
    return {**payload, "asked_at_end": asked_at_end(run)}


def payload_of_prediction(prediction: NamedPrediction, *, reverse: bool) -> dict[str, Any]:
    """Return a prediction alone, JSON-ready; reverse: for a layer that reads from the end."""
    return {
        "shares": prediction.shares,
        "rows": prediction_rows(prediction, reverse=reverse),
        "was": None,
        "asked_at_end": False,
    }


def asked_at_end(run: TracedRun) -> bool:
    """Tell whether a run's model has been taught an answer for the last step alone."""
    learnt = run.model.layer.learnt if run.model else None
    return bool(learnt and learnt.usual.asks_at_end)


def follows_backward(run: TracedRun, layer: int) -> bool:
    """Tell whether a layer reads from the end, in a model that answers from the last states of two directions."""
    return run.layers[layer].reverse and bool(run.model and both_ends(run.model.layer))


def prediction_of(run: TracedRun, layer: int = 0) -> NamedPrediction | None:
    """Return a run's prediction in the order of the sequence, in the reader's language; None without a readout.

    layer: the one that a reader follows, by its index: it matters in a model that answers where two directions end.
    """
    prediction, _ = predictions_of(run, backwards=follows_backward(run, layer))
    return prediction and in_words(prediction, run)


def in_words(prediction: NamedPrediction, run: TracedRun) -> NamedPrediction:
    """Return a prediction whose outputs, where a trained cell has words for them, are in the reader's language."""
    learnt = run.model.layer.learnt if run.model else None
    words = {name: say(name) for name in learnt.words} if learnt else {}
    if not words:
        return prediction
    return replace(prediction, names=tuple(tuple(words.get(name, name) for name in row) for row in prediction.names))


@cached(private=lambda run, *, backwards: run.private, hash_funcs=BY_ID)
def predictions_of(run: TracedRun, *, backwards: bool) -> tuple[NamedPrediction | None, NamedPrediction | None]:
    """Cached predictions of a run, and of its original where it is held or changed; None without a readout.

    backwards: as `predictions` takes it.
    """
    if run.model is None:
        return None, None
    layer, vocabulary = run.model.layer, run.model.vocabulary
    original = predictions(layer, run.original.layers, vocabulary, backwards=backwards) if run.original else None
    return predictions(layer, run.layers, vocabulary, backwards=backwards), original


def prediction_rows(prediction: NamedPrediction, *, reverse: bool = False) -> Rows:
    """Return each step's largest outputs, JSON-ready; reverse: for a layer that reads from the end."""
    rows = [
        [(name, value if isfinite(value) else None) for name, value in zip(names, values, strict=True)]
        for names, values in zip(prediction.names, prediction.values.tolist(), strict=True)
    ]
    return rows[::-1] if reverse else rows
