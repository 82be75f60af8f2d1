"""What the pages of a Parquet file unpack to, by their own headers: so much room is made for each of them.

The sizes in the footer are only told; those in the headers are what the reader goes by. A header is a struct in
Thrift's compact protocol (github.com/apache/parquet-format, `PageHeader`), of which a few numbers are wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cells.core.messages import N_, InputError

BOOLEANS, BYTE, WHOLE, DOUBLE, BINARY, STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, 12  # kinds of a value
DEEPEST = 8  # structs inside each other; a page header has two
LONGEST = 10  # bytes of a number
UNPACKED, PACKED = 2, 3  # the sizes in a page header, by the numbers of their fields
ENCODINGS = {5: 2, 7: 2, 8: 4}  # the encoding: in the header of a plain page, of a dictionary, of a page of version 2
DELTA_STRINGS = 7  # an encoding in which a few bytes may stand for texts of any length


@dataclass
class Bytes:
    """Bytes that are read from `place` on."""

    data: bytes
    place: int

    def byte(self) -> int:
        """Take a byte."""
        if not 0 <= self.place < len(self.data):
            raise damaged()
        self.place += 1
        return self.data[self.place - 1]

    def varint(self) -> int:
        """Take a number of up to LONGEST bytes, seven bits each."""
        value = 0
        for shift in range(0, 7 * LONGEST, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise damaged()

    def signed(self) -> int:
        """Take a number that may be negative."""
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Take a struct, its fields by their numbers."""
        fields: dict[int, Any] = {}
        number = 0
        while kind := self.byte():
            number = number + (kind >> 4) if kind >> 4 else self.signed()
            fields[number] = self.value(kind & 15, depth)
        return fields

    def value(self, kind: int, depth: int) -> Any:
        """Take a value of a kind."""
        if kind in BOOLEANS:
            return kind == BOOLEANS[0]
        if kind in WHOLE:
            return self.signed()
        if kind == STRUCT and depth < DEEPEST:
            return self.struct(depth + 1)
        count = self.varint() if kind == BINARY else {BYTE: 1, DOUBLE: 8}.get(kind)
        if count is None:  # a page header has no lists and no maps
            raise damaged()
        self.place += count
        return None


def unpacked_size(data: bytes, start: int, packed: int) -> int:
    """Return to how many bytes the pages unpack that lie in `packed` bytes from `start` on.

    Raises InputError for headers that cannot be true, and for texts in an encoding that no size bounds.
    """
    there, total = Bytes(data, start), 0
    while there.place < start + packed:
        header = there.struct()
        unpacked, size = header.get(UNPACKED), header.get(PACKED)
        if not isinstance(unpacked, int) or not isinstance(size, int) or unpacked < 0 or size < 0:
            raise damaged()
        for number, encoding in ENCODINGS.items():
            kind = header.get(number)
            if isinstance(kind, dict) and kind.get(encoding) == DELTA_STRINGS:
                raise InputError(N_("The Parquet file holds texts as differences: save it without DELTA_BYTE_ARRAY."))
        total += unpacked
        there.place += size
    return total


def damaged() -> InputError:
    """Return the error for a file whose headers cannot be true."""
    return InputError(N_("The Parquet file is damaged or cut off."))
