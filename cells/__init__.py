"""Recurrent cells with every gate in the open. See `trace`."""

from cells.analysis.remains import remains
from cells.analysis.units import saturation, strongest_steps, time_constants
from cells.checkpoints import Checkpoint, LoadedLayer, Question, load_checkpoint
from cells.checkpoints.predictions import predictions
from cells.core.messages import InputError
from cells.depth.deep import DeepTrace, UnitTrace, deep
from cells.depth.gradient import DepthGradient, depth_gradient
from cells.depth.stack import Plan, Stack
from cells.depth.units import DenseUnit, HighwayUnit, PlainUnit, ResidualUnit
from cells.export import export, tidy
from cells.gradients.gradient_flow import GradientFlow, gradient_flow
from cells.gradients.half_life import gate_half_life, half_life
from cells.gradients.highway import Highway, highway
from cells.gradients.influence import input_influence, measured_influence
from cells.gradients.initial_states import first_state
from cells.gradients.jacobians import state_jacobians, state_places
from cells.gradients.losses import ReadAt, ReadEnds
from cells.gradients.norms import Norms
from cells.gradients.recurrent_matrix import Strength, recurrent_strength, surely_vanishes
from cells.gradients.stacked_flow import gradient_flows
from cells.modules.memory_biases import with_chrono_biases, with_forget_bias
from cells.reading import Reading, read_sequence, standardised
from cells.registry import CELLS
from cells.tracing.clamp import Clamp
from cells.tracing.layer_trace import LayerTrace
from cells.tracing.trace import trace
from cells.training import TASKS, load_stack, load_trained, save_trained, train

__all__ = [
    "CELLS",
    "TASKS",
    "Checkpoint",
    "Clamp",
    "DeepTrace",
    "DenseUnit",
    "DepthGradient",
    "GradientFlow",
    "Highway",
    "HighwayUnit",
    "InputError",
    "LayerTrace",
    "LoadedLayer",
    "Norms",
    "PlainUnit",
    "Plan",
    "Question",
    "ReadAt",
    "ReadEnds",
    "Reading",
    "ResidualUnit",
    "Stack",
    "Strength",
    "UnitTrace",
    "deep",
    "depth_gradient",
    "export",
    "first_state",
    "gate_half_life",
    "gradient_flow",
    "gradient_flows",
    "half_life",
    "highway",
    "input_influence",
    "load_checkpoint",
    "load_stack",
    "load_trained",
    "measured_influence",
    "predictions",
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
