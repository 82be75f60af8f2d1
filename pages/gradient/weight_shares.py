"""One weight's gradient, taken apart: the weight that is chosen, and what each step adds to its gradient.

Axes: T time steps, H units.
"""

from __future__ import annotations

from torch import Tensor

from cells import CELLS, InputError
from cells.core.messages import N_
from pages.gradient.kind import GRADIENT
from pages.gradient.results import Gradients
from pages.gradient.walk import GradientWalk
from pages.gradient.weight_and_biases import WeightChoice
from pages.shared.scene.scene import Scene


def keeping_gate_of(cell: str) -> str:
    """Return the gate that decides what a cell's memory keeps, or its first one where none does."""
    memory, gates = CELLS[cell].memory, CELLS[cell].gates
    return memory.keep if memory and memory.keep in gates else gates[0]


def usual_weight(gradients: Gradients) -> WeightChoice:
    """Return the weight that is taken apart at first: into the keeping gate of the first cell that has a memory."""
    cells = [walk.cell for walk in gradients.walks]
    cell = next((key for key in cells if CELLS[key].memory), cells[0])
    return WeightChoice(cell, keeping_gate_of(cell), "h0")


def chosen_weight(scene: Scene, gradients: Gradients) -> tuple[WeightChoice, list[InputError]]:
    """Return the weight that the scene takes apart, or the usual one where it is not there, and why not."""
    weight = GRADIENT.own_of(scene).weight
    if weight is None:
        return usual_weight(gradients), []
    walk = next((walk for walk in gradients.walks if walk.cell == weight.cell), None)
    if walk is None:
        return usual_weight(gradients), []  # its cell is not shown any more
    if weight.gate in walk.gates and weight.source in weight_sources(walk):
        return weight, []
    return usual_weight(gradients), [
        InputError(N_("This run has no weight {weight}; another one is shown."), weight=":".join(vars(weight).values()))
    ]


def weight_sources(walk: GradientWalk) -> list[str]:
    """List what a weight can come from: the units of the hidden state, the features of the input, and the bias."""
    features = walk.run.sequence.values.shape[1]
    return [*(f"h{unit}" for unit in range(walk.units)), *(f"x{feature}" for feature in range(features)), "b"]


def shares_of(walk: GradientWalk, weight: WeightChoice, unit: int) -> tuple[Tensor, float]:
    """Return what each step adds to the gradient of one weight into `unit`, (T), and their sum."""
    row = walk.gates.index(weight.gate) * walk.units + min(unit, walk.units - 1)
    name = {"h": "weight_hh_l0", "x": "weight_ih_l0", "b": "bias_ih_l0"}[weight.source[0]]
    index = (row,) if weight.source == "b" else (row, int(weight.source[1:]))
    return walk.flow.contributions.share(name, *index), float(walk.flow.totals[name][index])
