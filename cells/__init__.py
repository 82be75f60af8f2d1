"""Recurrent cells with every gate in the open. See `trace`."""

from cells.clamp import Clamp
from cells.known import CELLS
from cells.layer_trace import LayerTrace
from cells.messages import InputError
from cells.reading import Reading, read_sequence, standardised
from cells.remains import remains
from cells.trace import trace

__all__ = [
    "CELLS",
    "Clamp",
    "InputError",
    "LayerTrace",
    "Reading",
    "read_sequence",
    "remains",
    "standardised",
    "trace",
]
