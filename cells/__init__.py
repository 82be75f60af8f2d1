"""Recurrent cells with every gate in the open. See `trace`."""

from cells.messages import InputError
from cells.trace import CELLS, LayerTrace, trace

__all__ = ["CELLS", "InputError", "LayerTrace", "trace"]
