"""The two pairs of numbers that a batch normalisation has: those of the batch, and the running ones.

Axes: B examples of a batch, C channels, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TypeGuard

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from cells.core.messages import N_, InputError
from cells.depth.convolutions import shape_text

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d
AXES = {nn.BatchNorm1d: (2, 3), nn.BatchNorm2d: (4,)}  # of what each reads, as PyTorch has it


def is_batch_norm(module: nn.Module) -> TypeGuard[BatchNorm]:
    """Tell whether a module normalises as PyTorch's own do: a subclass with a `forward` of its own may not."""
    return isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and type(module).forward is nn.BatchNorm1d.forward


@dataclass(frozen=True)
class NormNumbers:
    """The numbers that one batch normalisation reads and holds: y = (x − mean) / sqrt(variance + eps) · weight + bias.

    x: what it reads, (B, C, ...). by_batch: whether mean and variance are those of the batch, as while it learns; else
    they are the running ones. running: running mean and variance before this batch, (2, C), or None where none are
    used and kept. affine: weight and bias, (2, C). eps, momentum: the module's; a momentum of None keeps a plain
    average over all batches, the `seen` ones before this among them.
    """

    x: Tensor
    by_batch: bool
    running: Tensor | None
    affine: Tensor
    eps: float
    momentum: float | None
    seen: int

    @property
    def running_mean(self) -> Tensor | None:
        """The running mean before this batch, (C), or None where none is used and kept."""
        return None if self.running is None else self.running[0]

    @property
    def running_variance(self) -> Tensor | None:
        """The running variance before this batch, (C), or None where none is used and kept."""
        return None if self.running is None else self.running[1]

    @property
    def weight(self) -> Tensor:
        """The factor of each channel, (C)."""
        return self.affine[0]

    @property
    def bias(self) -> Tensor:
        """The summand of each channel, (C)."""
        return self.affine[1]

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

    Raises InputError for an x of another shape than it reads, and where the batch's own mean and variance are asked for
    and a channel has one value only.
    """
    by_batch = norm.training or norm.running_mean is None
    check_normalisable(norm, x)
    check_several_values(x, by_batch=by_batch)
    used = (None, None) if by_batch else (norm.running_mean, norm.running_var)
    y = batch_norm(x, *used, norm.weight, norm.bias, training=by_batch, eps=norm.eps)
    return y, numbers_of(norm, x, by_batch=by_batch)


def numbers_of(norm: BatchNorm, x: Tensor, *, by_batch: bool) -> NormNumbers:
    """Copy what a batch normalisation holds while it reads x: it may go on learning, and the numbers stay."""
    mean, variance, weight, bias = norm.running_mean, norm.running_var, norm.weight, norm.bias
    if norm.training and not norm.track_running_stats:  # it neither uses nor moves them, even where it has some
        mean = None
    weight = x.new_ones(x.shape[1]) if weight is None else weight
    bias = x.new_zeros(x.shape[1]) if bias is None else bias
    return NormNumbers(
        x,
        by_batch,
        # Stacked, which copies, for a third of the time of a clone each: a deep stack has hundreds.
        running=None if mean is None or variance is None else torch.stack((mean, variance)),
        affine=torch.stack((weight, bias)).detach(),
        eps=norm.eps,
        momentum=norm.momentum,
        seen=0 if norm.num_batches_tracked is None else int(norm.num_batches_tracked),
    )


def check_normalisable(norm: BatchNorm, x: Tensor) -> None:
    """Raise InputError where a batch normalisation cannot read x: other dimensions, or another count of channels."""
    axes = next(axes for kind, axes in AXES.items() if isinstance(norm, kind))
    if x.dim() not in axes or x.shape[1] != norm.num_features:
        raise InputError(
            N_("{kind} of {channels} channels cannot read a batch of shape {shape}."),
            kind=type(norm).__name__,
            channels=norm.num_features,
            shape=shape_text(tuple(x.shape)),
        )


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
