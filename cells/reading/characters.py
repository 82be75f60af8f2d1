"""Text as a person counts it: user-perceived characters, and a sequence that spells them.

Axes: T time steps, I input features.
"""

from __future__ import annotations

import unicodedata

import regex
import torch
from torch.nn.functional import one_hot

from cells.core.messages import N_, InputError
from cells.core.readable import visible
from cells.core.sequence import Sequence


def characters_of(text: str) -> list[str]:
    """Return the user-perceived characters of a text. Raises InputError if there are none."""
    characters: list[str] = regex.findall(r"\X", unicodedata.normalize("NFC", text).replace("\r\n", "\n"))
    if not characters:
        raise InputError(N_("There is no text: type at least one character."))
    return characters


def one_hot_sequence(characters: list[str], alphabet: tuple[str, ...] = ()) -> Sequence:
    """Spell characters, one-hot over `alphabet`, or else over those that occur, in order of appearance: (T, I)."""
    alphabet = alphabet or tuple(dict.fromkeys(characters))
    index = {character: number for number, character in enumerate(alphabet)}
    indices = torch.tensor([index[character] for character in characters])
    labels = tuple(map(visible, characters))
    return Sequence(one_hot(indices, len(alphabet)).float(), labels, tuple(map(visible, alphabet)), symbolic=True)
