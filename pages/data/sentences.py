"""The sentences of the data page: what was found in somebody's data, and what was done to it."""

from __future__ import annotations

import re

import pandas as pd

from cells.core.messages import N_, n_
from cells.core.readable import shortened
from cells.reading import Reading, TimeFindings
from cells.reading.dates import DATES, FOUND
from cells.reading.numbers import COMMA
from pages.shared.words import say

UNITS = (("days", "d"), ("hours", "h"), ("minutes", "min"), ("seconds", "s"), ("milliseconds", "ms"))
CALENDAR = {"M": N_("one month"), "Q": N_("one quarter"), "Y": N_("one year")}
FILLED = {
    "mean": N_("with the mean of the values on both sides"),
    "linear": N_("along the line between the values on both sides"),
    "previous": N_("with the value before"),
}
PARTED = {
    "CSV ,": N_("commas between the columns"),
    "CSV ;": N_("semicolons between the columns"),
    "CSV |": N_("bars between the columns"),
    "TSV": N_("tabs between the columns"),
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
    sentences = [file_sentence(reading), *layout_sentences(reading), *cell_sentences(reading)]
    if reading.blank:
        sentences.append(say("Empty rows left out: {count}.", count=reading.blank))
    if reading.time:
        sentences += time_sentences(reading.time)
    return [*sentences, filled_sentence(reading, method)]


def file_sentence(reading: Reading) -> str:
    """Say how much there is in the file."""
    return say(
        n_("{rows} row, columns of numbers: {columns}.", "{rows} rows, columns of numbers: {columns}.", "rows"),
        rows=f"{len(reading.table):,}",
        columns=len(reading.channels),
    )


def how_it_is_written(reading: Reading) -> str:
    """Say how the file is written; "" for text, whose characters say so."""
    if reading.symbolic:
        return ""
    kind, _, rest = reading.written.partition(" · ")
    words = (kind, rest)
    if kind in PARTED:  # of a single column nothing is parted
        words = (say(PARTED[kind]) if len(reading.names) > 1 else "", rest.upper())
    return say("The file: {written}.", written=", ".join(filter(None, words)))


def layout_sentences(reading: Reading) -> list[str]:
    """Say what stands in the file beside its rows, and was left out."""
    notes = reading.notes
    sentences = []
    if notes.above:
        sentences.append(say("Above the names, and left out: {lines}.", lines=listed(notes.above)))
    if notes.comments:
        sentences.append(say("Lines that begin with #, and were left out: {count}.", count=notes.comments))
    if notes.units:
        sentences.append(say("Below the names, and left out: {lines}.", lines=listed(notes.units)))
    if notes.totals:
        sentences.append(
            say("At the end, and left out as they sum up the others: {lines}.", lines=listed(notes.totals))
        )
    return sentences


def cell_sentences(reading: Reading) -> list[str]:
    """Say how the cells are written, where it is not the plainest way, and which columns were left out."""
    notes = reading.notes
    sentences = []
    if notes.decimal == COMMA:
        sentences.append(say("The comma is the decimal mark: 1,5 is one and a half."))
    if notes.units_in_cells:
        signs = tuple(f"{shortened(name)} ({units})" for name, units in notes.units_in_cells.items())
        sentences.append(say("Signs left out, so that 12% is 12: {names}.", names=listed(signs)))
    if notes.missing:
        words = tuple(f"“{word}” ({count:,})" for word, count in notes.missing.items())
        sentences.append(say("Read as missing values: {words}.", words=listed(words)))
    others = tuple(name for name in reading.left_out if name not in notes.words)
    if others:
        sentences.append(say("Left out, as they hold no numbers: {names}.", names=listed(others)))
    words_out = tuple(name for name in notes.words if name in reading.left_out)
    if words_out:
        sentences.append(
            say(
                "Left out, as they hold words; under “columns” these can be read as numbers: {names}.",
                names=listed(words_out),
            )
        )
    for name, words in notes.words.items():
        if name in reading.channels:
            numbers = tuple(f"{word} = {place}" for place, word in enumerate(words))
            sentences.append(
                say("The words in “{column}” are numbered: {numbers}.", column=name, numbers=listed(numbers))
            )
    return sentences


def listed(entries: tuple[str, ...]) -> str:
    """Name a few of several entries, none of them endless."""
    return ", ".join(map(shortened, entries[:MOST_NAMES])) + (" …" if len(entries) > MOST_NAMES else "")


def time_sentences(findings: TimeFindings) -> list[str]:
    """Say what the times are like, and what was done about it."""
    sentences = (
        []
        if (order := order_of(findings.written)) is None
        else [say("The times in “{column}” are read as: {order}.", column=findings.column, order=say(DATES[order]))]
    )
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


def order_of(written: str) -> str | None:
    """Return the way of DATES in which times are written, None where it needs no words."""
    if written in DATES and written not in (FOUND, "s"):
        return written
    order = "".join(part for part in re.findall("%([a-zA-Z])", written)[:3]).lower()
    return order if order in ("mdy", "dmy") or (order == "ymd" and "%y" in written) else None


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
