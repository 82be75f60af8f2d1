"""Strings of a grammar, letter by letter; at every step the network names each letter that may come next.

Axes: T time steps, B strings of a batch, I letters read, O letters foretold.
"""

from __future__ import annotations

from itertools import zip_longest

import torch
from torch import Generator, Tensor
from torch.nn.functional import one_hot

from cells.messages import N_
from cells.settings import Number
from cells.training.goals import all_of
from cells.training.task import Batch, Problem, Task

LEARNT = 0.99
END = N_("end")

REBER = ("B", "T", "P", "S", "X", "V", "E")
# Reber 1967: from each state two letters with equal chance, and the state that each leads to; state 5 ends with E.
REBER_STATES = (
    (("T", 1), ("P", 2)),
    (("S", 1), ("X", 3)),
    (("T", 2), ("V", 4)),
    (("X", 2), ("S", 5)),
    (("P", 3), ("V", 5)),
)
SHORTEST_REBER = 9  # B T B T X S E T E
OVER = len(REBER_STATES)
B, T, P, E = (1 + REBER.index(letter) for letter in "BTPE")
STEPS = tuple(tuple((1 + REBER.index(letter), state) for letter, state in ways) for ways in REBER_STATES)
# What may come next, by the inner state and then by the outer letters' places.
TO_OUTER, TO_B, TO_T, TO_P, TO_E = range(OVER + 1, OVER + 6)
ALLOWED = torch.tensor(
    [
        [float(letter in allowed) for letter in REBER]
        for allowed in (*(first[0] + second[0] for first, second in REBER_STATES), "E", "TP", "B", "T", "P", "E")
    ]
)


def repeated(length: int, letters: str) -> Problem:
    """Each of `letters` n times, in their order; n is drawn from 1 to `length`.

    While the first letter comes, the second may come too; from then on n is known, and one letter alone is right.
    """
    kinds, steps = len(letters), len(letters) * length

    def sample(batch: int, generator: Generator) -> Batch:
        n = torch.randint(1, length + 1, (batch,), generator=generator)
        place = torch.arange(steps).unsqueeze(-1)
        letter = (place // n).clamp(max=kinds)  # `kinds` once the string is over
        follows = one_hot(((place + 1) // n).clamp(max=kinds), kinds + 1).float()
        follows[..., :2] = torch.maximum(follows[..., :2], (letter == 0).float().unsqueeze(-1))
        inputs = one_hot(letter, kinds + 1)[..., :kinds].float()
        return Batch(inputs, follows, letter < kinds)

    guessed = [0.5 ** ((kinds + 1) * kinds * n) for n in range(1, length + 1)]
    return Problem(
        tuple(letters),
        (*letters, END),
        all_of(),
        sample,
        LEARNT,
        chance=sum(guessed) / length,
        trivial=1 / length,
        steps=steps,
        symbolic=True,
    )


def anbn(length: int) -> Problem:
    """The strings aⁿbⁿ. Without a count the end can be foretold only where n = 1."""
    return repeated(length, "ab")


def anbncn(length: int) -> Problem:
    """The strings aⁿbⁿcⁿ. Without a count both changes can be foretold only where n = 1."""
    return repeated(length, "abc")


def reber(length: int) -> Problem:
    """Strings of the embedded Reber grammar of at most `length` letters.

    B, then T or P, a Reber string, the same T or P again, E. Who knows the inner grammar and forgets the outer letter
    foretells every step but the last but one, and that in half of the strings. A guess of every letter at every step is
    right in less than one of 10¹⁶ strings.
    """

    def sample(batch: int, generator: Generator) -> Batch:
        strings = embedded(batch, length, generator)
        lengths = torch.tensor([len(letters) for letters, _ in strings])
        inputs = one_hot(columns([letters for letters, _ in strings]), len(REBER) + 1)[..., 1:].float()
        targets = ALLOWED[columns([follows for _, follows in strings])]
        return Batch(inputs, targets, torch.arange(len(inputs)).unsqueeze(-1) < lengths)

    return Problem(REBER, REBER, all_of(), sample, LEARNT, chance=0.0, trivial=0.5, steps=length - 1, symbolic=True)


def embedded(count: int, length: int, generator: Generator) -> list[tuple[list[int], list[int]]]:
    """Strings of at most `length` letters, those that are longer drawn again: plain numbers, for there are many.

    For each string its letters but the last E, numbered from 1 in REBER, and what may follow each, a row of ALLOWED.
    """
    strings: list[tuple[list[int], list[int]]] = []
    while len(strings) < count:
        for outer, *coins in torch.randint(0, 2, (count, length - SHORTEST_REBER + 4), generator=generator).tolist():
            letters, follows, state = [B, (T, P)[outer], B], [TO_OUTER, TO_B, 0], 0
            for coin in coins:
                letter, state = STEPS[state][coin]
                letters.append(letter)
                follows.append(state)
                if state == OVER:
                    strings.append(([*letters, E, (T, P)[outer]], [*follows, (TO_T, TO_P)[outer], TO_E]))
                    break
    return strings[:count]


def columns(rows: list[list[int]]) -> Tensor:
    """Rows of different lengths as the columns of one tensor, filled up with zeros: (T, B)."""
    return torch.tensor(list(zip_longest(*rows, fillvalue=0)))


FORETOLD = N_("share of new strings in which every step is foretold rightly")

ANBN = Task(
    "anbn",
    N_("aⁿbⁿ: count and count back"),
    N_("The network reads n times a, then as many b, and names at every step each letter that may come next."),
    "Gers and Schmidhuber 2001, LSTM recurrent networks learn simple context-free and context-sensitive languages, "
    "IEEE Transactions on Neural Networks 12(6)",
    FORETOLD,
    (Number("length", N_("largest n"), 10, 2, 100, 1),),
    anbn,
)
ANBNCN = Task(
    "anbncn",
    N_("aⁿbⁿcⁿ: count twice"),
    N_("The network reads n times a, as many b and as many c, and names at every step each letter that may come next."),
    "Gers and Schmidhuber 2001, LSTM recurrent networks learn simple context-free and context-sensitive languages, "
    "IEEE Transactions on Neural Networks 12(6)",
    FORETOLD,
    (Number("length", N_("largest n"), 8, 2, 100, 1),),
    anbncn,
)
EMBEDDED_REBER = Task(
    "reber",
    N_("embedded Reber grammar"),
    N_("The letter that comes last but one is the second one, which the network has to hold through an inner string."),
    "Hochreiter and Schmidhuber 1997, Neural Computation 9(8), experiment 1",
    FORETOLD,
    (Number("length", N_("longest string"), 20, SHORTEST_REBER, 100, 1),),
    reber,
)
