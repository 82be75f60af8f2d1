"""Tasks on what there is only once, a series or a text: one part to learn from, and a later one to be judged by.

Axes: T time steps, B sequences of a batch, K different characters.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import torch
from torch import Generator, Tensor

from cells.core.messages import N_, InputError, n_
from cells.core.readable import visible
from cells.core.settings import Number, Text
from cells.inputs.sunspots import sunspots as observed
from cells.reading.characters import characters_of
from cells.training.goals import class_goal, error_goal
from cells.training.task import Batch, Problem, Task, one_hot_rows

LEARNT_UNTIL, JUDGED_UNTIL = 1920, 1955  # the years of Weigend, Huberman and Rumelhart 1990

MAX_CHARACTERS = 1_000_000
MAX_ALPHABET = 2_000
FEWEST_JUDGED = 8
JUDGED_SECTIONS = 20
RHYME = (
    "Peter Piper picked a peck of pickled peppers;\n"
    "A peck of pickled peppers Peter Piper picked;\n"
    "If Peter Piper picked a peck of pickled peppers,\n"
    "Where's the peck of pickled peppers Peter Piper picked?\n"
)


def sunspots(length: int) -> Problem:
    """State the task: the yearly sunspot number of next year, from those so far.

    Learnt from sections of 1700 to 1920, judged by 1921 to 1955: the mean squared error over the variance of the whole,
    which Weigend, Huberman and Rumelhart call the average relative variance; their network of twelve years reached
    0.086. The criterion is what the regression on two years reaches (Yule 1927), chance what the mean of the learnt
    years does, and the trivial solution says that next year is as this one.
    """
    series = observed()
    years = [int(label) for label in series.labels]
    values = series.values[: years.index(JUDGED_UNTIL) + 1]
    learnt = years.index(LEARNT_UNTIL) + 1
    known, coming, variance = values[:learnt], values[learnt:], values.var(correction=0).item()

    def sample(batch: int, generator: Generator) -> Batch:
        starts = torch.randint(0, learnt - length, (batch,), generator=generator)
        windows = values[starts + torch.arange(length + 1).unsqueeze(-1)]
        return Batch(windows[:-1], windows[1:], torch.ones(length, batch, dtype=torch.bool))

    def fresh(batch: int, generator: Generator) -> Batch:
        mask = torch.arange(1, len(values)) >= learnt
        return Batch(values[:-1].unsqueeze(1), values[1:].unsqueeze(1), mask.unsqueeze(1))

    def error(forecast: Tensor) -> float:
        return (forecast - coming).square().mean().item() / variance

    return Problem(
        series.channels,
        series.channels,
        error_goal(variance),
        sample,
        criterion=error(regressed(known, values)[learnt - 2 :]),
        chance=error(known.mean()),
        trivial=error(values[learnt - 1 : -1]),
        steps=length,
        fresh=fresh,
        once=True,
        named=lambda read: tuple(str(years[0] + step) for step in range(len(read))),
    )


def regressed(known: Tensor, values: Tensor) -> Tensor:
    """Regress each value from the third on the two before it, by least squares of `known`: (T, 1) -> (T - 2, 1)."""

    def of_two(series: Tensor) -> Tensor:
        return torch.cat([series[1:-1], series[:-2], torch.ones_like(series[2:])], dim=-1).double()

    weights = torch.linalg.lstsq(of_two(known), known[2:].double()).solution
    forecast: Tensor = of_two(values) @ weights
    return forecast.float()


def text(length: int, text: str) -> Problem:
    """State the task: the next character of a text, learnt from nine tenths in sections, judged by the last tenth.

    Of a long text only the first JUDGED_SECTIONS sections of the last tenth are judged, side by side, each after
    characters that are read and not judged. A guess is one of the K characters; the trivial solution always says the
    most frequent one of those learnt from; the criterion is what the most frequent follower of each character reaches,
    which needs no memory, or the trivial solution where that is better. Raises InputError for a text that is too short,
    too long, or of too many different characters.
    """
    characters = characters_for(length, text)
    alphabet = list(dict.fromkeys(characters))
    index_of = {character: number for number, character in enumerate(alphabet)}
    indices = torch.tensor([index_of[character] for character in characters])
    letters, learnt = torch.eye(len(alphabet)), learnt_count(len(indices))
    span = min(length, len(indices) - learnt)
    sections = min(JUDGED_SECTIONS, (len(indices) - learnt) // span)

    def sample(batch: int, generator: Generator) -> Batch:
        starts = torch.randint(0, learnt - length, (batch,), generator=generator)
        windows = indices[starts + torch.arange(length + 1).unsqueeze(-1)]
        read = one_hot_rows(windows[:-1], letters)
        return Batch(read, windows[1:], torch.ones(length, batch, dtype=torch.bool))

    def fresh(batch: int, generator: Generator) -> Batch:
        windows = indices[
            learnt - length - 1 + span * torch.arange(sections) + torch.arange(length + span + 1).unsqueeze(-1)
        ]
        mask = (torch.arange(length + span) >= length).unsqueeze(-1).expand(length + span, sections)
        return Batch(one_hot_rows(windows[:-1], letters), windows[1:], mask)

    names = tuple(map(visible, alphabet))
    single, paired = frequent(indices[: learnt + span * sections].tolist(), learnt)
    return Problem(
        names,
        names,
        class_goal(whole=False),
        sample,
        criterion=max(single, paired),
        chance=1 / len(alphabet),
        trivial=single,
        steps=length,
        fresh=fresh,
        once=True,
        symbolic=True,
    )


def characters_for(length: int, text: str) -> list[str]:
    """Return the characters of a text that is fit to be learnt in sections of `length`. Raises InputError."""
    if len(text) > 4 * MAX_CHARACTERS:  # before it is cut into characters, which takes its time
        raise InputError(N_("The text is too long: at most {limit} characters can be learnt."), limit=MAX_CHARACTERS)
    characters = characters_of(text)
    if len(characters) > MAX_CHARACTERS:
        raise InputError(N_("The text is too long: at most {limit} characters can be learnt."), limit=MAX_CHARACTERS)
    judged = len(characters) - learnt_count(len(characters))
    if learnt_count(len(characters)) <= length or judged < FEWEST_JUDGED:
        raise InputError(
            n_(
                "The text has {count} character; for sections of {length} it needs at least {least}.",
                "The text has {count} characters; for sections of {length} it needs at least {least}.",
                "count",
            ),
            count=len(characters),
            length=length,
            least=max(10 * FEWEST_JUDGED, length * 10 // 9 + 1),
        )
    different = len(set(characters))
    if different > MAX_ALPHABET:
        raise InputError(
            N_("The text has {count} different characters; at most {limit} can be learnt."),
            count=different,
            limit=MAX_ALPHABET,
        )
    return characters


def learnt_count(count: int) -> int:
    """Count the characters of a text that are learnt from: the first nine tenths."""
    return count - count // 10


def frequent(indices: list[int], learnt: int) -> tuple[float, float]:
    """Return the share of judged characters foretold by the most frequent, and by each one's most frequent follower.

    Counted in the first `learnt`; of two that are as frequent, the one that came first.
    """
    usual = Counter(indices[:learnt]).most_common(1)[0][0]
    followers: dict[int, Counter[int]] = {}
    for before, after in pairwise(indices[:learnt]):
        followers.setdefault(before, Counter())[after] += 1
    best = {before: counts.most_common(1)[0][0] for before, counts in followers.items()}
    pairs = list(zip(indices[learnt - 1 : -1], indices[learnt:], strict=True))
    single = sum(after == usual for _, after in pairs)
    paired = sum(after == best.get(before, usual) for before, after in pairs)
    return single / len(pairs), paired / len(pairs)


SUNSPOTS = Task(
    "sunspots",
    N_("sunspots: one year ahead"),
    N_("Every year the network foretells the next year’s sunspots; it is judged by years that it has not seen."),
    "Weigend, Huberman and Rumelhart 1990, Predicting the future: a connectionist approach, International Journal of "
    "Neural Systems 1(3); Yule 1927, Philosophical Transactions of the Royal Society A 226",
    N_("squared error over the variance, 1921 to 1955"),
    (Number("length", N_("length"), 50, 8, 200, 1),),
    sunspots,
    {"updates": 300},
)
TEXT = Task(
    "text",
    N_("text: the next character"),
    N_("The network foretells each next character of a text; it is judged by a part at the end that it has not seen."),
    "Elman 1990, Finding structure in time, Cognitive Science 14(2); Karpathy, Johnson and Fei-Fei 2015, "
    "Visualizing and understanding recurrent networks, arXiv 1506.02078",
    N_("share of the unseen characters foretold rightly"),
    (Number("length", N_("length"), 40, 8, 500, 1), Text("text", N_("text"), RHYME)),
    text,
    {"updates": 300, "units": 32},
)
