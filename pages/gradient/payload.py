"""What the gradient page is told beside the traces: what is left of each gradient at every step, in words and numbers.

Axes: T time steps, H units.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from cells import Highway, Norms
from cells.core.messages import N_
from pages.shared.words import Say
from pages.shared.words.numbers import format_share, format_size

HIGHWAYS = {
    "forget": N_("the highway: product of the forget gates"),
    "update": N_("the highway: product of the update gates"),
}


def walk_payload(left: Tensor, norms: Norms, half: float | None, say: Say) -> dict[str, Any]:
    """What is left of a gradient, (T + 1) each, that at the state before the first step first; JSON-ready.

    `left` are logarithms; `beyond` says where the norm is outside the range of its precision.
    """
    beyond = norms.overflowed | norms.underflowed
    return {
        "left": logarithms(left),
        "shares": [format_share(value) for value in left.tolist()],
        "beyond": beyond.int().tolist(),
        "half": pace(half, say),
    }


def path_payload(path: Highway, since: int, say: Say) -> dict[str, Any]:
    """The memory's derivative in three lines, (T + 1) each with nothing before the first step and step `since`.

    Each is a norm against that at the step itself, so that a highway of constant gates is f to the power of the steps.
    """
    names = {
        "highway": say(HIGHWAYS.get(path.keep, N_("the highway: product of what is kept"))),
        "rest": say("the rest: through gates, candidate and hidden state"),
        "full": say("both together"),
    }
    scale = 0.5 * math.log10(path.units)
    lines = []
    for key, name in names.items():
        log10 = torch.cat([torch.tensor([math.nan], dtype=torch.float64), getattr(path, key).log10 - scale])
        log10[: since + 1] = log10[path.at + 2 :] = math.nan
        lines.append(
            {"key": key, "name": name, "left": logarithms(log10), "sizes": [format_size(v) for v in log10.tolist()]}
        )
    return {"keep": path.keep, "lines": lines, "since": since}


def logarithms(log10: Tensor) -> list[float | None]:
    """As a list; None where there is none, for JSON knows no infinity."""
    return [round(value, 6) if math.isfinite(value) else None for value in log10.tolist()]


def pace(half: float | None, say: Say) -> str:
    """How fast it fades or grows."""
    if half is None:
        return say("no half-life")
    if math.isinf(half):
        return say("keeps its size")
    steps = f"{abs(half):.1f}" if abs(half) < 10 else f"{abs(half):,.0f}"
    fades, grows = N_("halves every {steps} steps"), N_("doubles every {steps} steps")
    return say(fades if half > 0 else grows, steps=steps)
