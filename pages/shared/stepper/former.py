"""The payload of a run whose steps are in another order: the former run, element by element, and two lines.

Axes: T time steps, H units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cells import LayerTrace
from pages.shared.stepper.payload import as_rows, number_blocks, numbers_payload


@dataclass(frozen=True)
class FormerRun:
    """A run over the steps in their former order, beside the run that is shown.

    layer: laid out so that every element stands at the step at which it is read now. now, was: the number that the page
    draws as a line, over the steps of this order and over those of the former one, (T, H) each.
    """

    layer: LayerTrace
    now: Tensor
    was: Tensor


def former_payload(former: FormerRun, labels: list[str], unit: int) -> dict[str, Any]:
    """Return what a payload has more: the former run as the original, and both lines; labels: as read now.

    "One step ago" was another step then: so each state's `.before` has numbers of its own.
    """
    layer = former.layer
    before = {f"{state}.before": (0, as_rows(layer.before(state))) for state in layer.initial}
    lines = {"now": (0, as_rows(former.now)), "was": (0, as_rows(former.was))}
    return {
        "original": {"labels": labels, **numbers_payload(number_blocks(layer, unit) | before)},
        "lines": numbers_payload(lines),
    }
