"""Notations: one equation as different authors write it. The numbers stay, the symbols change.

An equation names its numbers by fields such as `{forget.input}`. A notation gives each field its symbol, so that the
symbols and the numbers of an equation can never be two formulas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

FIELD = re.compile(r"\{([^{}]+)\}")
GATE = "§"  # stands for the gate's letter in the symbol of a part of its sum
LAYER = "ℓ"  # stands for a layer's number in the symbol of its hidden state
BAR = "\u0304"  # over the letter before it
INPUT, BELOW = "x", "below"  # the names of what is read, and of what a layer reads from the layer below it


@dataclass(frozen=True)
class Notation:
    """The symbols of one library or paper for one family of cells, and where they differ from the others.

    letters: signal -> its letter, also the subscript of its weights. symbols: number -> symbol, for what is no plain
    signal (`hidden.before`, `x`, and `below` with LAYER for the number of the layer below) and for what the drawing's
    nodes say. parts: part of a sum -> symbol, with GATE for the gate's letter. order: signals in the order of the
    library's weights; the states follow. now: what a signal of this step bears behind its letter. marks: signal -> what
    to watch for, in a few words, and remark: what is different as a whole, both marked for translation. source: where
    it stands.
    """

    key: str
    title: str
    letters: Mapping[str, str]
    symbols: Mapping[str, str]
    parts: Mapping[str, str]
    order: tuple[str, ...] = ()
    now: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    source: str = ""

    def symbol(self, number: str) -> str:
        """Return the symbol of a number by its name."""
        if number in self.symbols:
            return self.symbols[number]
        gate, _, part = number.partition(".")
        return self.parts[part].replace(GATE, self.letters[gate]) if part else self.letters[gate] + self.now

    def write(self, formula: str) -> str:
        """Write a formula with a symbol in each of its fields."""
        return FIELD.sub(lambda match: self.symbol(match[1]), formula)

    def above(self, layers: int, *, summed: bool = False) -> Notation:
        """Return the notation for a layer with so many `layers` below it: it reads the uppermost's hidden states.

        summed: whether it reads their sum with what that one has read, which is written with a bar.
        """
        if not layers:
            return self
        read, below = self.symbols[INPUT], self.symbols[BELOW].replace(LAYER, str(layers))
        below = f"{below[0]}{BAR}{below[1:]}" if summed else below
        parts = {part: symbol.replace(read, below) for part, symbol in self.parts.items()}
        return replace(self, symbols={**self.symbols, INPUT: below}, parts=parts)

    def letters_of(self, signals: tuple[str, ...]) -> str:
        """Return the signals' letters in this notation's order: "i, f, c, o"."""
        return ", ".join(self.letters[name] for name in self.arranged(signals))

    def arranged(self, signals: tuple[str, ...]) -> list[str]:
        """Return the signals in this notation's order, those that it does not name behind."""
        return [*(name for name in self.order if name in signals), *(n for n in signals if n not in self.order)]
