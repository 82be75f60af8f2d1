"""Sequences that a person types: text, one-hot over its own characters, and numbers.

Axes: T time steps, I input features.
"""

from __future__ import annotations

import math
import re

import torch

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.core.sequence import Sequence
from cells.core.settings import MAX_STEPS, Text
from cells.inputs.kind import SequenceKind
from cells.reading.characters import characters_of, one_hot_sequence

HELLO = "hello world"
HILL = "0, 0.5, 1, 0.5, 0, −0.5, −1, −0.5, 0"

SEPARATOR = re.compile(r"\s*[,;，；、]\s*|\s+")  # the comma and semicolon of East Asian keyboards too
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|∞)", re.IGNORECASE)
LARGEST = torch.finfo(torch.float32).max


def text(text: str = HELLO) -> Sequence:
    """Return typed text, one-hot over its own characters in order of first appearance: (T, I).

    A step is a user-perceived character (an extended grapheme cluster of Unicode Standard Annex 29) of the text in
    normal form C, so that what looks the same is the same. Raises InputError for an empty text and one past MAX_STEPS.
    """
    return one_hot_sequence(characters_for_steps(text))


def characters_for_steps(text: str) -> list[str]:
    """Return the characters of a text that is to be read.

    Raises InputError for an empty text and one past MAX_STEPS.
    """
    characters = characters_of(text)
    if len(characters) > MAX_STEPS:
        raise InputError(
            N_("The text has {count} characters; at most {limit} fit."), count=len(characters), limit=MAX_STEPS
        )
    return characters


def numbers(numbers: str = HILL) -> Sequence:
    """Read typed numbers, parted by commas, semicolons or blanks: (T, 1). A comma or semicolon may end the list.

    Raises InputError, naming the entry's position from 1, for what is no finite number of single precision; also for no
    number at all, and for more than MAX_STEPS.
    """
    entries = SEPARATOR.split(numbers.strip())
    if not entries[-1]:
        entries.pop()
    if not entries:
        raise InputError(N_("There are no numbers: type at least one."))
    if len(entries) > MAX_STEPS:
        raise InputError(N_("There are {count} numbers; at most {limit} fit."), count=len(entries), limit=MAX_STEPS)
    typed = [[parse_number(position, entry)] for position, entry in enumerate(entries, start=1)]
    exact = torch.tensor(typed, dtype=torch.float64)
    return Sequence(exact.float(), tuple(map(shortened, entries)), (N_("number"),), exact=exact)


def parse_number(position: int, entry: str) -> float:
    """Read the number that an entry writes. Raises InputError naming its position."""
    plain = entry.replace("−", "-")
    if not entry:
        raise InputError(N_("Entry {position} is empty: a number is missing before the comma."), position=position)
    if NOT_FINITE.fullmatch(plain):
        raise InputError(N_("Entry {position}, “{entry}”, is not finite."), position=position, entry=shortened(entry))
    if not DECIMAL.fullmatch(plain):
        raise InputError(N_("Entry {position}, “{entry}”, is not a number."), position=position, entry=shortened(entry))
    value = float(plain)
    if not math.isfinite(torch.tensor(value, dtype=torch.float32).item()):
        raise InputError(
            N_("Entry {position}, “{entry}”, is too large: numbers reach to {largest}."),
            position=position,
            entry=shortened(entry),
            largest=f"{LARGEST:.1e}",
        )
    return value


TEXT = SequenceKind("text", N_("text"), text, (Text("text", N_("text"), HELLO),))
NUMBERS = SequenceKind("numbers", N_("numbers"), numbers, (Text("numbers", N_("numbers"), HILL),))
