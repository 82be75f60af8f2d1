"""Files as sequences: see `read_sequence`."""

from cells.reading.raw import Raw
from cells.reading.reading import Reading, Standardised, raw_of, read_sequence, reading_of, standardised
from cells.reading.source import source_of
from cells.reading.timeline import TimeFindings

__all__ = [
    "Raw",
    "Reading",
    "Standardised",
    "TimeFindings",
    "raw_of",
    "read_sequence",
    "reading_of",
    "source_of",
    "standardised",
]
