"""The two pairs of numbers that a batch normalisation has: those of the batch, and the running ones.

Axes: B examples of a batch, C channels, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from cells.core.messages import N_, InputError
from cells.depth.convolutions import shape_text

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d


@dataclass(frozen=True)
class NormNumbers:
    """What one batch normalisation reads and holds: y = (x − mean) / sqrt(variance + eps) · weight + bias.

    x: what it reads, (B, C, ...). by_batch: whether mean and variance are those of the batch, as while it learns; else
    they are the running ones. running_mean, running_variance: (C), before this batch, or None where none are kept.
    weight, bias: (C). eps, momentum: the module's; a momentum of None keeps a plain average over all batches, the
    `seen` ones before this among them.
    """

    x: Tensor
    by_batch: bool
    running_mean: Tensor | None
    running_variance: Tensor | None
    weight: Tensor
    bias: Tensor
    eps: float
    momentum: float | None
    seen: int

    @property
    def values_a_channel(self) -> int:
        """The count of numbers of a channel in the batch, B times its places."""
        return self.x.numel() // self.x.shape[1]

    @cached_property
    def batch_mean(self) -> Tensor:
        """The mean of each channel over the batch and all places, (C)."""
        return self.x.transpose(0, 1).flatten(1).mean(dim=1)

    @cached_property
    def batch_variance(self) -> Tensor:
        """The variance of each channel that a batch is normalised by, over n values (biased), (C)."""
        return self.x.transpose(0, 1).flatten(1).var(dim=1, correction=0)

    @cached_property
    def unbiased_variance(self) -> Tensor:
        """The variance of each channel over n − 1, which PyTorch keeps as the running one (Keras: the biased), (C)."""
        return self.x.transpose(0, 1).flatten(1).var(dim=1, correction=1)

    @property
    def mean(self) -> Tensor:
        """The mean that is subtracted, (C)."""
        return self.batch_mean if self.by_batch or self.running_mean is None else self.running_mean

    @property
    def variance(self) -> Tensor:
        """The variance that is divided by, (C)."""
        return self.batch_variance if self.by_batch or self.running_variance is None else self.running_variance

    @property
    def next_running_mean(self) -> Tensor | None:
        """The running mean after this batch: unchanged unless it learns, (C)."""
        return self._moved(self.running_mean, self.batch_mean)

    @property
    def next_running_variance(self) -> Tensor | None:
        """The running variance after this batch: unchanged unless it learns, (C)."""
        return self._moved(self.running_variance, self.unbiased_variance)

    def _moved(self, running: Tensor | None, batch: Tensor) -> Tensor | None:
        if running is None or not self.by_batch:
            return running
        share = 1 / (self.seen + 1) if self.momentum is None else self.momentum
        return (1 - share) * running + share * batch


def normalised(norm: BatchNorm, x: Tensor) -> tuple[Tensor, NormNumbers]:
    """Normalise x, (B, C, ...), as the module would, but leave its running numbers as they are; and tell its numbers.

    Raises InputError where the batch's own mean and variance are asked for and a channel has one value only.
    """
    by_batch = norm.training or norm.running_mean is None
    check_several_values(x, by_batch=by_batch)
    scale = torch.ones(x.shape[1], dtype=x.dtype) if norm.weight is None else norm.weight.detach().clone()
    shift = torch.zeros(x.shape[1], dtype=x.dtype) if norm.bias is None else norm.bias.detach().clone()
    running = [None if one is None else one.clone() for one in (norm.running_mean, norm.running_var)]
    seen = 0 if norm.num_batches_tracked is None else int(norm.num_batches_tracked)
    numbers = NormNumbers(x, by_batch, running[0], running[1], scale, shift, norm.eps, norm.momentum, seen)
    held = (None, None) if by_batch else running
    return batch_norm(x, held[0], held[1], scale, shift, training=by_batch, eps=norm.eps), numbers


def check_several_values(x: Tensor, *, by_batch: bool) -> None:
    """Raise InputError for a batch of one with one value a channel, from which no variance follows."""
    if by_batch and x.shape[0] * prod(x.shape[2:]) == 1:
        raise InputError(
            N_(
                "In training a batch normalisation needs more than one value a channel; this batch, {shape}, has one: "
                "its mean would be the value itself and its variance 0, so that every output would be the bias, "
                "whatever goes in. PyTorch refuses it; take a larger batch, or training=False."
            ),
            shape=shape_text(tuple(x.shape)),
        )
