"""How far the gates of a run are driven to their ends (Karpathy et al. 2015, arXiv 1506.02078).

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

from dataclasses import dataclass

from cells.layer_trace import LayerTrace

LOW, HIGH = 0.1, 0.9
GATE = "gate"


@dataclass(frozen=True)
class Saturation:
    """Of all steps and units the share at which a gate is below LOW, and that at which it is above HIGH."""

    shut: float
    open: float


def saturation(layer: LayerTrace) -> dict[str, Saturation]:
    """Gate -> how saturated it is; for a cell without gates nothing."""
    gates = [signal.name for signal in layer.cell.shown if signal.kind == GATE]
    return {
        name: Saturation(
            float((layer[name] < LOW).double().mean()),
            float((layer[name] > HIGH).double().mean()),
        )
        for name in gates
    }
