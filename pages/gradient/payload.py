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

SMALLEST_PERCENT = -4.0  # log10: smaller shares are written as powers of ten
LARGEST_PERCENT = 1.0  # log10: larger ones as factors
HIGHWAYS = {
    "forget": N_("the highway: product of the forget gates"),
    "update": N_("the highway: product of the update gates"),
}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def told_of_walk(left: Tensor, norms: Norms, half: float | None, say: Say) -> dict[str, Any]:
    """What is left of a gradient, (T + 1) each, that at the state before the first step first; JSON-ready.

    `left` are logarithms; `beyond` says where the norm is outside the range of its precision.
    """
    beyond = norms.overflowed | norms.underflowed
    return {
        "left": logarithms(left),
        "shares": [share(value) for value in left.tolist()],
        "beyond": beyond.int().tolist(),
        "half": pace(half, say),
    }


def told_of_way(way: Highway, since: int, say: Say) -> dict[str, Any]:
    """The memory's derivative in three lines, (T + 1) each with nothing before the first step and step `since`.

    Each is a norm against that at the step itself, so that a highway of constant gates is f to the power of the steps.
    """
    names = {
        "highway": say(HIGHWAYS.get(way.keep, N_("the highway: product of what is kept"))),
        "rest": say("the rest: through gates, candidate and hidden state"),
        "full": say("both together"),
    }
    scale = 0.5 * math.log10(way.units)
    lines = []
    for key, name in names.items():
        log10 = torch.cat([torch.tensor([math.nan], dtype=torch.float64), getattr(way, key).log10 - scale])
        log10[: since + 1] = log10[way.at + 2 :] = math.nan
        lines.append({"key": key, "name": name, "left": logarithms(log10), "sizes": [size(v) for v in log10.tolist()]})
    return {"keep": way.keep, "lines": lines, "since": since}


def logarithms(log10: Tensor) -> list[float | None]:
    """As a list; None where there is none, for JSON knows no infinity."""
    return [round(value, 6) if math.isfinite(value) else None for value in log10.tolist()]


def share(log10: float) -> str:
    """What is left: "62 %", "0.029 %", "6.5·10⁻²¹", "× 27"; "–" where it is not known."""
    if math.isnan(log10):
        return "–"
    if log10 == -math.inf:
        return "0"
    if log10 < SMALLEST_PERCENT:
        return power(log10)
    if log10 > LARGEST_PERCENT:
        return f"× {size(log10)}"
    percent = 100 * 10**log10
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.2g} %"


def size(log10: float) -> str:
    """A number by its logarithm: "0.62", "27", "6.5·10⁻²¹"; "–" where it is not known."""
    if math.isnan(log10):
        return "–"
    if not math.isfinite(log10):
        return "0" if log10 < 0 else "∞"
    if not -3 <= log10 < 4:
        return power(log10)
    value = 10**log10
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.2g}" if value < 9.95 else f"{value:.0f}"


def power(log10: float) -> str:
    """ "6.5·10⁻²¹"."""
    exponent = math.floor(log10)
    digits = f"{10 ** (log10 - exponent):.1f}"
    if digits == "10.0":
        digits, exponent = "1.0", exponent + 1
    return f"{digits}·10{str(exponent).translate(RAISED)}"


def pace(half: float | None, say: Say) -> str:
    """How fast it fades or grows."""
    if half is None:
        return say("no half-life")
    if math.isinf(half):
        return say("keeps its size")
    steps = f"{abs(half):.1f}" if abs(half) < 10 else f"{abs(half):,.0f}"
    fades, grows = N_("halves every {steps} steps"), N_("doubles every {steps} steps")
    return say(fades if half > 0 else grows, steps=steps)
