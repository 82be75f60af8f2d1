"""Axes of steps have numbers at whole steps only, however short the sequence is."""

from __future__ import annotations

FEW = 12  # steps: of more, Plotly numbers none between two by itself


def whole_steps(count: int) -> dict[str, int | None]:
    """Return the ticks of an axis with so many steps, as settings of a Plotly axis: one a step where these are few."""
    return {"tick0": 1, "dtick": 1} if count <= FEW else {}
