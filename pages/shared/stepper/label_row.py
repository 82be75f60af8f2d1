"""How the labels of the steps stand in a row above the strips where there is no room for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import regex

LETTERS_OF_NUMBERS = re.compile(r"(?<=\d)e(?=[+\-−]?\d)|\b(inf|nan)\b")
PLAIN = re.compile(r"[\d\s.,:/()+\-−∞…]*")  # a number, a date, a time, or several numbers
NUMBER = re.compile(r"[+\-−]?\d{1,15}(\.\d{1,15})?")
WHOLE = re.compile(r"[\-−]?\d{1,15}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T][\d:.]+)?|\d{2}:\d{2}(:\d{2})?")  # in their order as text, too
FEWEST_PLACES = 3  # two numbers always rise or fall


def label_row(labels: Sequence[str], *, symbolic: bool, original: Sequence[str] | None = None) -> dict[str, Any]:
    """Return how labels stand in a row; JSON-ready.

    labels: what each step reads, in the reader's words. symbolic: of the sequence. original: the labels of the run
    without its changed inputs, where it has some.

    `kind` is "text" for symbols or words, which are never thinned; "axis" for numbers, dates or times that only rise or
    only fall, of which a few at even steps stand for all; and else "values". `between` parts the symbols of a text.
    `first` are the steps whose labels explain the others and come first: those that are no plain numbers, and changed
    inputs. `begin` and `by`: the first number of an axis that counts by one, 1 up or −1 down; of another 0 and 1.
    """
    usual = labels if original is None else original
    words = [step for step, label in enumerate(usual) if not is_plain(label)]
    changed = [step for step, (now, before) in enumerate(zip(labels, usual, strict=True)) if now != before]
    kind = kind_of(usual, symbolic=symbolic, words=len(words))
    begin, by = count_of(usual) if kind == "axis" else (0, 1)
    return {
        "kind": kind,
        "between": "" if all(is_one_character(label) for label in set(labels)) else " ",
        "first": sorted({*words, *changed}) if kind == "values" else changed,
        "begin": begin,
        "by": by,
    }


def kind_of(labels: Sequence[str], *, symbolic: bool, words: int) -> str:
    """Return the kind of a row, of which so many labels are no plain numbers: see `label_row`."""
    if symbolic:
        return "text"
    if rises_or_falls(labels):
        return "axis"
    return "text" if 2 * words > len(labels) or all(map(is_one_character, labels)) else "values"


def rises_or_falls(labels: Sequence[str]) -> bool:
    """Tell whether labels are numbers, dates or times in their order or from the end, so that any of them can go.

    All numbers may have the same letters before or behind them: "x1", "0.5 s".
    """
    if len(labels) < FEWEST_PLACES:
        return False
    if all(map(MOMENT.fullmatch, labels)):
        return is_monotone(labels)
    before, behind = shared_letters(labels)
    numbers = [label.removeprefix(before).removesuffix(behind) for label in labels]
    return all(map(NUMBER.fullmatch, numbers)) and is_monotone([as_number(number) for number in numbers])


def shared_letters(labels: Sequence[str]) -> tuple[str, str]:
    """Return what the first label has before and behind its number."""
    found = re.fullmatch(rf"(\D*?)({NUMBER.pattern})(\D*)", labels[0])
    return (found[1], found[4]) if found else ("", "")


def is_monotone(places: Sequence[Any]) -> bool:
    """Tell whether each is larger than the one before, or each smaller."""
    steps = list(pairwise(places))
    return all(one < other for one, other in steps) or all(one > other for one, other in steps)


def count_of(labels: Sequence[str]) -> tuple[int, int]:
    """Return the number at which labels begin that count by one, and 1 up or −1 down; else 0 and 1."""
    if all(map(WHOLE.fullmatch, labels)):
        numbers = [int(as_number(label)) for label in labels]
        (by, *others) = {other - one for one, other in pairwise(numbers)}
        if not others and abs(by) == 1:
            return numbers[0], by
    return 0, 1


def as_number(label: str) -> float:
    """Return the number that a label writes."""
    return float(label.replace("−", "-"))


def is_plain(label: str) -> bool:
    """Tell whether a label is a number, a date, a time, or several numbers, and says nothing more."""
    return PLAIN.fullmatch(LETTERS_OF_NUMBERS.sub("", label)) is not None


def is_one_character(label: str) -> bool:
    """Tell whether a reader takes a label for one character."""
    return regex.fullmatch(r"\X", label) is not None
