"""From a Scene to one cell's run over the steps in another order, beside a net without memory on the same steps.

Axes: T time steps, H units.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from cells import LayerTrace, trace
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
class Beside:
    """What one network makes of the steps in this order, and what it made of them as they were.

    layer: its run over the reordered steps. former: its run over them as they were, each laid out where that very
    element is read now. now, was: the number that tells what it has come to, (T, H), over the steps of this order and
    over those of the former one. parameters: how many numbers it learns.
    """

    layer: LayerTrace
    former: LayerTrace
    now: Tensor
    was: Tensor
    parameters: int


@dataclass(frozen=True)
class Reordered:
    """A sequence in another order, and what a cell with memory and a net without make of it: never changed.

    places: where each step stood. labels: what the former steps read, in the reader's words.
    """

    id: str
    original: TracedRun
    sequence: Sequence
    places: tuple[int, ...]
    cell: Beside
    net: Beside

    def labels(self) -> tuple[list[str], list[str]]:
        """What each step reads in the reader's words: in this order, and as they were."""
        former = self.original.labels()
        return [former[place] for place in self.places], former

    @property
    def constant(self) -> bool:
        """Whether every step reads the same, so that there is no other order."""
        values = self.original.sequence.values
        return bool((values == values[0]).all())

    @property
    def unmoved(self) -> bool:
        """Whether the steps read the same in this order as they did."""
        return torch.equal(self.sequence.values, self.original.sequence.values)


def open_reordered(scene: Scene) -> tuple[Scene, Reordered, list[InputError]]:
    """Both runs of a scene in its order, the scene with its position inside them, and what could not be used.

    A stack shows its first layer in its first direction alone, as where cells are compared.
    """
    _, run, problems = open_original(single(scene))
    inside, outside = position_within(scene, run)
    seed = int(scene.settings.get("seed", 0)) if "units" in scene.settings else 0
    return inside, reorder(run, ORDER.own_of(scene).order, seed), problems + outside


@cached(private=lambda run, order, seed: run.private, hash_funcs={**BY_ID, Order: write_order})
def reorder(run: TracedRun, order: Order, seed: int) -> Reordered:
    """Read a run's sequence in another order, by its cell and by a net without memory. seed: of the net's weights."""
    sequence = reordered(run.sequence, order)
    same = torch.equal(sequence.values, run.sequence.values)
    moved = Order() if same else order  # steps that read the same have not moved
    former, layer = run.layers[0], trace(run.module, sequence.values, run.state)[0]
    cell = Beside(layer, rearranged(former, moved), layer["hidden"], former["hidden"], size_of(run.module))
    steps, features = sequence.values.shape
    net = FeedForward(features, layer["hidden"].shape[-1], seed).to(sequence.values.dtype)
    answered, former = feed_forward_trace(net, sequence.values), feed_forward_trace(net, run.sequence.values)
    means = running_mean(answered["output"]), running_mean(former["output"])
    beside = Beside(answered, rearranged(former, moved), *means, size_of(net))
    return Reordered(run_id(run.id, write_order(order), seed), run, sequence, permutation(order, steps), cell, beside)


def size_of(module: torch.nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())
