"""Sources of a file: a path, its bytes or an open file, all read the same way, and only as far as is needed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import BinaryIO, TextIO

from cells.core.messages import N_, InputError
from cells.reading.limits import MAX_BYTES, MEGABYTE

File = str | PathLike[str] | bytes | BinaryIO


@dataclass(frozen=True)
class Source:
    """A file that can be opened again and again. name: without folders, "" where there is none. size: in bytes.

    path: where it lies, if it does: pandas reads a file that it opens itself in parallel.
    """

    name: str
    size: int
    opened: Callable[[], AbstractContextManager[BinaryIO]]
    path: Path | None = None

    @property
    def suffix(self) -> str:
        """The ending of the name in small letters: ".csv"."""
        return Path(self.name).suffix.lower()

    def head(self, count: int) -> bytes:
        """Return the first `count` bytes."""
        with self.opened() as file:
            return file.read(count)

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIO]:
        """Yield the file as text, its line ends as they are."""
        with self.opened() as file:
            wrapper = io.TextIOWrapper(file, encoding=encoding, newline="")
            try:
                yield wrapper
            finally:
                wrapper.detach()  # an open file that was given stays open


def source_of(file: File, limit: int = MAX_BYTES) -> Source:
    """Return the source that `file` is.

    Raises InputError for an empty one and one past `limit` bytes, before reading it.
    """
    source = open_source(file, limit)
    if source.size == 0:
        raise InputError(N_("The file is empty."))
    if source.size > limit:
        raise InputError(
            N_("The file has {size} MB; at most {limit} MB fit."),
            size=f"{source.size / MEGABYTE:.1f}",
            limit=limit // MEGABYTE,
        )
    return source


def open_source(file: File, limit: int) -> Source:
    """Describe a file: name, size, how it is opened; what cannot be rewound is read, to just past `limit` bytes."""
    if isinstance(file, bytes):
        return Source("", len(file), lambda: io.BytesIO(file))
    if isinstance(file, str | PathLike):
        path = Path(file)
        return Source(path.name, path.stat().st_size, lambda: path.open("rb"), path)
    if not file.seekable():
        return open_source(file.read(limit + 1), limit)
    if isinstance(file, io.TextIOBase):
        raise TypeError("an open file must be opened in binary mode")
    size = file.seek(0, io.SEEK_END)
    return Source(Path(str(getattr(file, "name", ""))).name, size, lambda: rewound(file))


@contextmanager
def rewound(file: BinaryIO) -> Iterator[BinaryIO]:
    """Yield an open file from its beginning; it stays open."""
    file.seek(0)
    yield file
