"""Lively stacks and batches: no weight, bias or running number is 0 or 1, and none is drawn by chance.

Axes: B examples of a batch, I channels of the input, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Generator, Tensor, nn

from cells.depth.stack import Plan, Stack

B, I = 3, 2  # noqa: E741 - the axes' letters
PLACES = {1: (7,), 2: (5, 6)}

Module = TypeVar("Module", bound=nn.Module)


def batch(dimensions: int = 2, *, examples: int = B, channels: int = I, dtype: torch.dtype = torch.float64) -> Tensor:
    """Return (B, I, ...)."""
    generator = Generator().manual_seed(2)
    return torch.randn(examples, channels, *PLACES[dimensions], generator=generator, dtype=torch.float64).to(dtype)


def lively(module: Module) -> Module:
    """Draw all weights and all running numbers of a module anew; return it in double precision."""
    generator = Generator().manual_seed(3)
    module.double()
    with torch.no_grad():
        for name, values in [*module.named_parameters(), *module.named_buffers()]:
            if values.is_floating_point():
                scales = name.endswith(("norm.weight", "norm_1.weight", "norm_2.weight", "running_var"))
                values.uniform_(0.4 if scales else -0.5, 0.6, generator=generator)
            else:
                values.fill_(5)  # batches seen
    return module


def stack_of(kind: str, *, training: bool = False, **sizes: int | bool | None) -> Stack:
    """Return a lively stack of three units."""
    plan = {"depth": 3, "inputs": I, "outputs": 4, "channels": 5, "growth": 3, **sizes}
    return lively(Stack(Plan(kind, **plan))).train(training)  # type: ignore[arg-type]


def held(module: nn.Module) -> dict[str, Tensor]:
    """Return copies of all that a module holds: weights, running numbers and gradients."""
    copies = {name: values.clone() for name, values in module.state_dict().items()}
    return copies | {
        f"{name}.grad": weight.grad.clone() for name, weight in module.named_parameters() if weight.grad is not None
    }
