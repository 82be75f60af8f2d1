"""The lines of a text file that are its table: without comments, and from one line to another where it is chosen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cells.reading.limits import MEGABYTE
from cells.reading.missing import is_missing
from cells.reading.source import Source

MARK = "#"


@dataclass(frozen=True)
class Lines:
    """The text of a table. offset: the lines above that were left out.

    comments: the lines, from 0, that are comments, and were emptied so that the others keep their numbers.
    heading: the last comment above everything else, without its mark; it may name the columns.
    """

    source: Source
    encoding: str
    offset: int = 0
    comments: frozenset[int] = frozenset()
    heading: str = ""


def lines_of(source: Source, encoding: str, rows: tuple[int, int] | None = None) -> Lines:
    """Return the lines of a file, of those in `rows` (from 1, both included) where these are given."""
    text = Lines(source, encoding)
    if rows is not None:
        with source.text(encoding) as file:
            chosen = file.read().split("\n")[max(rows[0] - 1, 0) : rows[1]]
        text = replace(rewritten(text, chosen), offset=max(rows[0] - 1, 0))
    return without_comments(text)


def without_comments(text: Lines) -> Lines:
    """Empty the lines that are comments; none are where all but the first begin with the mark."""
    if not has_mark(text):
        return text
    with text.source.text(text.encoding) as file:
        lines = file.read().split("\n")
    comments = frozenset(comments_in(lines))
    others = [place for place, line in enumerate(lines) if line.strip() and place not in comments]
    if not comments or not others or (len(others) == 1 and others[0] < min(comments)):
        return text
    heading = lines[others[0] - 1].strip().lstrip(MARK).strip() if others[0] - 1 in comments else ""
    kept = ["" if place in comments else line for place, line in enumerate(lines)]
    return replace(rewritten(text, kept), comments=comments, heading=heading)


def has_mark(text: Lines) -> bool:
    """Tell whether the mark stands anywhere in the text: only then its lines are looked at."""
    with text.source.opened() as file:
        return any(MARK.encode() in chunk for chunk in iter(lambda: file.read(MEGABYTE), b""))


def comments_in(lines: list[str]) -> Iterator[int]:
    """Yield the places of the comments: lines that begin with the mark, outside of quotation marks.

    "#N/A" is a missing value, and "#" alone may name a column of numbers.
    """
    quoted = False
    for place, line in enumerate(lines):
        start = line.lstrip("\ufeff \t")
        if not quoted and start.startswith(MARK):
            first = start.split(",")[0].split(";")[0].split("\t")[0].strip()
            if not (is_missing(first) or (first == MARK and start.rstrip() != MARK)):
                yield place
                continue
        quoted ^= line.count('"') % 2 == 1


def rewritten(text: Lines, lines: list[str]) -> Lines:
    """Return the text with other lines."""
    data = "\n".join(lines).encode("utf-8")
    source = Source(text.source.name, len(data), lambda: io.BytesIO(data))
    return replace(text, source=source, encoding="utf-8")
