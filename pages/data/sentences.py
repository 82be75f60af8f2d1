"""The sentences of the data page: what was found in somebody's data, and what was done to it."""

from __future__ import annotations

import pandas as pd

from cells.core.messages import N_, n_
from cells.reading import Reading, TimeFindings
from pages.shared.words import say

UNITS = (("days", "d"), ("hours", "h"), ("minutes", "min"), ("seconds", "s"), ("milliseconds", "ms"))
CALENDAR = {"M": N_("one month"), "Q": N_("one quarter"), "Y": N_("one year")}
FILLED = {
    "mean": N_("with the mean of the values on both sides"),
    "linear": N_("along the line between the values on both sides"),
    "previous": N_("with the value before"),
}
MOST_NAMES = 6


def reading_sentences(reading: Reading, method: str) -> list[str]:
    """Say what was found and done, in the order in which it was done."""
    if reading.symbolic:
        characters = n_(
            "{count} character. A step reads one.",
            "{count} characters, different ones: {different}. A step reads one of them.",
            "count",
        )
        return [say(characters, count=f"{len(reading.values):,}", different=len(reading.channels))]
    sentences = [file_sentence(reading)]
    if reading.left_out:
        names = ", ".join(reading.left_out[:MOST_NAMES]) + (" …" if len(reading.left_out) > MOST_NAMES else "")
        sentences.append(say("Left out, as they hold no numbers: {names}.", names=names))
    if reading.blank:
        sentences.append(say("Empty rows left out: {count}.", count=reading.blank))
    if reading.time:
        sentences += time_sentences(reading.time)
    return [*sentences, filled_sentence(reading, method)]


def file_sentence(reading: Reading) -> str:
    """Say how the file is written, and how much there is in it."""
    return say(
        n_(
            "{written}: {rows} row, columns of numbers: {columns}.",
            "{written}: {rows} rows, columns of numbers: {columns}.",
            "rows",
        ),
        written=reading.written,
        rows=f"{len(reading.table):,}",
        columns=len(reading.channels),
    )


def time_sentences(findings: TimeFindings) -> list[str]:
    """Say what the times are like, and what was done about it."""
    sentences = []
    if not findings.in_order:
        sentences.append(say("The rows were not in the order of “{column}”, and were sorted.", column=findings.column))
    if findings.repeated:
        sentences.append(say("Rows averaged with another of the same time: {count}.", count=findings.repeated))
    every = format_interval(findings.interval, findings.usual)
    if findings.even:
        sentences.append(
            say("The times in “{column}” are even: a step every {every}.", column=findings.column, every=every)
        )
    else:
        usual = format_duration(findings.usual)
        irregular = N_("The times in “{column}” are irregular, usually {usual} apart; longer gaps: {holes}.")
        sentences.append(say(irregular, column=findings.column, usual=usual, holes=findings.holes))
        sentences.append(say("They are brought to a step every {every}.", every=every))
    return sentences


def filled_sentence(reading: Reading, method: str) -> str:
    """Say how many steps had to be filled, and with what."""
    filled = int(reading.filled.any(dim=1).sum())
    if not filled:
        return say("Every step has its value in the data: nothing was filled.")
    return say(
        n_(
            "{count} of {steps} steps has no value in the data; it was filled {how}.",
            "{count} of {steps} steps have no value in the data; they were filled {how}.",
            "count",
        ),
        count=f"{filled:,}",
        steps=f"{len(reading.values):,}",
        how=say(FILLED[method]),
    )


def format_interval(interval: str, usual: pd.Timedelta) -> str:
    """Write an interval of pandas as a person reads it: "7 d", "one month"; unchanged where it has no words."""
    for letter, name in CALENDAR.items():
        if interval in (f"{letter}S", f"{letter}E") or interval.startswith((f"{letter}S-", f"{letter}E-")):
            return say(name)
    try:
        return format_duration(pd.Timedelta(interval))
    except ValueError:
        return interval


def format_duration(gap: pd.Timedelta) -> str:
    """Write a duration in units that every language shares: "1 d 12 h", "0.5 ms"."""
    parts = [(getattr(gap.components, name), unit) for name, unit in UNITS]
    finer = gap % pd.Timedelta(milliseconds=1)
    if finer:
        *parts, (milliseconds, unit) = parts
        parts.append((milliseconds + finer / pd.Timedelta(milliseconds=1), unit))
    return " ".join(f"{value:g} {unit}" for value, unit in parts if value) or "0 s"
