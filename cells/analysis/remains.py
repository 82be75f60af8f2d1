"""The share of the first step that is still in a cell's memory: measured on the run itself, so it holds for any cell.

Axes: T time steps, B batch, I input features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.messages import N_, InputError
from cells.tracing.layer_trace import LayerTrace
from cells.tracing.trace import trace


def remains(module: nn.Module, xs: Tensor, state: State | None = None) -> Tensor:
    """Measure how much of step 0 is still in the memory at every step, as a share of what step 0 put there.

    The run is compared with the one in which step 0 reads zeros, all else being equal. With m_t and m'_t the memories
    of the two, the share at step t is |m_t - m'_t| / |m_0 - m'_0| in the Euclidean norm: 1 at step 0 by definition, f^t
    for an LSTM whose forget gate is always f, and above 1 where the runs drift apart (chaos). The memory is what the
    cell carries on: the cell state of an LSTM, the hidden state of a GRU or an RNN, of all layers and directions
    together.

    module, xs, state: as `trace` takes them, xs (T, I), (T, B, I) or with `batch_first` (B, T, I).

    Returns (T), (T, B) or (B, T) in the module's dtype; NaN where both runs have overflowed.
    Raises InputError when step 0 makes no difference, as when it reads zeros; and what `trace` raises.
    """
    layers = trace(module, xs, state)
    time = 1 if xs.dim() == 3 and getattr(module, "batch_first", False) else 0
    without = xs.clone()
    without.select(time, 0).zero_()
    difference = memory_of(layers) - memory_of(trace(module, without, state))
    apart: Tensor = torch.linalg.vector_norm(difference, dim=-1)
    first = apart.narrow(time, 0, 1)
    if not bool((first > 0).all()):
        raise InputError(N_("The first step makes no difference to the state, so nothing of it can remain."))
    return apart / first


def memory_of(layers: list[LayerTrace]) -> Tensor:
    """Return the memories of all layers and directions side by side: the module's leading axes, then units."""
    return torch.cat([layer[memory_signal(layer)] for layer in layers], dim=-1)


def memory_signal(layer: LayerTrace) -> str:
    """Return the state in which a cell remembers."""
    return layer.cell.memory.state if layer.cell.memory else "hidden"
