"""Strings of a grammar, letter by letter; at every step the network names each letter that may come next.

Axes: T time steps, B strings of a batch, I letters read, O letters foretold.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Generator

from cells.core.messages import N_
from cells.core.settings import Number
from cells.training.goals import symbol_set_goal
from cells.training.task import Batch, Problem, Task, one_hot_rows

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
FRAME = 6  # letters of an embedded string that are the same in all, or follow from the others
OVER = len(REBER_STATES)
B, T, P, E = (1 + REBER.index(letter) for letter in "BTPE")
# By 2 state + coin, the letter (0 once all is over) and the state that follows.
LETTER = np.array([1 + REBER.index(letter) for transitions in REBER_STATES for letter, _ in transitions] + [0, 0])
NEXT = np.array([state for transitions in REBER_STATES for _, state in transitions] + [OVER, OVER])
# What may come next, by the inner state and then by the outer letters' places.
TO_OUTER, TO_B, TO_T, TO_P, TO_E = range(OVER + 1, OVER + 6)
FOLLOWERS = (*(first[0] + second[0] for first, second in REBER_STATES), "E", "TP", "B", "T", "P", "E")
ALLOWED = torch.tensor([[float(letter in allowed) for letter in REBER] for allowed in FOLLOWERS])
LETTERS = torch.cat([torch.zeros(1, len(REBER)), torch.eye(len(REBER))])

Numbers = npt.NDArray[np.int64]


def repeated(length: int, letters: str) -> Problem:
    """State the task of each of `letters` n times, in their order; n is drawn from 1 to `length`.

    While the first letter comes, the second may come too; from then on n is known, and one letter alone is right.
    """
    kinds, steps = len(letters), len(letters) * length
    rows = torch.eye(kinds + 1)
    allowed = rows.clone()
    allowed[0, 1] = 1  # after a first letter

    def sample(batch: int, generator: Generator) -> Batch:
        n = torch.randint(1, length + 1, (batch,), generator=generator)
        step = torch.arange(steps).unsqueeze(-1)
        letter = (step // n).clamp(max=kinds)  # `kinds` once the string is over
        coming = ((step + 1) // n).clamp(max=kinds).masked_fill(letter == 0, 0)
        return Batch(one_hot_rows(letter, rows[:, :kinds]), one_hot_rows(coming, allowed), letter < kinds)

    guessed = [0.5 ** ((kinds + 1) * kinds * n) for n in range(1, length + 1)]
    return Problem(
        tuple(letters),
        (*letters, END),
        symbol_set_goal(),
        sample,
        LEARNT,
        chance=sum(guessed) / length,
        trivial=1 / length,
        steps=steps,
        symbolic=True,
    )


def anbn(length: int) -> Problem:
    """State the task of the strings aⁿbⁿ. Without a count the end can be foretold only where n = 1."""
    return repeated(length, "ab")


def anbncn(length: int) -> Problem:
    """State the task of the strings aⁿbⁿcⁿ. Without a count both changes can be foretold only where n = 1."""
    return repeated(length, "abc")


def reber(length: int) -> Problem:
    """State the task of strings of the embedded Reber grammar of at most `length` letters.

    B, then T or P, a Reber string, the same T or P again, E. Who knows the inner grammar and forgets the outer letter
    foretells every step but the last but one, and that in half of the strings. A guess of every letter at every step is
    right in less than one of 10¹⁶ strings.
    """

    def sample(batch: int, generator: Generator) -> Batch:
        letters, follows, lengths = (torch.from_numpy(found) for found in embedded(batch, length, generator))
        return Batch(
            one_hot_rows(letters, LETTERS),
            one_hot_rows(follows, ALLOWED),
            torch.arange(len(letters)).unsqueeze(-1) < lengths,
        )

    return Problem(
        REBER, REBER, symbol_set_goal(), sample, LEARNT, chance=0.0, trivial=0.5, steps=length - 1, symbolic=True
    )


def embedded(count: int, length: int, generator: Generator) -> tuple[Numbers, Numbers, Numbers]:
    """Draw strings of at most `length` letters side by side, without their last E; longer ones are drawn again.

    Returns (T, B) letters numbered from 1 in REBER, 0 once the string is over; (T, B) what may follow each, a row of
    ALLOWED; and (B) how many letters there are. In NumPy, for its small steps cost a fraction of PyTorch's.
    """
    found: list[Numbers] = []
    while sum(drawn.shape[-1] for drawn in found) < count:
        coins = torch.randint(0, 2, (length - FRAME + 1, count + count // 8 + 8), generator=generator).numpy()
        states = inner_states(coins[:-1])
        found.append(np.stack([coins, states])[..., states[-1] == OVER])
    coins, states = np.concatenate(found, axis=-1)[..., :count]
    inner = (states != OVER).sum(axis=0)
    outer, each = coins[-1], np.arange(count)
    longest = int(inner.max())
    letters = np.zeros((longest + 5, count), dtype=np.int64)
    follows = letters.copy()
    letters[0], letters[1], letters[2] = B, np.where(outer, P, T), B
    letters[3 : 3 + longest] = LETTER.take(2 * states[:longest] + coins[:longest])
    follows[0], follows[1], follows[2 : 3 + longest] = TO_OUTER, TO_B, states[: longest + 1]
    letters[3 + inner, each], letters[4 + inner, each] = E, letters[1]
    follows[3 + inner, each], follows[4 + inner, each] = np.where(outer, TO_P, TO_T), TO_E
    return letters, follows, inner + 5


def inner_states(coins: Numbers) -> Numbers:
    """Return the states of the inner grammar along (T, B) coins: (T + 1, B), from 0 on; OVER is never left."""
    states = np.zeros((len(coins) + 1, coins.shape[1]), dtype=np.int64)
    for step, coin in enumerate(coins):
        NEXT.take(2 * states[step] + coin, out=states[step + 1])
    return states


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
    {"updates": 500},
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
    {"units": 24, "updates": 1500},
)
