"""Fading in the two cases that can be worked out by hand: a constant gate, and one unit around zero.

Axes: T time steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from cells.gradients.half_life import gate_half_life, half_life
from cells.gradients.highway import highway
from cells.gradients.jacobians import state_jacobians
from cells.modules.blank import blank_module
from cells.modules.memory_biases import with_forget_bias

BIASES = (0.0, 1.0, 2.0, 4.595)
WEIGHTS_OF_ONE = (0.9, 1.1)
STEPS = 50


@dataclass(frozen=True)
class WorkedExample:
    """The fading of a memory in one case that can be worked out by hand.

    per_step, remaining: the share that is left after one step back, and after STEPS steps. half_life: the steps in
    which it halves, negative where it doubles.
    """

    per_step: float
    remaining: float
    half_life: float


def constant_gate(bias: float) -> WorkedExample:
    """Work out an LSTM whose only weight is the forget gate's bias, so that each step keeps σ(bias) of the memory."""
    module = with_forget_bias(blank_module("lstm", 1, 1).double(), bias)
    path = highway(module, torch.zeros(STEPS + 1, 1, dtype=torch.float64))
    return WorkedExample(float(path.kept[-2]), float(path.kept[0]), gate_half_life(bias))


def one_unit(weight: float) -> WorkedExample:
    """Work out a tanh RNN of one unit that stays at h = 0, where its derivative is its recurrent weight."""
    module = blank_module("rnn", 1, 1).double()
    with torch.no_grad():
        module.get_parameter("weight_hh_l0").fill_(weight)
    slopes = state_jacobians(module, torch.zeros(STEPS, 1, dtype=torch.float64)).flatten()
    return WorkedExample(float(slopes[0]), float(slopes.prod()), half_life(slopes.cumprod(0)))
