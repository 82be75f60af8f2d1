"""What the arrange page is told beside the trace: what each step says, and where that is read."""

from __future__ import annotations

from math import isfinite
from typing import Any

from torch import Tensor

from cells.arrangements import FEW_NUMBERS, Arranged, output_text
from cells.core.sequence import Sequence

MOST_SCORES = 3  # of symbols: the largest, and what comes close


def told_of(run: Arranged, given: Sequence) -> dict[str, Any]:
    """Every step's output in words and numbers, JSON-ready; None for a number that is none, for JSON knows no infinity.

    given: the sequence as it was before anything was fed back. `values` are the largest score, or the first numbers;
    `following` is what comes next where the sequence tells.
    """
    symbolic = given.symbolic
    told_by = len(given.labels) - 1
    return {
        "symbolic": symbolic,
        "own": list(run.own),
        "read_out": list(run.read_out),
        "written": list(run.written),
        "values": rows(run.outputs.amax(dim=1, keepdim=True) if symbolic else run.outputs[:, :FEW_NUMBERS]),
        "scores": largest_scores(run) if symbolic else [[] for _ in run.own],
        "following": [
            output_text(given.targets[step + 1], given) if step < told_by and not own else None
            for step, own in enumerate(run.own)
        ],
        "decoder": run.decoder,
        "stopped": run.stopped,
    }


def largest_scores(run: Arranged) -> list[list[tuple[str, float | None]]]:
    """At each step the symbols with the largest scores, the largest first."""
    scores, places = run.outputs.topk(min(MOST_SCORES, run.outputs.shape[1]), dim=1)
    names = run.sequence.channels
    return [
        [(names[place], score) for place, score in zip(at, row, strict=True)]
        for at, row in zip(places.tolist(), rows(scores), strict=True)
    ]


def rows(values: Tensor) -> list[list[float | None]]:
    """(T, N) as lists."""
    return [[value if isfinite(value) else None for value in row] for row in values.tolist()]
