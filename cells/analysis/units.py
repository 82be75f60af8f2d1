"""The single units of a layer: how saturated their gates are, how long they remember, what excites them most.

Axes: T time steps, B batch, H hidden units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from cells.analysis.remains import memory_signal
from cells.core.sequence import Sequence
from cells.tracing.layer_trace import LayerTrace

LEFT, RIGHT = 0.1, 0.9  # of Karpathy, Johnson and Fei-Fei 2015
CONTEXT = 20  # steps on either side


@dataclass(frozen=True)
class Saturation:
    """Shares of the steps, (H) each, at which the units of a gate are all but shut and all but open."""

    left: Tensor
    right: Tensor

    @property
    def shut(self) -> float:
        """The share of all steps and units at which the gate is all but shut."""
        return self.left.mean().item()

    @property
    def open(self) -> float:
        """The share of all steps and units at which the gate is all but open."""
        return self.right.mean().item()


@dataclass(frozen=True)
class Strong:
    """A step at which a unit is strong: its place in the sequence from 0, its value there, and what stands around it.

    before, label, after: the labels of the steps before, of the step, and of those after it, in the sequence's order.
    """

    step: int
    value: float
    before: tuple[str, ...]
    label: str
    after: tuple[str, ...]


def saturation(layer_trace: LayerTrace) -> Mapping[str, Saturation]:
    """Measure for each gate and unit the share of steps with the gate below 0.1 (left) and above 0.9 (right).

    The figure of Karpathy, Johnson and Fei-Fei 2015 (arXiv 1506.02078, figure 2): right-saturated forget gates belong
    to units that integrate, left-saturated ones to units that look at the present alone. All sequences of a batch count
    together. Gate name -> Saturation, in the cell's order; empty for a cell without gates.
    """
    gates = [signal.name for signal in layer_trace.cell.shown if signal.kind == "gate"]
    flat = {name: layer_trace[name].flatten(0, -2) for name in gates}
    return {
        name: Saturation(left=(values < LEFT).double().mean(dim=0), right=(values > RIGHT).double().mean(dim=0))
        for name, values in flat.items()
    }


def time_constants(layer_trace: LayerTrace) -> Tensor | None:
    """Return how many steps each unit remembers for, (H) float64, or None for a cell without gates.

    A unit that keeps the share k of its memory at every step has kept 1 / e of it after −1 / ln k steps: the time
    constant of a leaky unit, which a forget or update gate makes (Tallec and Ollivier 2018, arXiv 1804.11188). Here k
    is the mean share kept, over all steps of all sequences, so a unit that is often reset remembers for longer in
    between. No end is infinity (k = 1), and a memory that is never kept is 0.
    """
    kept = layer_trace.kept()
    if kept is None:
        return None
    mean = kept.double().flatten(0, -2).mean(dim=0)
    return 1 / (1 / mean.clamp(0, 1)).log()  # so that 1 gives +∞, not −∞


def strongest_steps(
    layer_trace: LayerTrace, sequence: Sequence, unit: int, count: int, context: int = CONTEXT
) -> list[Strong]:
    """Return the `count` steps at which a unit's memory is largest in size, the largest first, each with its context.

    The memory is the cell state, or the hidden state of a cell that has none. layer_trace: of this sequence alone,
    (T, ·) or a batch of one. Of equals the earlier one comes first; a step whose memory is no number is left out.
    Raises IndexError for a unit that is not there, ValueError for a trace of another sequence or several.
    """
    memory = layer_trace[memory_signal(layer_trace)]
    if memory[..., 0].numel() != len(sequence.labels):
        raise ValueError(f"the trace has {memory[..., 0].numel()} steps, the sequence {len(sequence.labels)}")
    if not 0 <= unit < memory.shape[-1]:
        raise IndexError(f"unit {unit} is not there: the layer has {memory.shape[-1]}")
    values, labels = memory[..., unit].flatten(), sequence.labels
    size = values.abs().nan_to_num(nan=-1, posinf=math.inf)  # no number goes last, and is cut off there
    numbers = int((size >= 0).sum())
    order = torch.argsort(size, descending=True, stable=True)[: max(0, min(count, numbers))].tolist()
    return [
        Strong(
            step,
            values[step].item(),
            labels[max(0, step - context) : step],
            labels[step],
            labels[step + 1 : step + 1 + context],
        )
        for step in order
    ]
