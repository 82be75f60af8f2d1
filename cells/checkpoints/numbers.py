"""Tensors of any kind as the float32 or float64 that a trace computes with."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from cells.checkpoints.limits import MAX_CHECKPOINT_BYTES
from cells.checkpoints.refusals import no_floats, too_large
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MEGABYTE

CAST = (torch.float16, torch.bfloat16)
EXACT = (torch.float32, torch.float64)


def dtype_name(dtype: torch.dtype) -> str:
    """Return a dtype as a person writes it: "bfloat16"."""
    return str(dtype).removeprefix("torch.")


def is_floating(values: Tensor) -> bool:
    """Tell whether a tensor is plain, dense, and of numbers that can be used or cast."""
    plain = values.layout == torch.strided and not values.is_quantized and values.device.type == "cpu"
    return plain and values.dtype in (*CAST, *EXACT)


def check_numbers(name: str, tensors: Iterable[Tensor]) -> None:
    """Raise InputError for quantised weights, and for those that are no floating point or too large unpacked."""
    size = 0
    for values in tensors:
        if not is_floating(values):
            raise no_floats(name, dtype_name(values.dtype))
        size += values.numel() * max(values.element_size(), 4)
    if size > MAX_CHECKPOINT_BYTES:
        raise InputError(
            N_("The weights of “{name}” take {size} MB; at most {limit} MB fit."),
            name=shortened(name),
            size=size // MEGABYTE,
            limit=MAX_CHECKPOINT_BYTES // MEGABYTE,
        )


def common_dtype(tensors: Iterable[Tensor]) -> torch.dtype:
    """Return float64 where one of them is, else float32."""
    return torch.float64 if any(values.dtype == torch.float64 for values in tensors) else torch.float32


def cast_notes(tensors: Iterable[Tensor], dtype: torch.dtype) -> list[InputError]:
    """Say what was cast to `dtype`: half precision and bfloat16."""
    kinds = sorted({dtype_name(values.dtype) for values in tensors if values.dtype in CAST})
    template = N_("Stored as {type}; cast to {other}, which changes no number.")
    return [InputError(template, type=kind, other=dtype_name(dtype)) for kind in kinds]


def as_contiguous(values: Tensor, dtype: torch.dtype) -> Tensor:
    """Return values in `dtype`, one after another in memory; the same memory where they are so already."""
    return values.detach().to(dtype).contiguous()


class Budget:
    """A count of what is unpacked from one file, which may say that it is far more than the file is."""

    def __init__(self) -> None:
        self.left = MAX_CHECKPOINT_BYTES

    def take(self, size: int) -> None:
        """Count so many bytes before they are unpacked. Raises InputError once there are too many."""
        self.left -= size
        if self.left < 0:
            raise too_large()
