"""Recurrent cells with every gate in the open. See `trace`."""

from cells.checkpoints import Checkpoint, LoadedLayer, Question, load_checkpoint
from cells.clamp import Clamp
from cells.export import export, tidy
from cells.first_states import first_state
from cells.gradient_flow import GradientFlow, gradient_flow
from cells.half_life import gate_half_life, half_life
from cells.highway import Highway, highway
from cells.influence import input_influence, measured_influence
from cells.jacobians import state_jacobians, state_places
from cells.known import CELLS
from cells.layer_trace import LayerTrace
from cells.losses import ReadAt
from cells.memory_biases import with_chrono_biases, with_forget_bias
from cells.messages import InputError
from cells.norms import Norms
from cells.reading import Reading, read_sequence, standardised
from cells.recurrent_matrix import Strength, recurrent_strength, surely_vanishes
from cells.remains import remains
from cells.trace import trace
from cells.training import TASKS, load_trained, save_trained, train
from cells.what_units_do import saturation, strongest_steps, time_constants

__all__ = [
    "CELLS",
    "TASKS",
    "Checkpoint",
    "Clamp",
    "GradientFlow",
    "Highway",
    "InputError",
    "LayerTrace",
    "LoadedLayer",
    "Norms",
    "Question",
    "ReadAt",
    "Reading",
    "Strength",
    "export",
    "first_state",
    "gate_half_life",
    "gradient_flow",
    "half_life",
    "highway",
    "input_influence",
    "load_checkpoint",
    "load_trained",
    "measured_influence",
    "read_sequence",
    "recurrent_strength",
    "remains",
    "saturation",
    "save_trained",
    "standardised",
    "state_jacobians",
    "state_places",
    "strongest_steps",
    "surely_vanishes",
    "tidy",
    "time_constants",
    "trace",
    "train",
    "with_chrono_biases",
    "with_forget_bias",
]
