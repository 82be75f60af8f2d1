"""Predictions of a model's own readout at each step: its likeliest outputs.

Axes: T time steps, D directions, P hidden units of a direction, O outputs, N of these predicted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cells.tracing.layer_trace import LayerTrace

MOST_OUTPUTS = 5
AT_ONCE = 16_000_000  # scores: a large vocabulary is gone through in parts of the sequence
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda scores: scores.softmax(dim=-1),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
}
SHARES = ("softmax", "sigmoid")  # what they give is read as percent


@dataclass(frozen=True)
class Prediction:
    """The largest outputs at each step, the largest first. indices: (T, N), which; values: (T, N), how large.

    shares: whether the values are probabilities.
    """

    indices: Tensor
    values: Tensor
    shares: bool


@dataclass(frozen=True)
class NamedPrediction:
    """The largest outputs at each step by name, the largest first. names: T rows of N; values: (T, N), how large.

    shares: whether the values are probabilities. indices: (T, N), which outputs they are.
    """

    names: tuple[tuple[str, ...], ...]
    values: Tensor
    shares: bool
    indices: Tensor


def name_outputs(prediction: Prediction, name: Callable[[int], str]) -> NamedPrediction:
    """Name the outputs of a prediction; `name` gives the name of an output by its index."""
    names = tuple(tuple(map(name, indices)) for indices in prediction.indices.tolist())
    return NamedPrediction(names, prediction.values, prediction.shares, prediction.indices)


def top_outputs(layers: Sequence[LayerTrace], *, whole: bool = False, backwards: bool = False) -> Tensor:
    """Return what a readout reads: the top layer's outputs, both directions side by side, (T, D P).

    whole: whether of the backward direction it reads its last state at every step, behind the step that comes first.
    backwards: whether it is the backward direction that is followed step by step, beside the last state of the other;
    where that has read everything, at the first step, the readout reads what it has learnt to read.
    """
    top = max(layer.layer for layer in layers)
    outputs = [(layer.output, layer.reverse) for layer in layers if layer.layer == top]
    read = [end_of(output, reverse) if whole and reverse != backwards else output for output, reverse in outputs]
    return torch.cat(read, dim=-1)


def end_of(output: Tensor, reverse: bool) -> Tensor:
    """Return what a direction gives once it has read everything, at every step: (T, P)."""
    return (output[:1] if reverse else output[-1:]).expand_as(output)


def top_predictions(readout: nn.Linear, hidden: Tensor, activation: str) -> Prediction:
    """Return the largest of activation(V h + c) at every step of hidden, (T, D P); up to MOST_OUTPUTS of them.

    activation: a key of ACTIVATIONS, anything else leaves the scores as they are.
    """
    count = min(MOST_OUTPUTS, readout.out_features)
    squash = ACTIVATIONS.get(activation)
    indices, values = [], []
    with torch.no_grad():
        for part in torch.split(hidden, max(1, AT_ONCE // readout.out_features)):
            scores = readout(part)
            largest, index = (squash(scores) if squash else scores).topk(count, dim=-1)
            indices.append(index)
            values.append(largest)
    return Prediction(torch.cat(indices), torch.cat(values), activation in SHARES)
