"""Seeded random weights, with the two things that decide how long a memory lasts on sliders.

Axes: I input features, H hidden units, K gates.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cells.blank import blank_module
from cells.known import CELLS
from cells.messages import N_
from cells.settings import MAX_UNITS, Number
from cells.stepwise import Recurrent

RANDOM_SETTINGS = (
    Number("units", N_("units"), 8, 1, MAX_UNITS, 1),
    Number("seed", N_("seed"), 0, 0, 9999, 1),
    Number("forget_bias", N_("forget gate's bias"), 1.0, -6.0, 6.0, 0.25, needs_gates=("forget",)),
    Number("gain", N_("recurrent gain"), 1.0, 0.0, 3.0, 0.05),
)


def random_weights(cell_key: str, input_size: int, units: int, seed: int, forget_bias: float, gain: float) -> Recurrent:
    """Weights drawn from a generator of their own, so that the same seed always gives the same module.

    The input's weights are standard normal. Each gate's recurrent block is a random orthogonal matrix times `gain`, its
    spectral norm (Saxe et al. 2014, arXiv 1312.6120). All biases are zero but the forget gate's, which stands in
    `bias_ih`. What only a variant has is drawn last: a peephole is standard normal, the recurrence of the gates is made
    of blocks like the others.
    """
    generator = torch.Generator().manual_seed(seed)
    module = blank_module(cell_key, input_size, units)
    gates = CELLS[cell_key].gates
    with torch.no_grad():
        module.get_parameter("weight_ih_l0").normal_(generator=generator)
        for block in module.get_parameter("weight_hh_l0").chunk(len(gates)):
            nn.init.orthogonal_(block, gain, generator=generator)
        if "forget" in gates:
            module.get_parameter("bias_ih_l0").chunk(len(gates))[gates.index("forget")].fill_(forget_bias)
        for name in CELLS[cell_key].rule.extras:
            draw_extra(module.get_parameter(f"{name}_l0"), units, gain, generator)
    return module


def draw_extra(parameter: Tensor, units: int, gain: float, generator: torch.Generator) -> None:
    """A parameter that only some cells have: a vector (H,), or a matrix of (H, H) blocks."""
    if parameter.dim() == 1:
        parameter.normal_(generator=generator)
        return
    for rows in parameter.chunk(len(parameter) // units):
        for block in rows.chunk(len(parameter) // units, dim=-1):
            nn.init.orthogonal_(block, gain, generator=generator)
