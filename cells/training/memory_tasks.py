"""Tasks that need a memory and nothing else, on made-up sequences that never end.

Axes: T time steps, B sequences of a batch, I input features.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from cells.core.messages import N_, InputError
from cells.core.readable import signed
from cells.core.settings import Number
from cells.training.goals import class_goal, number_goal
from cells.training.task import Batch, Problem, Task, at_the_end, one_hot_rows

MAX_LENGTH = 500
LEARNT = 0.99
SIGNAL = 3  # steps of the latch's signal
NOISE = 0.2**0.5  # variance 0.2
TOLERANCE = 0.04  # of a right sum
DISTRACTORS = "abcd"
MARK = "●"


def latch(length: int) -> Problem:
    """State the task: three steps of +1 or −1, then noise of variance 0.2 on the same line; which was it?"""

    def sample(batch: int, generator: Generator) -> Batch:
        classes = torch.randint(0, 2, (batch,), generator=generator)
        inputs = torch.randn(length, batch, 1, generator=generator) * NOISE
        inputs[:SIGNAL] = (2 * classes - 1).unsqueeze(-1)
        return Batch(inputs, classes.expand(length, batch), at_the_end(length, batch))

    return Problem(
        (N_("value"),), ("−1", "+1"), class_goal(whole=True), sample, LEARNT, chance=0.5, trivial=0.5, steps=length
    )


def echo(length: int, delay: int) -> Problem:
    """State the task: random bits; at every step: which bit was it `delay` steps ago?"""
    if delay >= length:
        raise InputError(
            N_("The delay is {delay}: the sequence needs more steps than {length}."), delay=delay, length=length
        )

    def sample(batch: int, generator: Generator) -> Batch:
        bits = torch.randint(0, 2, (length, batch), generator=generator)
        mask = (torch.arange(length) >= delay).unsqueeze(-1).expand(length, batch)
        return Batch(bits.float().unsqueeze(-1), bits.roll(delay, 0), mask)

    return about_bits(("0", "1"), sample, length)


def parity(length: int) -> Problem:
    """State the task: random bits; at every step: is the number of ones so far odd?"""

    def sample(batch: int, generator: Generator) -> Batch:
        bits = torch.randint(0, 2, (length, batch), generator=generator)
        return Batch(bits.float().unsqueeze(-1), bits.cumsum(0) % 2, torch.ones(length, batch, dtype=torch.bool))

    return about_bits((N_("even"), N_("odd")), sample, length)


def about_bits(answers: tuple[str, str], sample: Callable[[int, Generator], Batch], length: int) -> Problem:
    """State a question of two answers, asked at the steps of random bits; a guess is right half of the time."""
    return Problem(
        (N_("bit"),),
        answers,
        class_goal(whole=False),
        sample,
        LEARNT,
        chance=0.5,
        trivial=0.5,
        steps=length,
        named=bit_labels,
    )


def adding(length: int) -> Problem:
    """State the task: random numbers, two of them marked; at the end: 0.5 + a quarter of the two's sum.

    As in the paper: numbers uniform in [−1, 1], one mark among the first ten, another among the first T / 2 − 1; the
    first and the last step carry the mark −1 unless they are marked. Here every sequence has T steps, not T to 1.1 T.
    The trivial solution always says 0.5, which is right where |x1 + x2| <= 0.16; a guess is uniform in [0, 1].
    """
    early, half = min(10, length // 2 - 1), length // 2 - 1

    def sample(batch: int, generator: Generator) -> Batch:
        values = torch.rand(length, batch, generator=generator) * 2 - 1
        first = torch.randint(0, early, (batch,), generator=generator)
        second = torch.randint(0, half - 1, (batch,), generator=generator)
        second = second + (second >= first)  # any but the first
        marks, each = torch.zeros(length, batch), torch.arange(batch)
        marks[0] = marks[-1] = -1
        marks[first, each] = marks[second, each] = 1
        sums = 0.5 + (values[first, each] + values[second, each]) / 4
        targets = sums.unsqueeze(-1).expand(length, batch, 1)
        return Batch(torch.stack([values, marks], dim=-1), targets, at_the_end(length, batch))

    within = 4 * TOLERANCE  # of x1 + x2, whose density falls from 1/2 at 0 to 0 at 2
    return Problem(
        (N_("value"), N_("mark")),
        (N_("sum"),),
        number_goal(TOLERANCE),
        sample,
        LEARNT,
        chance=2 * TOLERANCE - 8 * TOLERANCE**3 / 6,
        trivial=1 - (1 - within / 2) ** 2,
        steps=length,
        named=marked_labels,
    )


def order(length: int) -> Problem:
    """State the task: two letters, X or Y each, among others; at the end: which two were they, in this order?

    The first stands between T / 10 and T / 5, the second between T / 2 and 3 T / 5. B begins and E ends.
    """
    alphabet = ("B", "E", *DISTRACTORS, "X", "Y")
    rows = torch.eye(len(alphabet))
    spans = [(max(1, length // 10), length // 5), (length // 2, 6 * length // 10)]

    def sample(batch: int, generator: Generator) -> Batch:
        letters = torch.randint(2, 2 + len(DISTRACTORS), (length, batch), generator=generator)
        letters[0], letters[-1] = 0, 1
        symbols = torch.randint(0, 2, (2, batch), generator=generator)
        for which, (low, high) in enumerate(spans):
            steps = torch.randint(low, high + 1, (batch,), generator=generator)
            letters[steps, torch.arange(batch)] = alphabet.index("X") + symbols[which]
        classes = 2 * symbols[0] + symbols[1]
        return Batch(one_hot_rows(letters, rows), classes.expand(length, batch), at_the_end(length, batch))

    return Problem(
        alphabet,
        ("XX", "XY", "YX", "YY"),
        class_goal(whole=True),
        sample,
        LEARNT,
        chance=0.25,
        trivial=0.25,
        steps=length,
        symbolic=True,
    )


def bit_labels(values: Tensor) -> tuple[str, ...]:
    """Return the bits as they are."""
    return tuple(str(int(bit)) for bit in values[:, 0].tolist())


def marked_labels(values: Tensor) -> tuple[str, ...]:
    """Return the numbers, those that are to be added with a dot before them."""
    return tuple((MARK if mark > 0 else "") + signed(value) for value, mark in values.tolist())


ANSWERED = N_("share of new sequences answered rightly")
STEPS_ANSWERED = N_("share of the steps of new sequences answered rightly")

LATCH = Task(
    "latch",
    N_("latch: hold a signal through noise"),
    N_("Three steps say +1 or −1, then comes noise; at the end the network says which it was."),
    "Bengio, Simard and Frasconi 1994, IEEE Transactions on Neural Networks 5(2); as in experiment 3a of Hochreiter "
    "and Schmidhuber 1997, Neural Computation 9(8)",
    ANSWERED,
    (Number("length", N_("length"), 50, 8, MAX_LENGTH, 1),),
    latch,
    {"updates": 500, "forget_bias": 3.0},
)
ECHO = Task(
    "echo",
    N_("delayed echo"),
    N_("At every step the network says which bit it read some steps ago."),
    "Jaeger 2001, Short term memory in echo state networks, GMD report 152",
    STEPS_ANSWERED,
    (
        Number("length", N_("length"), 30, 8, MAX_LENGTH, 1),
        Number("delay", N_("delay"), 3, 1, MAX_LENGTH // 2, 1),
    ),
    echo,
    {"updates": 300},
)
ADDING = Task(
    "adding",
    N_("adding problem"),
    N_("Two of many numbers are marked; at the end the network gives their sum."),
    "Hochreiter and Schmidhuber 1997, Neural Computation 9(8), experiment 4",
    N_("share of new sequences whose sum is right within 0.04"),
    (Number("length", N_("length"), 50, 8, MAX_LENGTH, 1),),
    adding,
    {"units": 32, "updates": 1500, "forget_bias": 3.0},
)
ORDER = Task(
    "order",
    N_("temporal order"),
    N_("Two letters, X or Y, stand far apart among others; at the end the network says which came in which order."),
    "Hochreiter and Schmidhuber 1997, Neural Computation 9(8), experiment 6a",
    ANSWERED,
    (Number("length", N_("length"), 50, 10, MAX_LENGTH, 1),),
    order,
    {"updates": 1000, "forget_bias": 4.0},
)
PARITY = Task(
    "parity",
    N_("parity"),
    N_("At every step the network says whether the number of ones so far is even or odd."),
    "Bengio, Simard and Frasconi 1994, IEEE Transactions on Neural Networks 5(2), who ask at the end alone",
    STEPS_ANSWERED,
    (Number("length", N_("length"), 20, 8, MAX_LENGTH, 1),),
    parity,
    {"updates": 500},
)
