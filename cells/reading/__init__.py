"""Files as sequences: see `read_sequence`."""

from cells.reading.reading import Reading, Standardised, read_sequence, standardised
from cells.reading.timeline import Found

__all__ = ["Found", "Reading", "Standardised", "read_sequence", "standardised"]
