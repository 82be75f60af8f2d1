"""One weight's gradient, taken apart: which weight, and what each step adds to it.

Axes: T time steps, H units.
"""

from __future__ import annotations

from torch import Tensor

from cells import CELLS, InputError
from cells.core.messages import N_
from pages.gradient.kind import GRADIENT
from pages.gradient.results import Gradients
from pages.gradient.walk import GradientWalk
from pages.gradient.weight_and_biases import WeightPlace
from pages.shared.scene.scene import Scene


def keeping_gate_of(cell: str) -> str:
    """The gate of a cell that decides what its memory keeps; its first one where none does."""
    memory, gates = CELLS[cell].memory, CELLS[cell].gates
    return memory.keep if memory and memory.keep in gates else gates[0]


def usual_weight(gradients: Gradients) -> WeightPlace:
    """The weight that is taken apart at first: into the gate that keeps the memory, of the first cell that has one."""
    cells = [one.cell for one in gradients.walks]
    cell = next((key for key in cells if CELLS[key].memory), cells[0])
    return WeightPlace(cell, keeping_gate_of(cell), "h0")


def chosen_weight(scene: Scene, gradients: Gradients) -> tuple[WeightPlace, list[InputError]]:
    """The weight that the scene takes apart, or the usual one where it is not there, and why not."""
    asked = GRADIENT.own_of(scene).weight
    if asked is None:
        return usual_weight(gradients), []
    one = next((one for one in gradients.walks if one.cell == asked.cell), None)
    if one is None:
        return usual_weight(gradients), []  # its cell is not shown any more
    if asked.gate in one.rows and asked.source in sources(one):
        return asked, []
    return usual_weight(gradients), [
        InputError(N_("This run has no weight {weight}; another one is shown."), weight=":".join(vars(asked).values()))
    ]


def sources(one: GradientWalk) -> list[str]:
    """What a weight can come from: the units of the hidden state, the features of the input, and the bias."""
    features = one.run.sequence.values.shape[1]
    return [*(f"h{unit}" for unit in range(one.units)), *(f"x{feature}" for feature in range(features)), "b"]


def shares_of(one: GradientWalk, weight: WeightPlace, unit: int) -> tuple[Tensor, float]:
    """What each step adds to the gradient of one weight into `unit`, (T), and their sum."""
    row = one.rows.index(weight.gate) * one.units + min(unit, one.units - 1)
    name = {"h": "weight_hh_l0", "x": "weight_ih_l0", "b": "bias_ih_l0"}[weight.source[0]]
    index = (row,) if weight.source == "b" else (row, int(weight.source[1:]))
    return one.flow.contributions.share(name, *index), float(one.flow.totals[name][index])
