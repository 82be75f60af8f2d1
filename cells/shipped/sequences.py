"""Sequences of the kinds that the shipped models have learnt, with the same channels.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from dataclasses import replace

from cells.core.messages import N_, InputError
from cells.core.readable import shortened, visible
from cells.core.sequence import Sequence
from cells.core.settings import Number, Text, check_number
from cells.inputs.kind import SequenceKind
from cells.inputs.typed import characters_for_steps
from cells.reading.characters import one_hot_sequence
from cells.shipped.models import alphabet_of
from cells.training.grammar_tasks import EMBEDDED_REBER, SHORTEST_REBER
from cells.training.memory_tasks import LATCH, MAX_LENGTH, SIGNAL
from cells.training.memory_tasks import ORDER as ORDER_TASK

NOISE_LENGTH = Number("length", N_("length"), 30, 8, MAX_LENGTH, 1)
ORDER_LENGTH = Number("length", N_("length"), 40, 10, MAX_LENGTH, 1)
REBER_LENGTH = Number("length", N_("longest string"), 20, SHORTEST_REBER, 100, 1)
SEED = Number("seed", N_("seed"), 0, 0, 9999, 1)
CAT = "This is the cat that killed the rat that ate the malt that lay in the house that Jack built."
AZALEAS = "나 보기가 역겨워 가실 때에는 죽어도 아니 눈물 흘리우리다."


def noise(length: int = 30, seed: int = 0) -> Sequence:
    """Draw three steps of +1 or −1, then Gaussian noise on the same line, a sequence of the task `latch`: (T, 1).

    Opens where the noise speaks against the signal most loudly.
    """
    check_number(NOISE_LENGTH, length)
    check_number(SEED, seed)
    sequence = LATCH.sequence(seed, length=length)
    along = sequence.values[:, 0] * sequence.values[0, 0]
    return replace(sequence, start=SIGNAL + int(along[SIGNAL:].argmin()))


def order(length: int = 40, seed: int = 0) -> Sequence:
    """Draw two letters, X or Y each, far apart among others, a sequence of the task `order`, one-hot: (T, 8).

    Opens at the last step, at which it is asked which two they were.
    """
    check_number(ORDER_LENGTH, length)
    check_number(SEED, seed)
    return ORDER_TASK.sequence(seed, length=length)


def reber(length: int = 20, seed: int = 0) -> Sequence:
    """Return a string of the embedded Reber grammar of at most `length` letters, without its last E, one-hot: (T, 7).

    Opens at the inner string's E, after which the second letter has to come again.
    """
    check_number(REBER_LENGTH, length)
    check_number(SEED, seed)
    sequence = EMBEDDED_REBER.sequence(seed, length=length)
    return replace(sequence, start=len(sequence.labels) - 2)


def rhyme(rhyme: str = CAT) -> Sequence:
    """Return typed text, one-hot over the characters of the shipped English rhyme: (T, I). Raises InputError."""
    return one_hot_text("rhyme", rhyme)


def poem(poem: str = AZALEAS) -> Sequence:
    """Return typed text, one-hot over the characters of the shipped Korean poems: (T, I). Raises InputError."""
    return one_hot_text("poem", poem)


def one_hot_text(name: str, text: str) -> Sequence:
    """Return a text in the characters of a shipped one. Raises InputError naming the first that it does not have."""
    characters, alphabet = characters_for_steps(text), alphabet_of(name)
    for character in characters:
        if character not in alphabet:
            raise InputError(
                N_("The model has learnt a text without the character “{character}”: it cannot read it."),
                character=shortened(visible(character)),
            )
    return one_hot_sequence(characters, alphabet)


NOISE = SequenceKind("noise", N_("signal, then noise"), noise, (NOISE_LENGTH, SEED))
ORDER = SequenceKind("order", N_("two letters, far apart"), order, (ORDER_LENGTH, SEED))
REBER = SequenceKind("reber", N_("embedded Reber string"), reber, (REBER_LENGTH, SEED))
RHYME = SequenceKind("rhyme", N_("English rhyme"), rhyme, (Text("rhyme", N_("English rhyme"), CAT),))
POEM = SequenceKind("poem", N_("Korean poems"), poem, (Text("poem", N_("Korean poems"), AZALEAS),))
