"""The agreement of a loaded module with the library whose file it came from."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.testing import assert_close

from cells import LoadedLayer, trace

T, B, I, H = 9, 2, 4, 5  # noqa: E741 - the axes' letters
TOLERANCE = 1e-5  # float32, in two programs that add up in another order


def sequence(features: int = I) -> Tensor:
    """Draw a sequence (T, B, I)."""
    return torch.randn(T, B, features)


def given(layer: LoadedLayer, xs: Tensor) -> Tensor:
    """Return a layer's outputs for (T, B, I) in the sequence's order, (T, B, D P), from the file's initial state."""
    xs = xs.flip(0) if layer.backwards else xs
    state = layer.state
    if state is not None:
        each = state if isinstance(state, tuple) else (state,)
        grown = tuple(values.unsqueeze(1).expand(-1, B, -1).contiguous() for values in each)
        state = grown if len(grown) > 1 else grown[0]
    fed = xs.transpose(0, 1) if layer.module.batch_first else xs
    with torch.no_grad():
        output, _ = layer.module(fed, state)
    tops = trace(layer.module, fed, state)[-2 if layer.module.bidirectional else -1 :]
    assert_close(torch.cat([top["hidden"] for top in tops], dim=-1), output, rtol=0, atol=TOLERANCE)
    time_major: Tensor = output.transpose(0, 1) if layer.module.batch_first else output
    return time_major.flip(0) if layer.backwards else time_major


def assert_agrees(found: Tensor, expected: Tensor | NDArray[np.float32]) -> None:
    """Assert that the numbers are the same, and not nearly nothing."""
    assert_close(found, torch.as_tensor(expected), rtol=0, atol=TOLERANCE)
    assert found.abs().max() > 1000 * TOLERANCE
