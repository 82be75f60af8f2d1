"""Cells wired by hand, each of which does one thing well: hold a bit, count, tell odd from even.

Rows of the weights are stacked by gate in PyTorch's order: LSTM i, f, g, o; GRU r, z, n. All biases stand in `bias_ih`;
`bias_hh` is zero. Axes: I input features, H hidden units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Rows

import torch

from cells.core.messages import N_
from cells.core.settings import Number
from cells.core.stepwise import Recurrent
from cells.modules.blank import blank_module
from cells.registry import CELLS

GATES = ("input", "forget", "output", "reset", "update")
LATCH_SHARPNESS = Number(  # so that one sees it fade a little
    "sharpness", N_("sharpness"), 5.0, 1.0, 20.0, 0.5, needs_gates=GATES
)
COUNTER_SHARPNESS = Number("sharpness", N_("sharpness"), 10.0, 1.0, 20.0, 0.5)
PARITY_SHARPNESS = Number("sharpness", N_("sharpness"), 6.0, 1.0, 12.0, 0.5)

LOUDNESS = 5.0  # the candidate of a written value v is tanh(5 v), all but ±1


def latch(cell_key: str, input_size: int, sharpness: float) -> Recurrent:
    """Wire one unit that holds the value v last written (w = 1) and ignores every other; no recurrence in the gates.

    Each gate that the cell has is wired by what it does: those that write are σ(2 b w − b), those that keep
    σ(b − 2 b w), those that show σ(b). So a cell that lacks one shows what it was for. The candidate is tanh(5 v), or v
    where it is linear. Without any gate it is h = tanh(h + 5 v), which listens to every value and holds none.
    """
    cell, b = CELLS[cell_key], sharpness
    write, keep, opened = ((0, 2 * b), -b), ((0, -2 * b), b), ((0, 0), b)
    bounded = all(math.isfinite(signal.reach[1]) for signal in cell.shown if signal.name == "candidate")
    value = ((LOUDNESS if bounded else 1, 0), 0)
    wiring = {"input": write, "output": opened, "reset": opened, "update": keep, "candidate": value, "hidden": value}
    wiring["forget"] = write if cell.memory and cell.memory.keep != "forget" else keep  # the MGU's renews
    gates = [wiring[gate] for gate in cell.gates]
    module = blank_module(cell_key, input_size, 1)
    w_hh = [[1.0]] if cell.gates == ("hidden",) else None
    return wire(module, w_ih=[weights for weights, _ in gates], bias=[bias for _, bias in gates], w_hh=w_hh)


def counter(cell_key: str, input_size: int, sharpness: float) -> Recurrent:
    """Wire one unit whose cell state counts half up for each a and half down for each b (Gers and Schmidhuber 2001).

    i = f = o = σ(b); g = +0.5 for a, −0.5 for b.
    """
    b, half = sharpness, math.atanh(0.5)
    module = blank_module(cell_key, input_size, 1)
    return wire(module, w_ih=[(0, 0), (0, 0), (half, -half), (0, 0)], bias=[b, b, 0, b])


def parity(cell_key: str, input_size: int, sharpness: float) -> Recurrent:
    """Wire two units of which y = (h_1 − h_2) / 2 is 1 after an odd number of ones, else 0.

    With s = x + y, the units compare s with 1/2 and 3/2: h_1 = tanh(K (s − 1/2)), h_2 = tanh(K (s − 3/2)).
    """
    k = sharpness
    module = blank_module(cell_key, input_size, 2)
    return wire(module, w_ih=[[k], [k]], w_hh=[[k / 2, -k / 2], [k / 2, -k / 2]], bias=[-k / 2, -3 * k / 2])


def wire(
    module: Recurrent, w_ih: Rows[Rows[float]], bias: Rows[float], w_hh: Rows[Rows[float]] | None = None
) -> Recurrent:
    """Put the given rows into a blank module and return it."""
    with torch.no_grad():
        module.get_parameter("weight_ih_l0").copy_(torch.tensor(w_ih))
        module.get_parameter("bias_ih_l0").copy_(torch.tensor(bias))
        if w_hh is not None:
            module.get_parameter("weight_hh_l0").copy_(torch.tensor(w_hh))
    return module
