"""Every sequence that can be chosen: one dictionary is the menu, the link's vocabulary and the tests' list at once."""

from __future__ import annotations

from cells.learnt import NOISE, POEM, REBER, RHYME
from cells.made import ANBN, BIT, BITS, PULSE, SINE
from cells.sequence import Sequence, SequenceKind
from cells.sunspots import SUNSPOTS
from cells.tabular import CO2, TABLE
from cells.typed import NUMBERS, TEXT

__all__ = ["SEQUENCES", "Sequence", "SequenceKind"]

SEQUENCES: dict[str, SequenceKind] = {
    kind.key: kind
    for kind in (PULSE, BIT, TEXT, NUMBERS, TABLE, SUNSPOTS, CO2, BITS, ANBN, SINE, NOISE, REBER, RHYME, POEM)
}
