"""The gradients of all four kinds of stack on their way back through depth, at the scene's sizes.

Axes: N units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cells.core.messages import InputError
from cells.core.threads import one_thread_below
from cells.depth.gradient import DepthGradient, DepthLoss, depth_gradient, right_digits
from cells.depth.stack import checked_plan
from cells.depth.units import UNITS
from cells.inputs.digits import training_digits
from pages.depth.kind import SEQUENCE, DepthFields
from pages.depth.results import BY_FIELDS, batch_of, is_private
from pages.depth.weights import StackWeights, stack_with, weights_of
from pages.shared.cache import cached
from pages.shared.scene.sequences import Settings

BATCH = 64  # digits whose loss is followed back


@dataclass(frozen=True)
class KindGradient:
    """The gradient of one kind of stack; `problem` where it cannot be followed. update: of its weights."""

    kind: str
    update: int
    gradient: DepthGradient | None
    problem: InputError | None = None


def gradients_of(own: DepthFields, input_key: str, read: Settings) -> list[KindGradient]:
    """Follow the gradients of all kinds, each with the weights that the scene asks for; at the start if it has none."""
    found = []
    for kind in UNITS:
        alike = replace(own.seen_alone(), stack=kind)
        weights, _ = weights_of(replace(own, stack=kind))
        try:
            gradient = gradient_of(alike, input_key, read, weights, double=True)
        except InputError as problem:
            found.append(KindGradient(kind, weights.update, None, problem))
        else:
            found.append(KindGradient(kind, weights.update, gradient))
    return found


@cached(private=is_private, hash_funcs=BY_FIELDS)
def gradient_of(
    own: DepthFields, input_key: str, read: Settings, weights: StackWeights, *, double: bool
) -> DepthGradient:
    """Follow the gradient of one kind back as it learns, in training mode: of a batch of digits or of the sequence."""
    x, loss = what_is_learnt(own, input_key, read)
    plan = checked_plan(own.plan(x.shape[1]))
    with one_thread_below(plan.channels):
        return depth_gradient(stack_with(own, plan, weights).train(), x, loss)


def what_is_learnt(own: DepthFields, input_key: str, read: Settings) -> tuple[Tensor, DepthLoss]:
    """Return a batch and its loss: the cross-entropy of training digits; of a sequence the sum of the last output."""
    if own.reads == SEQUENCE:
        return batch_of(own, input_key, read)[0], torch.sum
    pictures, shown = training_digits()
    x = pictures[:BATCH] if own.reads != "point" else pictures[:BATCH].mean(dim=(2, 3), keepdim=True)
    return x, right_digits(shown[:BATCH])
