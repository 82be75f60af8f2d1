"""Seeded random weights, with the two things that decide how long a memory lasts on sliders.

Axes: I input features, H hidden units, K gates, L layers, D directions.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from cells.core.cell import Cell
from cells.core.messages import N_
from cells.core.settings import MAX_LAYERS, MAX_UNITS, Number
from cells.core.stepwise import Recurrent, suffix_of
from cells.modules.blank import blank_module
from cells.registry import CELLS

RANDOM_SETTINGS = (
    Number("units", N_("units"), 8, 1, MAX_UNITS, 1),
    Number("seed", N_("seed"), 0, 0, 9999, 1),
    Number("forget_bias", N_("forget gate's bias"), 1.0, -6.0, 6.0, 0.25, needs_gates=("forget",)),
    Number("gain", N_("recurrent gain"), 1.0, 0.0, 3.0, 0.05),
    Number("layers", N_("layers"), 1, 1, MAX_LAYERS, 1),
    Number("directions", N_("directions"), 1, 1, 2, 1, names=(N_("one"), N_("both"))),
    Number("residual", N_("residual connection"), 0, 0, 1, 1, names=(N_("no"), N_("yes"))),
)


def random_weights(  # noqa: PLR0913 - one a setting
    cell_key: str,
    input_size: int,
    *,
    units: int,
    seed: int,
    forget_bias: float,
    gain: float,
    layers: int = 1,
    directions: int = 1,
    residual: int = 0,
) -> Recurrent:
    """Draw weights from a generator of their own, so that the same seed always gives the same module.

    The input's weights are standard normal; those of a layer that reads n hidden states have deviation 2 / sqrt(n), for
    states of size 1/2 then add up to as much as one letter of a text does. Each gate's recurrent block is a random
    orthogonal matrix times `gain`, its spectral norm (Saxe et al. 2014, arXiv 1312.6120). All biases are zero but the
    forget gate's, which stands in `bias_ih`. What only a variant has is drawn last: a peephole is standard normal, the
    recurrence of the gates is made of blocks like the others. Layers and directions are drawn one after another in
    PyTorch's order, so that the first one's weights do not depend on how many there are. residual: 1 for a connection
    around each layer but the first, see `ResidualStack`; the weights are the same, and in one layer it means nothing.
    """
    generator = torch.Generator().manual_seed(seed)
    module = blank_module(cell_key, input_size, units, layers, directions, residual=bool(residual) and layers > 1)
    for layer in range(layers):
        for reverse in range(directions):
            draw(module, CELLS[cell_key], suffix_of(layer, bool(reverse)), forget_bias, gain, generator)
    return module


def draw(
    module: Recurrent, cell: Cell, suffix: str, forget_bias: float, gain: float, generator: torch.Generator
) -> None:
    """Draw the weights of one layer and direction."""
    w_ih, gates = module.get_parameter(f"weight_ih_{suffix}"), cell.gates
    with torch.no_grad():
        w_ih.normal_(std=1 if suffix.startswith("l0") else 2 / math.sqrt(w_ih.shape[1]), generator=generator)
        for block in module.get_parameter(f"weight_hh_{suffix}").chunk(len(gates)):
            nn.init.orthogonal_(block, gain, generator=generator)
        if "forget" in gates:
            module.get_parameter(f"bias_ih_{suffix}").chunk(len(gates))[gates.index("forget")].fill_(forget_bias)
        for name in cell.rule.extras:
            draw_extra(module.get_parameter(f"{name}_{suffix}"), module.hidden_size, gain, generator)


def draw_extra(parameter: Tensor, units: int, gain: float, generator: torch.Generator) -> None:
    """Draw a parameter that only some cells have: a vector (H,), or a matrix of (H, H) blocks."""
    if parameter.dim() == 1:
        parameter.normal_(generator=generator)
        return
    for rows in parameter.chunk(len(parameter) // units):
        for block in rows.chunk(len(parameter) // units, dim=-1):
            nn.init.orthogonal_(block, gain, generator=generator)
