"""Files as sequences: see `read_sequence`."""

from cells.reading.choices import Choices
from cells.reading.notes import Notes
from cells.reading.questions import Question
from cells.reading.raw import Raw
from cells.reading.reading import Reading, Standardised, raw_of, read_sequence, reading_of, standardised
from cells.reading.source import source_of
from cells.reading.timeline import TimeFindings

__all__ = [
    "Choices",
    "Notes",
    "Question",
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
