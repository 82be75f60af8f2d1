"""The texts of an HDF5 file, whose place in it the HDF5 library trusts: with some damage it would look for ever.

Texts of free length lie in "global heap collections": a header of 16 bytes (`GCOL`, a version, the collection's size),
then objects of 16 bytes each, number (0 for free space), uses and size, with what they hold behind them. See the HDF5
file format specification, version 3, III.E.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from cells.reading.limits import MEGABYTE

SIGNATURE = b"GCOL\x01\x00\x00\x00"
HEADER = 16  # bytes, of a collection and of each of its objects
WIDTHS = {0: 13, 1: 13, 2: 9, 3: 9}  # superblock's version -> where it says how wide offsets and lengths are
EIGHT = b"\x08\x08"


def are_whole(file: BinaryIO) -> bool:
    """Tell whether every collection in an HDF5 file can be walked to its end. The file is left at its beginning."""
    file.seek(0)
    head = file.read(HEADER)
    at = WIDTHS.get(head[8] if len(head) == HEADER else -1)
    if at is None or head[at : at + 2] != EIGHT:
        return False
    whole = all(is_walkable(file, offset) for offset in collection_offsets(file))
    file.seek(0)
    return whole


def collection_offsets(file: BinaryIO) -> Iterator[int]:
    """Yield the offsets at which collections begin."""
    start, tail = 0, b""
    while True:
        file.seek(start)
        block = file.read(MEGABYTE)
        if not block:
            return
        piece, offset = tail + block, start - len(tail)
        at = piece.find(SIGNATURE)
        while at >= 0:
            yield offset + at
            at = piece.find(SIGNATURE, at + 1)
        start, tail = start + len(block), piece[-len(SIGNATURE) + 1 :]


def is_walkable(file: BinaryIO, offset: int) -> bool:
    """Tell whether the objects of one collection follow each other to its end."""
    file.seek(offset + len(SIGNATURE))
    (size,) = struct.unpack("<Q", file.read(8).ljust(8, b"\0"))
    if size < HEADER or size > MEGABYTE * 64:
        return False
    file.seek(offset)
    collection = file.read(size)
    if len(collection) < size:
        return False
    at = HEADER
    while size - at >= HEADER:
        number, _, _, length = struct.unpack_from("<HHIQ", collection, at)
        taken = HEADER + (length + 7) // 8 * 8 if number else length
        if taken < HEADER or at + taken > size:
            return False
        at += taken
    return True
