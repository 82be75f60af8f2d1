"""The weights of a stack: as they are drawn, as a training of this visit has left them, or as they are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from torch import Tensor

from cells.core.messages import InputError
from cells.depth.stack import Plan, Stack
from cells.training.task import seeded
from pages.depth.kind import DepthFields
from pages.shared.cache import HashFuncs


@dataclass(frozen=True)
class StackWeights:
    """The weights and running numbers of a stack, by their names in it; none for those that are drawn.

    id: tells them from others. update: after how many updates.
    """

    id: str = "drawn"
    update: int = 0
    state: Mapping[str, Tensor] = field(default_factory=dict)


BY_WEIGHTS: HashFuncs = {StackWeights: attrgetter("id")}


def weights_of(own: DepthFields) -> tuple[StackWeights, list[InputError]]:
    """Return the weights that a link asks for, those at the start where they are not there, and why."""
    return StackWeights(), []


def stack_with(own: DepthFields, plan: Plan, weights: StackWeights) -> Stack:
    """Make a stack with these weights; what they lack is drawn."""
    stack = Stack(plan).draw(seeded(own.draw), own.drawn, own.keep)
    if weights.state:
        stack.load_state_dict(dict(weights.state))
    return stack.requires_grad_(False)
