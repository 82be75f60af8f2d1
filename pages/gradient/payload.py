"""The data that the gradient page's stepper.js is given beside the traces: what is left of each gradient at every step.

Axes: T time steps, H units.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from cells import Highway
from cells.core.messages import N_
from pages.gradient.sentences import walk_title
from pages.gradient.walk import GradientWalk, memory_path, path_start
from pages.shared.words import say
from pages.shared.words.numbers import format_share, format_size

HIGHWAYS = {
    "forget": N_("the highway: product of the forget gates"),
    "update": N_("the highway: product of the update gates"),
}


def gradient_payload(walk: GradientWalk, *, with_path: bool) -> dict[str, Any]:
    """Return what is shown of one cell's gradient, JSON-ready; with its memory's derivative taken apart if `with_path`.

    "left", "shares" and "beyond" have (T + 1) entries, the state before the first step first. "left": log10 of the norm
    in the lowest layer against that at the top where the loss is read; "beyond": where the norm is outside the range of
    its precision. "radius": that of the recurrent matrix, of a cell for which it decides alone.
    """
    left = walk.log_left
    beyond = walk.norms.overflowed | walk.norms.underflowed
    decides_alone = walk.vanishes is not None
    radius = f"{walk.strengths['hidden'].radius:.2f}" if decides_alone else ""
    return {
        "name": walk_title(walk),
        "read": walk.options.read_at,
        "left": finite_or_none(left),
        "shares": [format_share(value) for value in left.tolist()],
        "beyond": beyond.int().tolist(),
        "half": format_half_life(walk.half_life),
        "radius": say("spectral radius {radius}", radius=radius) if decides_alone else "",
        "way": path_payload(memory_path(walk), path_start(walk)) if with_path else None,
    }


def path_payload(path: Highway, since: int) -> dict[str, Any]:
    """Return the memory's derivative in three lines of (T + 1) numbers, empty before the first step and step `since`.

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
        sizes = [format_size(value) for value in log10.tolist()]
        lines.append({"key": key, "name": name, "left": finite_or_none(log10), "sizes": sizes})
    return {"keep": path.keep, "lines": lines, "since": since}


def finite_or_none(values: Tensor) -> list[float | None]:
    """Return values as a list, None for what is not finite: JSON has no infinity."""
    return [round(value, 6) if math.isfinite(value) else None for value in values.tolist()]


def format_half_life(steps: float | None) -> str:
    """Say how fast a gradient fades or, below 0, grows."""
    if steps is None:
        return say("no half-life")
    if math.isinf(steps):
        return say("keeps its size")
    number = f"{abs(steps):.1f}" if abs(steps) < 10 else f"{abs(steps):,.0f}"
    fades, grows = N_("halves every {steps} steps"), N_("doubles every {steps} steps")
    return say(fades if steps > 0 else grows, steps=number)
