"""From a Scene to the runs over its steps in another order: of a cell, and of a network without memory.

Axes: T time steps, H units.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from cells import LayerTrace, trace
from cells.analysis.consequences import DIFFERENT
from cells.analysis.running_mean import running_mean
from cells.core.messages import InputError
from cells.feed_forward import FeedForward, feed_forward_trace
from cells.order import Order, permutation, rearranged, reordered, write_order
from cells.sequences import Sequence
from pages.order.kind import ORDER
from pages.shared.cache import cached
from pages.shared.scene.changes import single
from pages.shared.scene.run import BY_ID, TracedRun, open_original, position_within, run_id
from pages.shared.scene.scene import Scene


@dataclass(frozen=True)
class BothOrders:
    """One network's trace over the steps in this order, and over the same steps as they were.

    layer: its trace over the reordered steps. former: its trace over them as they were, each laid out where that very
    element is read now. now, was: the number that shows what it has come to, (T, H), over the steps of this order and
    over those of the former one. parameters: how many numbers it learns.
    """

    layer: LayerTrace
    former: LayerTrace
    now: Tensor
    was: Tensor
    parameters: int


@dataclass(frozen=True)
class ReorderedRun:
    """A sequence in another order, read by a cell with memory and by a network without: never changed.

    former_steps: where each step stood.
    """

    id: str
    original: TracedRun
    sequence: Sequence
    former_steps: tuple[int, ...]
    cell: BothOrders
    feed_forward: BothOrders

    def labels(self) -> tuple[list[str], list[str]]:
        """Return what each step reads in the reader's words: in this order, and as they were."""
        former = self.original.labels()
        return [former[step] for step in self.former_steps], former

    @property
    def memory_differs(self) -> bool:
        """True if at some step the hidden state of the cell is visibly another one than in the former order."""
        return bool(((self.cell.now - self.cell.was).abs() >= DIFFERENT).any())

    @property
    def is_constant(self) -> bool:
        """True if every step reads the same, so that there is no other order."""
        values = self.original.sequence.values
        return bool((values == values[0]).all())

    @property
    def is_unchanged(self) -> bool:
        """True if the steps read the same in this order as they did."""
        return torch.equal(self.sequence.values, self.original.sequence.values)


def open_reordered(scene: Scene) -> tuple[Scene, ReorderedRun, list[InputError]]:
    """Read a scene's steps in its order by both networks.

    Returns the scene with its position inside the run, the run, and what could not be used. A stack shows its first
    layer in its first direction alone, as where cells are compared.
    """
    _, run, problems = open_original(single(scene))
    inside, outside = position_within(scene, run)
    seed = int(scene.settings.get("seed", 0)) if "units" in scene.settings else 0
    return inside, reorder(run, ORDER.own_of(scene).order, seed), problems + outside


@cached(private=lambda run, order, seed: run.private, hash_funcs={**BY_ID, Order: write_order})
def reorder(run: TracedRun, order: Order, seed: int) -> ReorderedRun:
    """Read a run's sequence in another order, by its cell and by a network without memory with weights of `seed`."""
    sequence = reordered(run.sequence, order)
    same = torch.equal(sequence.values, run.sequence.values)
    moved = Order() if same else order  # steps that read the same have not moved
    former, layer = run.layers[0], trace(run.module, sequence.values, run.state)[0]
    cell = BothOrders(layer, rearranged(former, moved), layer["hidden"], former["hidden"], parameters_of(run.module))
    steps, features = sequence.values.shape
    net = FeedForward(features, layer["hidden"].shape[-1], seed).to(sequence.values.dtype)
    layer, former = feed_forward_trace(net, sequence.values), feed_forward_trace(net, run.sequence.values)
    means = running_mean(layer["output"]), running_mean(former["output"])
    feed_forward = BothOrders(layer, rearranged(former, moved), *means, parameters_of(net))
    name = run_id(run.id, write_order(order), seed)
    return ReorderedRun(name, run, sequence, permutation(order, steps), cell, feed_forward)


def parameters_of(module: torch.nn.Module) -> int:
    """Count the numbers that a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())
