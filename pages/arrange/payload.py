"""The data that the arrange page's stepper.js is given beside the trace: each step's output, and where that is read."""

from __future__ import annotations

from math import isfinite
from typing import Any

from torch import Tensor

from cells.arrangements import FEW_NUMBERS, Arranged, output_text
from cells.core.sequence import Sequence

MOST_SCORES = 3  # of symbols: the largest, and what comes close


def arrangement_payload(run: Arranged, given: Sequence) -> dict[str, Any]:
    """Return every step's output in words and numbers, JSON-ready; None for what is not finite: JSON has no infinity.

    given: the sequence as it was before anything was fed back. "values": the largest score, or the first numbers;
    "following": what comes next, where the sequence says it.
    """
    symbolic = given.symbolic
    last = len(given.labels) - 1
    return {
        "symbolic": symbolic,
        "own": list(run.own),
        "read_out": list(run.read_out),
        "written": list(run.written),
        "values": finite_or_none(run.outputs.amax(dim=1, keepdim=True) if symbolic else run.outputs[:, :FEW_NUMBERS]),
        "scores": largest_scores(run) if symbolic else [[] for _ in run.own],
        "following": [
            output_text(given.targets[step + 1], given) if step < last and not own else None
            for step, own in enumerate(run.own)
        ],
        "decoder": run.decoder,
        "stopped": run.stopped,
    }


def largest_scores(run: Arranged) -> list[list[tuple[str, float | None]]]:
    """Return at each step the symbols with the largest scores, the largest first."""
    scores, channels = run.outputs.topk(min(MOST_SCORES, run.outputs.shape[1]), dim=1)
    names = run.sequence.channels
    return [
        [(names[channel], score) for channel, score in zip(row_of_channels, row, strict=True)]
        for row_of_channels, row in zip(channels.tolist(), finite_or_none(scores), strict=True)
    ]


def finite_or_none(values: Tensor) -> list[list[float | None]]:
    """Return (T, N) values as lists, None for what is not finite."""
    return [[value if isfinite(value) else None for value in row] for row in values.tolist()]
