"""The whole stack beside one of its layers: each layer's title, its input and its hidden states.

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from cells import LayerTrace
from cells.core.messages import N_
from cells.core.stepwise import suffix_of
from pages.shared.words import Say

READS_STATES = (
    N_("Its input is both hidden states of layer {layer}."),
    N_("Its input is the hidden state of layer {layer}."),
)
READS_SUMS = (
    N_(
        "Its input is both outputs of layer {layer}, each a hidden state plus what that layer has read; a bar marks it."
    ),
    N_("Its input is the output of layer {layer}: the hidden state plus what that layer has read; a bar marks it."),
)


def name_of(layer: LayerTrace) -> str:
    """Return the name under which a layer's hidden states are sent: PyTorch's, "l1_reverse"."""
    return suffix_of(layer.layer, layer.reverse)


def has_both(stack: Sequence[LayerTrace]) -> bool:
    """Tell whether the stack reads in both directions."""
    return any(layer.reverse for layer in stack)


def layer_title(layer: LayerTrace, stack: Sequence[LayerTrace], say: Say) -> str:
    """Return a layer's title, counted from 1: "layer 2, backward"."""
    number = layer.layer + 1
    if not has_both(stack):
        return say(N_("layer {layer}"), layer=number)
    return say(N_("layer {layer}, backward") if layer.reverse else N_("layer {layer}, forward"), layer=number)


def input_in_words(layer: LayerTrace, stack: Sequence[LayerTrace], say: Say) -> str:
    """Say where a layer begins to read, and what, where it is not the sequence from its beginning."""
    sentences = [say(N_("Reads from the end: step 1 is the last element."))] if layer.reverse else []
    if layer.layer:
        both, one = READS_SUMS if reads_sum(layer) else READS_STATES
        sentences.append(say(both if has_both(stack) else one, layer=layer.layer))
    if layer.is_residual:
        sentences.append(say(N_("Its output is its hidden state plus its input.")))
    return " ".join(sentences)


def reads_sum(layer: LayerTrace) -> bool:
    """Tell whether what a layer reads is the hidden state of the one below plus what that one has read."""
    return layer.is_residual and layer.layer > 1


def hidden_in_order_of(other: LayerTrace, shown: LayerTrace) -> Tensor:
    """Return the other layer's hidden states (T + 1, H) in the order in which the shown one reads the elements.

    The first row is the other's state before its own first step.
    """
    hidden = other["hidden"]
    return torch.cat([other.initial["hidden"].unsqueeze(0), hidden.flip(0) if shown.reverse else hidden])
