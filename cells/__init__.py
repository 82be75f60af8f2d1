"""Recurrent cells with every gate in the open. See `trace`."""

from cells.clamp import Clamp
from cells.gradient_flow import GradientFlow, gradient_flow
from cells.influence import input_influence, measured_influence
from cells.jacobians import state_jacobians, state_places
from cells.known import CELLS
from cells.layer_trace import LayerTrace
from cells.losses import ReadAt
from cells.messages import InputError
from cells.norms import Norms
from cells.reading import Reading, read_sequence, standardised
from cells.remains import remains
from cells.trace import trace

__all__ = [
    "CELLS",
    "Clamp",
    "GradientFlow",
    "InputError",
    "LayerTrace",
    "Norms",
    "ReadAt",
    "Reading",
    "gradient_flow",
    "input_influence",
    "measured_influence",
    "read_sequence",
    "remains",
    "standardised",
    "state_jacobians",
    "state_places",
    "trace",
]
