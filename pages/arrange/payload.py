"""The data that the arrange page's stepper.js is given beside the trace: each step's output, and where that is read."""

from __future__ import annotations

from math import isfinite
from typing import Any

from torch import Tensor

from cells.arrangements import Arranged
from cells.core.readable import FEW_NUMBERS
from pages.shared.words import Say

MOST_SCORES = 3  # of symbols: the largest, and what comes close


def arrangement_payload(run: Arranged, say: Say) -> dict[str, Any]:
    """Return every step's output in words and numbers, JSON-ready; None for what is not finite: JSON has no infinity.

    "symbolic": whether outputs are scores; "values": the largest score, or the first numbers; "right": what the output
    should be, where the sequence says it; "asked": whether outputs answer a question and do not say what comes next.
    """
    symbolic, asked = bool(run.names), run.question is not None

    def spoken(name: str) -> str:
        return say(name) if asked else name

    return {
        "symbolic": symbolic,
        "asked": asked,
        "own": list(run.own),
        "read_out": list(run.read_out),
        "written": [spoken(name) for name in run.written],
        "values": finite_or_none(run.outputs.amax(dim=1, keepdim=True) if symbolic else run.outputs[:, :FEW_NUMBERS]),
        "scores": [[(spoken(name), score) for name, score in scores] for scores in largest_scores(run)],
        "right": [right and spoken(right) for right in run.right],
        "decoder": run.decoder,
        "stopped": run.stopped,
    }


def largest_scores(run: Arranged) -> list[list[tuple[str, float | None]]]:
    """Return at each step the names with the largest scores, the largest first; none where outputs are numbers."""
    if not run.names:
        return [[] for _ in run.own]
    scores, channels = run.outputs.topk(min(MOST_SCORES, run.outputs.shape[1]), dim=1)
    return [
        [(run.names[channel], score) for channel, score in zip(row_of_channels, row, strict=True)]
        for row_of_channels, row in zip(channels.tolist(), finite_or_none(scores), strict=True)
    ]


def finite_or_none(values: Tensor) -> list[list[float | None]]:
    """Return (T, N) values as lists, None for what is not finite."""
    return [[value if isfinite(value) else None for value in row] for row in values.tolist()]
