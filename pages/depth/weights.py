"""The weights of a stack: as they are drawn, as a training of this visit has left them, or as they are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from torch import Tensor

from cells.core.messages import N_, InputError
from cells.depth.stack import Plan, Stack
from cells.shipped.stacks import shipped_stack
from cells.training import recipe
from cells.training.digit_task import DIGITS, NO, YES
from cells.training.learning import Checkpoint
from cells.training.loop import restored_stack
from cells.training.recipe import Recipe
from cells.training.task import Value, seeded
from pages.depth.kind import DIGIT, DepthFields
from pages.shared.cache import HashFuncs
from pages.shared.controls.training_actions import recipe_id, training_seen


@dataclass(frozen=True)
class StackWeights:
    """The weights and running numbers of a stack, by their names in it; none for those that are drawn.

    id: tells them from others. update: after how many updates.
    """

    id: str = "drawn"
    update: int = 0
    state: Mapping[str, Tensor] = field(default_factory=dict)


BY_WEIGHTS: HashFuncs = {StackWeights: attrgetter("id")}


def recipe_of(own: DepthFields) -> Recipe:
    """Return the recipe by which the page's stack learns the digits. Raises InputError for one that cannot learn."""
    if own.reads != DIGIT:
        raise InputError(N_("A stack learns from whole digits alone: let it read a digit."))
    if own.wider not in (None, own.channels):
        raise InputError(N_("A stack of one width is trained: let the channels stay as many as they are."))
    settings: dict[str, Value] = {
        "depth": own.depth,
        "growth": own.growth,
        "kernel": own.kernel,
        "norm": YES if own.norm else NO,
        "start": own.drawn,
    }
    return recipe(
        DIGITS.key,
        own.stack,
        settings,
        units=own.channels,
        updates=own.learn,
        seed=own.draw,
        learning_rate=own.rate,
        forget_bias=own.keep,
    )


def weights_of(own: DepthFields) -> tuple[StackWeights, list[InputError]]:
    """Return the weights that a link asks for, those at the start where they are not there, and why.

    Those of this visit's own training come first, at the checkpoint or the last one before; then shipped ones.
    """
    if own.trained is None:
        return StackWeights(), []
    try:
        learnt = recipe_of(own)
    except InputError as problem:
        return StackWeights(), [problem, InputError(AT_THE_START)]
    seen = training_seen(learnt)
    if seen is not None:  # before the first checkpoint of a training they are those at the start
        checkpoints = seen.checkpoints
        return weights_at(learnt, checkpoint_at(checkpoints, own.trained)) if checkpoints else StackWeights(), []
    shipped = shipped_stack(learnt)
    if shipped is not None and own.trained >= shipped.update:
        return weights_at(learnt, shipped), []
    return StackWeights(), [InputError(NOT_TRAINED), InputError(AT_THE_START)]


NOT_TRAINED = N_("No trained stack of these sizes is at hand: press Train.")
AT_THE_START = N_("The weights at the start are shown in the meantime.")


def checkpoint_at(checkpoints: tuple[Checkpoint, ...], update: int) -> Checkpoint:
    """Return the last checkpoint up to an update; the first of all where there is none."""
    return max((one for one in checkpoints if one.update <= update), key=lambda one: one.update, default=checkpoints[0])


def weights_at(learnt: Recipe, checkpoint: Checkpoint) -> StackWeights:
    """Return the weights of a checkpoint."""
    state = restored_stack(learnt, checkpoint).state_dict()
    return StackWeights(f"{recipe_id(learnt)} {checkpoint.update}", checkpoint.update, state)


def stack_with(own: DepthFields, plan: Plan, weights: StackWeights) -> Stack:
    """Make a stack with these weights; without any they are drawn."""
    stack = Stack(plan).draw(seeded(own.draw), own.drawn, own.keep)
    if weights.state and plan.outputs:
        stack.load_state_dict(dict(weights.state))
    return stack.requires_grad_(False)
