"""Every sequence that can be chosen: one dictionary is the menu, the link's vocabulary and the tests' list at once."""

from __future__ import annotations

from cells.core.sequence import Sequence
from cells.inputs.kind import SequenceKind
from cells.inputs.sunspots import SUNSPOTS
from cells.inputs.synthetic import ANBN, BIT, BITS, PULSE, SINE
from cells.inputs.tabular import CO2, TABLE
from cells.inputs.typed import NUMBERS, TEXT
from cells.shipped.sequences import NOISE, ORDER, POEM, REBER, RHYME

__all__ = ["SEQUENCES", "Sequence", "SequenceKind"]

SEQUENCES: dict[str, SequenceKind] = {
    kind.key: kind
    for kind in (PULSE, BIT, TEXT, NUMBERS, TABLE, SUNSPOTS, CO2, BITS, ANBN, SINE, NOISE, ORDER, REBER, RHYME, POEM)
}
