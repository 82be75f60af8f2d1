"""The table that a run ends with: a line for each stage, so that one sees where the time goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """The row of a stage: its outcome, its seconds from first beginning to last end, and those of the processor."""

    stage: str
    outcome: str
    seconds: float
    processor: float


def table(rows: Sequence[Row]) -> str:
    """Write the rows below each other, with a headline."""
    lines = [("stage", "outcome", "clock", "processor")]
    lines += [(row.stage, row.outcome, f"{row.seconds:.1f} s", f"{row.processor:.1f} s") for row in rows]
    first, second, third, fourth = (max(len(cell) for cell in column) for column in zip(*lines, strict=True))
    return "\n".join(f"{a:<{first}}  {b:<{second}}  {c:>{third}}  {d:>{fourth}}" for a, b, c, d in lines)
