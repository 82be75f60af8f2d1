"""Clamps and changed inputs as a link spells them.

`clamp=forget:1:10-20:0,output:0` holds the forget gate at 1 from step 10 to 20 in unit 0, and the output gate at 0
everywhere: signal, value, steps, units, layer, of which all but the first two may be left out or empty, for all.
`edit=4:x,7:0.5` lets step 4 read x and step 7 read 0.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from typing import TypeVar

from cells import Clamp
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.inputs.edit import Edit
from cells.tracing.clamp import Span
from pages.shared.scene.link_reader import LinkReader

MOST = 32  # clamps or edits in one link
RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)
VALUE = re.compile(r"[+-]?(\d{1,15}(\.\d{0,17})?|\.\d{1,17})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
EDIT = re.compile(r"(\d{1,6}):(.+)", re.ASCII | re.DOTALL)
NEXT_EDIT = re.compile(r",(?=\d{1,6}:)", re.ASCII)  # an input may hold commas of its own
R = TypeVar("R")


def take_clamps(reader: LinkReader) -> tuple[Clamp, ...] | None:
    """Take the clamps of a link that can be read; each of the others is named."""
    return as_many_as_fit(reader, reader.entries("clamp", lambda text: text.split(","), read_clamp))


def take_edits(reader: LinkReader) -> tuple[Edit, ...] | None:
    """Take the changed inputs of a link that can be read; each of the others is named."""
    return as_many_as_fit(reader, reader.entries("edit", NEXT_EDIT.split, read_edit))


def as_many_as_fit(reader: LinkReader, entries: tuple[R, ...]) -> tuple[R, ...] | None:
    """Return the first entries, as many as a page can show; None for none."""
    reader.tried(check_count, entries)
    return entries[:MOST] or None


def read_clamp(text: str) -> Clamp:
    """Read one clamp: signal:value:steps:units:layer. Raises InputError for what cannot be read."""
    if text.count(":") > 4:
        raise unreadable(text)
    signal, value, steps, units, layer = [*text.split(":"), "", "", "", ""][:5]
    if not signal or not VALUE.fullmatch(value) or not re.fullmatch(r"\d{0,6}", layer, re.ASCII):
        raise unreadable(text)
    if not isfinite(float(value)):  # no link could say it again
        raise unreadable(text)
    layer_index = int(layer) if layer else None
    return Clamp(signal, float(value), read_range(units, text), read_range(steps, text), layer_index)


def read_range(text: str, whole: str) -> int | range | None:
    """Read a range of numbers: "7" -> 7, "3-7" -> 3 to 7, "" -> all."""
    if not text:
        return None
    match = RANGE.fullmatch(text)
    if not match:
        raise unreadable(whole)
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise unreadable(whole)
    return first if first == last else range(first, last + 1)


def unreadable(text: str) -> InputError:
    """Return the error for a clamp that cannot be read."""
    return InputError(
        N_("The clamp “{written}” in the link cannot be read: write signal, value, steps, unit: forget:1:10-20:0."),
        written=shortened(text),
    )


def write_clamps(clamps: Sequence[Clamp]) -> str:
    """Write clamps as `take_clamps` reads them."""
    return ",".join(map(write_clamp, clamps))


def write_clamp(clamp: Clamp) -> str:
    """Write one clamp, without the fields at its end that mean all."""
    layer = "" if clamp.layer is None else str(clamp.layer)
    fields = [clamp.signal, shortest_decimal(clamp.value), write_range(clamp.steps), write_range(clamp.units), layer]
    return ":".join(fields).rstrip(":")


def write_range(span: Span) -> str:
    """Write a number or a range of numbers; "" for all."""
    if span is None:
        return ""
    return f"{span.start}-{span.stop - 1}" if isinstance(span, range) else str(span)


def shortest_decimal(value: float) -> str:
    """Write a number as short as it can be without loss: 1.0 -> "1"."""
    return repr(value).removesuffix(".0")


def read_edit(text: str) -> Edit:
    """Read one changed input: step:input. Raises InputError for what cannot be read."""
    match = EDIT.fullmatch(text)
    if not match:
        raise InputError(
            N_("The changed input “{written}” in the link cannot be read: write step and input, as in 4:x."),
            written=shortened(text),
        )
    return Edit(int(match[1]), match[2])


def write_edits(edits: Sequence[Edit]) -> str:
    """Write changed inputs as `take_edits` reads them."""
    return ",".join(map(write_edit, edits))


def write_edit(edit: Edit) -> str:
    """Write one changed input: "4:x"."""
    return f"{edit.step}:{edit.entry}"


def check_count(entries: Sequence[object]) -> None:
    """Raise InputError for more than a page can show."""
    if len(entries) > MOST:
        raise InputError(
            N_("A link holds at most {limit} clamps and {limit} changed inputs, not {count}."),
            count=len(entries),
            limit=MOST,
        )
