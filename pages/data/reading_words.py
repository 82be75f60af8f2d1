"""What was found in somebody's data and what was done to it, in a few sentences."""

from __future__ import annotations

import pandas as pd

from cells.core.messages import N_
from cells.reading import Reading, TimeFindings
from pages.shared.words import say

UNITS = (("days", "d"), ("hours", "h"), ("minutes", "min"), ("seconds", "s"), ("milliseconds", "ms"))
CALENDAR = {"M": N_("one month"), "Q": N_("one quarter"), "Y": N_("one year")}
FILLED = {
    "mean": N_("with the mean of the values beside them"),
    "linear": N_("along the line between the values beside them"),
    "previous": N_("with the value before them"),
}
MOST_NAMES = 6


def told(reading: Reading, method: str) -> list[str]:
    """Sentences, in the order in which the things were done."""
    if reading.symbolic:
        characters = N_("{count} characters, {different} different ones. A step reads one of them.")
        return [say(characters, count=f"{len(reading.values):,}", different=len(reading.channels))]
    sentences = [of_the_file(reading)]
    if reading.left_out:
        names = ", ".join(reading.left_out[:MOST_NAMES]) + (" …" if len(reading.left_out) > MOST_NAMES else "")
        sentences.append(say("Left out, as they hold no numbers: {names}.", names=names))
    if reading.blank:
        sentences.append(say("Empty rows left out: {count}.", count=reading.blank))
    if reading.time:
        sentences += of_the_time(reading.time)
    return [*sentences, of_the_holes(reading, method)]


def of_the_file(reading: Reading) -> str:
    """How it is written, and how much there is of it."""
    return say(
        "{written}: {rows} rows, columns of numbers: {columns}.",
        written=reading.written,
        rows=f"{len(reading.table):,}",
        columns=len(reading.channels),
    )


def of_the_time(found: TimeFindings) -> list[str]:
    """What its times are like, and what was done about it."""
    sentences = []
    if not found.in_order:
        sentences.append(say("The rows were not in the order of “{column}”, and were sorted.", column=found.column))
    if found.repeated:
        sentences.append(say("Rows averaged with another of the same time: {count}.", count=found.repeated))
    every = interval_in_words(found.interval, found.usual)
    if found.even:
        sentences.append(
            say("The times in “{column}” are even: a step every {every}.", column=found.column, every=every)
        )
    else:
        usual = duration(found.usual)
        irregular = N_("The times in “{column}” are irregular, usually {usual} apart; longer gaps: {holes}.")
        sentences.append(say(irregular, column=found.column, usual=usual, holes=found.holes))
        sentences.append(say("They are brought to a step every {every}.", every=every))
    return sentences


def of_the_holes(reading: Reading, method: str) -> str:
    """How many steps had to be filled, and with what."""
    filled = int(reading.filled.any(dim=1).sum())
    if not filled:
        return say("Every step has its value in the data: nothing was filled.")
    return say(
        "{count} of {steps} steps have no value in the data; they were filled {how}.",
        count=f"{filled:,}",
        steps=f"{len(reading.values):,}",
        how=say(FILLED[method]),
    )


def interval_in_words(interval: str, usual: pd.Timedelta) -> str:
    """An interval of pandas as a person reads it: "7 d", "one month"; as it is written where it has no words."""
    for letter, name in CALENDAR.items():
        if interval in (f"{letter}S", f"{letter}E") or interval.startswith((f"{letter}S-", f"{letter}E-")):
            return say(name)
    try:
        return duration(pd.Timedelta(interval))
    except ValueError:
        return interval


def duration(gap: pd.Timedelta) -> str:
    """A duration in units that every language shares: "1 d 12 h", "0.5 ms"."""
    parts = [(getattr(gap.components, name), unit) for name, unit in UNITS]
    finer = gap % pd.Timedelta(milliseconds=1)
    if finer:
        *parts, (milliseconds, unit) = parts
        parts.append((milliseconds + finer / pd.Timedelta(milliseconds=1), unit))
    return " ".join(f"{value:g} {unit}" for value, unit in parts if value) or "0 s"
