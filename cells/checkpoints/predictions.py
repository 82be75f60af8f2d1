"""Predictions of a trained model at each step, by the names of its outputs.

Axes: T time steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy

from torch import Tensor, nn

from cells.checkpoints.inputs import token_label
from cells.checkpoints.result import LoadedLayer
from cells.checkpoints.vocabulary import Vocabulary
from cells.readouts.prediction import NamedPrediction, name_outputs, top_outputs, top_predictions
from cells.tracing.layer_trace import LayerTrace

SOFTMAX = "softmax"
LEFT_OPEN = ("", "linear", "log_softmax")  # how a file names, if at all, scores whose softmax is the prediction


def predictions(
    layer: LoadedLayer,
    layers: Sequence[LayerTrace],
    vocabulary: Vocabulary | None = None,
    *,
    backwards: bool = False,
) -> NamedPrediction | None:
    """Return the largest outputs of a model's readout at each step, in the order of the sequence; None without one.

    layers: what `trace` gives of the layer's module. vocabulary: opened beside the model, in place of its own names.
    backwards: whether the direction that reads from the end is followed, of a model that has learnt to read the last
    states of both; see `top_outputs`.
    """
    if layer.readout is None:
        return None
    hidden = top_outputs(layers, whole=both_ends(layer), backwards=backwards)
    prediction = top_predictions(in_dtype_of(hidden, layer.readout), hidden, activation_of(layer, vocabulary))
    return name_outputs(prediction, output_namer(layer, vocabulary))


def both_ends(layer: LoadedLayer) -> bool:
    """Tell whether a model's readout has learnt to read the last states of two directions."""
    return layer.learnt is not None and layer.module.bidirectional


def in_dtype_of(hidden: Tensor, readout: nn.Linear) -> nn.Linear:
    """Return the readout in the precision of the states that it reads, a copy where that is another than its own."""
    return readout if readout.weight.dtype == hidden.dtype else deepcopy(readout).to(hidden.dtype)


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


def output_namer(layer: LoadedLayer, vocabulary: Vocabulary | None) -> Callable[[int], str]:
    """Return what names an output: the vocabulary that was opened, the file itself, or its number."""
    known = vocabulary if predicts_tokens(layer, vocabulary) else None
    if layer.learnt is not None and known is None:
        return layer.learnt.labels.__getitem__
    return lambda index: token_label(index, known)
