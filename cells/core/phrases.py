"""Phrases: sentences about one step of one unit, and when each is true.

A cell declares the phrases that a sentence is made of. Each is a choice of texts; the first that is true of the numbers
is said. Numbers are looked up by name: a signal, a flow or a part of a sum by its own, `cell.before` for a state one
step ago, `cell.held` for whether a clamp holds a signal, and what `cells.analysis.facts` adds of the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from cells.core.messages import N_

VISIBLE = 0.005  # a smaller number stands as 0.00
WRITTEN = 0.02  # a step that adds less is said to write almost nothing, and later nothing is said to come from it
ALMOST_SHUT = 0.02  # a gate that lets less through is said to let almost nothing through
WHOLE = 1.005  # a larger share stands as more than 100 %

Numbers = Mapping[str, Tensor]
Condition = Callable[[Numbers], Tensor]


@dataclass(frozen=True)
class Saying:
    """One text, and when it is true.

    kind: of fact, a word for tests and tools. text: marked for translation, "" where nothing is said. fields: the
    number that fills each of its fields: {percent} is written as a percentage, {value} with its sign, {number} plain.
    """

    kind: str
    text: str
    holds: Condition
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Phrase:
    """A choice of texts about one thing, in the colour of `signal`. The last is true of whatever the others are not."""

    signal: str
    sayings: tuple[Saying, ...]

    def chosen(self, numbers: Numbers) -> Tensor:
        """Return the index of the first saying that is true, for each element of numbers of one shape: integers."""
        true = torch.stack([saying.holds(numbers) for saying in self.sayings])
        return true.int().argmax(dim=0)


def always(numbers: Numbers) -> Tensor:
    """Hold of whatever is left."""
    return torch.ones_like(next(iter(numbers.values())), dtype=torch.bool)


def held(signal: str) -> Condition:
    """Hold where a clamp holds the signal."""
    return lambda numbers: numbers[f"{signal}.held"].bool()


def beyond(number: str) -> Condition:
    """Hold where a number has overflowed, or is none."""
    return lambda numbers: numbers[number].isfinite().logical_not()


def within(number: str, size: float) -> Condition:
    """Hold where a number is smaller than `size`, whatever its sign."""
    return lambda numbers: numbers[number].abs() < size


def share(number: str) -> Condition:
    """Hold where a number can be said in percent: from 0 to 1, but for rounding."""
    return lambda numbers: (numbers[number] >= 0) & (numbers[number] < WHOLE)


def either(*conditions: Condition) -> Condition:
    """Hold where one of several does."""
    return lambda numbers: torch.stack([condition(numbers) for condition in conditions]).any(dim=0)


def keeps(keep: str, state: str, signal: str) -> Phrase:
    """Say what a gated cell keeps of its memory; where a clamp holds the memory, or it has overflowed, that alone."""
    return Phrase(
        signal,
        (
            Saying("held", N_("is held at {number}"), held(state), {"number": state}),
            Saying("beyond", N_("has run beyond every number"), beyond(state)),
            Saying("empty", N_("has almost nothing to keep"), within(f"{state}.before", VISIBLE)),
            Saying("forgets", N_("forgets almost everything"), within(keep, ALMOST_SHUT)),
            Saying("keeps", N_("keeps {percent} of its memory"), share(keep), {"percent": keep}),
            Saying("multiplies", N_("multiplies its memory by {number}"), always, {"number": keep}),
        ),
    )


def writes(written: str, state: str, signal: str) -> Phrase:
    """Say what a gated cell adds to its memory; nothing where that is not made of what is written."""
    return Phrase(
        signal,
        (
            Saying("silent", "", either(held(state), beyond(state))),
            Saying("writes little", N_("writes almost nothing"), within(written, WRITTEN)),
            Saying("writes", N_("writes {value}"), always, {"value": written}),
        ),
    )


def shows(output: str, content: str, text: str) -> Phrase:
    """Say what of the memory a cell shows as its hidden state.

    output: the gate that lets it through, "" where nothing does. content: what goes through it. text: of a gate that is
    open, with {percent} of that and {number}, the hidden state.
    """
    gated = (
        Saying("shows little", N_("shows almost nothing"), within(output, ALMOST_SHUT)),
        Saying("shows", text, share(output), {"percent": output, "number": "hidden"}),
        Saying("shows so much", N_("shows {number}"), always, {"number": "hidden"}),
    )
    return Phrase(
        output or "hidden",
        (
            Saying("shows as held", N_("shows {number}, at which it is held"), held("hidden"), {"number": "hidden"}),
            Saying("shows beyond", N_("shows what is beyond every number"), beyond("hidden")),
            Saying("shows empty", N_("has almost nothing to show"), within(content, VISIBLE)),
            *(gated if output else (Saying("shows all", text, always, {"number": "hidden"}),)),
        ),
    )


def consults(gate: str, past: str) -> Phrase:
    """Say what of the past a gate lets into the candidate; `past`: what comes to that gate."""
    return Phrase(
        gate,
        (
            Saying("consults beyond", "", either(beyond(gate), beyond(past))),
            Saying("consults empty", N_("uses almost no past"), within(past, VISIBLE)),
            Saying("resets", N_("resets its past"), within(gate, ALMOST_SHUT)),
            Saying("consults", N_("consults {percent} of its past"), share(gate), {"percent": gate}),
            Saying("multiplies past", N_("multiplies its past by {number}"), always, {"number": gate}),
        ),
    )


def replaces(state: str) -> Phrase:
    """Say what a cell without gates has as its state."""
    return Phrase(
        state,
        (
            Saying("held", N_("is held at {number}"), held(state), {"number": state}),
            Saying("beyond", N_("has run beyond every number"), beyond(state)),
            Saying(
                "replaces little", N_("has no gate: it replaces its whole state, now almost 0"), within(state, VISIBLE)
            ),
            Saying("replaces", N_("has no gate: it replaces its whole state by {value}"), always, {"value": state}),
        ),
    )


def answers(output: str) -> Phrase:
    """Say what a net without memory answers."""
    return Phrase(
        output,
        (
            Saying("answers beyond", N_("answers what is beyond every number, and keeps nothing"), beyond(output)),
            Saying("answers little", N_("answers almost 0, and keeps nothing"), within(output, VISIBLE)),
            Saying("answers", N_("answers {value}, and keeps nothing"), always, {"value": output}),
        ),
    )


def began(numbers: Numbers) -> Tensor:
    """Hold where most of the memory is what it began with."""
    return numbers["origin"] == -1


def wrote(numbers: Numbers) -> Tensor:
    """Hold where most of the memory comes from one step."""
    return numbers["origin"] >= 0


def was_held(numbers: Numbers) -> Tensor:
    """Hold where most of the memory comes from one step, in which a clamp held it."""
    return wrote(numbers) & numbers["origin.held"].bool()


def wrote_here(numbers: Numbers) -> Tensor:
    """Hold where most of the memory has been written at this very step."""
    return numbers["origin"] == numbers["step"]


def whole(numbers: Numbers) -> Tensor:
    """Hold where all of that is left, but for rounding."""
    return (numbers["left"] - 1).abs() < VISIBLE


def part(numbers: Numbers) -> Tensor:
    """Hold where a share of that is left that can be said in percent."""
    return (numbers["left"] >= VISIBLE) & (numbers["left"] < 1)


def all_of(*conditions: Condition) -> Condition:
    """Hold where each of several does."""
    return lambda numbers: torch.stack([condition(numbers) for condition in conditions]).all(dim=0)


def cancelled(state: str) -> Condition:
    """Hold where the memory is next to nothing, though something that was written in it has not faded."""
    return lambda numbers: within(state, VISIBLE)(numbers) & (numbers["largest"] >= WRITTEN)


FULL_STOP = Saying("stop", N_("."), always)
STEP = {"step": "origin", "label": "origin"}
STEP_AND_SHARE = {**STEP, "percent": "left"}


def ending(state: str) -> Phrase:
    """Say what the memory still holds, where it is mostly one thing; `step`, `label`: of the step that wrote that."""
    return Phrase(
        state,
        (
            Saying("written here", N_("."), wrote_here),
            Saying(
                "cancelled", N_("; it holds almost nothing, for what was written has cancelled out."), cancelled(state)
            ),
            Saying("holds start", N_("; it still holds what it began with."), all_of(began, whole)),
            Saying(
                "holds part of start",
                N_("; it holds {percent} of what it began with."),
                all_of(began, part),
                {"percent": "left"},
            ),
            Saying("mostly start", N_("; most of what it holds comes from what it began with."), began),
            Saying(
                "holds held",
                N_("; it still holds what it was held at in step {step} (“{label}”)."),
                all_of(was_held, whole),
                STEP,
            ),
            Saying(
                "holds part of held",
                N_("; it holds {percent} of what it was held at in step {step} (“{label}”)."),
                all_of(was_held, part),
                STEP_AND_SHARE,
            ),
            Saying("holds", N_("; it still holds what step {step} wrote (“{label}”)."), all_of(wrote, whole), STEP),
            Saying(
                "holds part",
                N_("; it holds {percent} of what step {step} wrote (“{label}”)."),
                all_of(wrote, part),
                STEP_AND_SHARE,
            ),
            Saying("mostly", N_("; most of what it holds comes from step {step} (“{label}”)."), wrote, STEP),
            FULL_STOP,
        ),
    )


NO_MEMORY = Phrase("", (FULL_STOP,))  # the ending of a cell that has no gates


def code_of(phrases: tuple[Phrase, ...], numbers: Numbers) -> Tensor:
    """Return what each phrase says as one integer: its digits, the first phrase's the lowest, count their sayings."""
    code = torch.zeros_like(next(iter(numbers.values())), dtype=torch.long)
    for phrase in reversed(phrases):
        code = code * len(phrase.sayings) + phrase.chosen(numbers)
    return code


def sayings_of(phrases: tuple[Phrase, ...], code: int) -> list[Saying]:
    """Return the saying of each phrase that a code of `code_of` stands for."""
    chosen = []
    for phrase in phrases:
        code, digit = divmod(code, len(phrase.sayings))
        chosen.append(phrase.sayings[digit])
    return chosen
