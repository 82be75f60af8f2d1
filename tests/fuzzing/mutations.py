"""Mutations of files and of text, drawn from a generator with a fixed seed: the same case is the same for ever."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

HOSTILE = (
    "",
    "0",
    "-0",
    "1e400",
    "-1e-400",
    "nan",
    "inf",
    "-Infinity",
    "9" * 320,
    "-" + "1" * 5000,
    "0x1F",
    "1_000",
    "１２",
    "½",
    "1,2",
    "1.2.3",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59.999999999",
    "10000-01-01",
    "1677-09-21",
    "2262-04-12",
    "-0001-01-01",
    "2024-02-30",
    "24:00:00",
    "2024-01-01T00:00:00+99:00",
    "2024-01-01 00:00 KST",
    "99999999D",
    "0D",
    "-1D",
    "1e9D",
    "1ns",
    "9999999YS",
    "MS",
    "W-SUN",
    "B",
    "C",
    "1D1h",
    "P1Y",
    "1-0",
    "2-1",
    "0-0",
    "999999999-999999999",
    "1-999999999",
    "-",
    "a,a",
    '"',
    '"a',
    "a\nb",
    "\t",
    ";",
    "\x00",
    "\ud800",
    "\ufeff",
    "\u202e",
    "😀" * 3,
    "é",
    "{",
    "[[",
    "null",
    "true",
    "#",
    "=1+1",
    "' OR 1",
    "../x",
    "%00",
    "${x}",
    "{0}",
    "{name}",
)
FIELD = re.compile(r"[^,;|\t\r\n\"\[\]{}:<>= ]+")


def mutated(data: bytes, random: Random) -> bytes:
    """Return a file with a fault or two, mostly such that its kind can still be told."""
    for _ in range(random.randint(1, 2)):
        (fault,) = random.choices(FAULTS, (1, 1, 2, 2, 6, 3))
        data = fault(data, random)
    return data


def flipped(data: bytes, random: Random) -> bytes:
    """Set up to eight bytes to others."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
    return bytes(changed)


def cut(data: bytes, random: Random) -> bytes:
    """Leave out the end."""
    return data[: random.randint(0, len(data))]


def span(data: bytes, random: Random) -> slice:
    """Draw a piece of the file."""
    first = random.randint(0, len(data))
    return slice(first, first + random.choice((1, 2, 4, 16, 64, 256)))


def doubled(data: bytes, random: Random) -> bytes:
    """Let a piece stand there twice."""
    piece = span(data, random)
    return data[: piece.start] + data[piece] * 2 + data[piece.stop :]


def shortened(data: bytes, random: Random) -> bytes:
    """Leave out a piece."""
    piece = span(data, random)
    return data[: piece.start] + data[piece.stop :]


def with_hostile_entry(data: bytes, random: Random) -> bytes:
    """Write something hostile in the place of a field, or in between where there is none."""
    text = data.decode("latin-1")
    fields = list(FIELD.finditer(text))
    entry = random.choice(HOSTILE).encode("utf-8", "surrogatepass").decode("latin-1")
    first, last = random.choice(fields).span() if fields else (0, 0)
    return (text[:first] + entry + text[last:]).encode("latin-1")


def with_fields_swapped(data: bytes, random: Random) -> bytes:
    """Let two fields change places."""
    text = data.decode("latin-1")
    fields = list(FIELD.finditer(text))
    if len(fields) < 2:
        return data
    one, other = sorted(random.sample(fields, 2), key=lambda field: field.start())
    swapped = text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]
    return swapped.encode("latin-1")


FAULTS = (flipped, cut, doubled, shortened, with_hostile_entry, with_fields_swapped)


def mutated_inside(data: bytes, random: Random) -> bytes:
    """Return an archive, whole, in which one entry has faults: its reader comes as far as the entry."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = random.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, mutated(old.read(name), random) if name == chosen else old.read(name))
    return file.getvalue()


def mutation(data: bytes, random: Random) -> bytes:
    """Return a file with faults, of an archive mostly inside it."""
    change: Callable[[bytes, Random], bytes] = mutated
    if zipfile.is_zipfile(io.BytesIO(data)) and random.random() < 0.7:
        change = mutated_inside
    return change(data, random)
