"""How the layers of a recurrent learner are put together."""

from __future__ import annotations

from typing import NamedTuple

from cells.core.messages import N_


class Stacking(NamedTuple):
    """The stack of a recurrent learner: its layers, 1 or 2 directions, and whether each layer's input is added on."""

    layers: int = 1
    directions: int = 1
    residual: bool = False


SINGLE_LAYER = Stacking()

READ_BEFORE = N_("Only where the answer is read at the end: elsewhere the backward direction would read it beforehand.")
