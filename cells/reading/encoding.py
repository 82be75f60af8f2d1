"""The encoding of a text file: by its byte order mark, then UTF-16 by its zeros, then UTF-8, then CP949 (Korean)."""

from __future__ import annotations

import codecs
import re

from cells.core.messages import N_, InputError
from cells.reading.limits import MEGABYTE
from cells.reading.source import Source

HEAD = 1 << 16  # bytes that are looked at closely
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")  # no text has these


def encoding_of(source: Source) -> str:
    """Return Python's name of the encoding in which the whole file can be read.

    Raises InputError for what is no text.
    """
    head = source.head(HEAD)
    candidates = likely(head)
    for encoding in candidates:
        if decodes(source, encoding):
            if CONTROL.search(head.decode(encoding, errors="ignore")):
                raise InputError(N_("The file is binary, and of no kind read here: save it as CSV, .xlsx or NPY."))
            return encoding
    raise InputError(
        N_("The file is no text in UTF-8, UTF-16 or CP949, and of no kind read here: save it as CSV, .xlsx or NPY.")
    )


def likely(head: bytes) -> tuple[str, ...]:
    """Return the encodings to try, the most telling first."""
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return (encoding,)
    low, high = head[::2], head[1::2]
    # Digits and separators have a zero as their high byte, in Korean text too.
    if high.count(0) > len(high) / 4 and not low.count(0):
        return ("utf-16-le",)
    if low.count(0) > len(low) / 4 and not high.count(0):
        return ("utf-16-be",)
    return "utf-8", "cp949"


def decodes(source: Source, encoding: str) -> bool:
    """Tell whether every byte is in `encoding`, and none is the zero of a binary file."""
    decoder = codecs.getincrementaldecoder(encoding)()
    wide = encoding.startswith("utf-16")
    with source.opened() as file:
        while chunk := file.read(MEGABYTE):
            if not wide and b"\0" in chunk:
                return False
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
