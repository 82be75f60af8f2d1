"""The checks of a batch before anything reads it.

Axes: B examples of a batch, C channels, then any dimensions of places.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cells.core.messages import N_, InputError, n_
from cells.depth.convolutions import shape_text

FEWEST_AXES = 2  # axes at least: a batch and its channels


def check_batch(x: Tensor, module: nn.Module) -> None:
    """Raise TypeError or InputError unless x is a batch of finite floating-point numbers where the module's are."""
    if not isinstance(x, Tensor):
        raise TypeError(f"A batch is a floating-point tensor, not {type(x).__name__}")
    if not x.is_floating_point() or x.layout != torch.strided:
        raise TypeError(f"A batch is a dense floating-point tensor, not one of {x.dtype}, {x.layout}")
    check_like_module(x, module)
    if x.dim() < FEWEST_AXES or 0 in x.shape:
        raise InputError(
            N_("A batch has the shape (batch, channels, places …), none of them 0, not {shape}."),
            shape=shape_text(tuple(x.shape)),
        )
    check_finite(x)


def check_like_module(x: Tensor, module: nn.Module) -> None:
    """Raise InputError where x has another dtype or device than the module's first weight, or holds no numbers."""
    weight = next(module.parameters(), x)
    if weight.dtype != x.dtype:
        raise InputError(
            N_("The batch is {got}, and the module is {wanted}: convert one."), got=x.dtype, wanted=weight.dtype
        )
    if weight.device != x.device:
        raise InputError(
            N_("The batch is on {got}, and the module on {wanted}: move one."), got=x.device, wanted=weight.device
        )
    if x.is_meta:
        raise InputError(
            N_("The batch, {shape}, is on the device “meta”, which keeps shapes without numbers."),
            shape=shape_text(tuple(x.shape)),
        )


def check_finite(x: Tensor) -> None:
    """Raise InputError for NaN and infinities, saying how many there are and where the first stands."""
    strange = x.isfinite().logical_not().nonzero()
    if len(strange):
        where = tuple(strange[0].tolist())
        raise InputError(
            n_(
                "The batch has a number that is not finite, {value}, at {place}.",
                "The batch has {count} numbers that are not finite, the first, {value}, at {place}.",
                by="count",
            ),
            count=len(strange),
            value=float(x[where]),
            place=where,
        )
