"""The state before the first step: all zero, given, or learned by the gradient that reaches it.

Axes: H hidden units.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.messages import N_, InputError
from cells.core.stepwise import Recurrent, first_weight
from cells.gradients.differentiable import check_one_direction
from cells.registry import cell_of
from cells.tracing.trace import units_of

ZERO, GIVEN, LEARNED = "zero", "given", "learned"
FIRST_STATES = {ZERO: N_("all zero"), GIVEN: N_("given"), LEARNED: N_("learned")}
LEARNING_STEPS, LEARNING_RATE = 10, 0.5


def first_state(module: nn.Module, xs: Tensor, kind: str, read_at: int, seed: int = 0) -> State | None:
    """Make the state before the first step by a key of FIRST_STATES; None where it is all zero.

    `given`: every unit drawn evenly from −1 to 1 with the seed. `learned`: from all zero, LEARNING_STEPS steps of plain
    gradient descent on the sum of the squares of the hidden state at step `read_at`, the weights held. A step that does
    not lower this loss is not taken, and the rate, LEARNING_RATE at first, is halved. So a gradient that does not reach
    the first state teaches it nothing. module, xs, errors: as `gradient_flow`. Raises InputError for another kind.
    """
    if kind == ZERO:
        return None
    cell, rnn = cell_of(module), cast(Recurrent, module)
    check_one_direction(rnn)
    sizes = units_of(rnn, cell)
    if kind == GIVEN:
        generator = torch.Generator().manual_seed(seed)
        drawn = [2 * torch.rand(1, sizes[name], generator=generator) - 1 for name in cell.rule.states]
        return as_state([values.to(first_weight(rnn).dtype) for values in drawn])
    if kind == LEARNED:
        zeros = [first_weight(rnn).new_zeros(1, sizes[name]) for name in cell.rule.states]
        return as_state(learned(module, xs[: read_at + 1], zeros))
    raise InputError(N_("A first state is one of: {choices}, not {got}."), choices=", ".join(FIRST_STATES), got=kind)


@torch.inference_mode(False)  # nothing can be derived in inference mode
def learned(module: nn.Module, xs: Tensor, states: list[Tensor]) -> list[Tensor]:
    """Learn the states by a few steps down the gradient of the loss at the last of `xs`."""
    xs, rate = xs.detach().clone(), LEARNING_RATE
    loss, slopes = loss_and_slopes(module, xs, states)
    for _ in range(LEARNING_STEPS):
        moved = [values - rate * slope for values, slope in zip(states, slopes, strict=True)]
        tried, slopes_there = loss_and_slopes(module, xs, moved)
        if tried < loss:
            states, loss, slopes = moved, tried, slopes_there
        else:
            rate /= 2
    return states


def loss_and_slopes(module: nn.Module, xs: Tensor, states: list[Tensor]) -> tuple[float, list[Tensor]]:
    """Return the loss at the last of `xs`, and its derivative by each first state."""
    tried = [values.detach().clone().requires_grad_() for values in states]
    with torch.enable_grad():
        loss = module(xs, as_state(tried))[0][-1].square().sum()
    return float(loss.detach()), list(torch.autograd.grad(loss, tried))


def as_state(states: list[Tensor]) -> State:
    """Return a state as a module takes it: one tensor, or several."""
    return tuple(states) if len(states) > 1 else states[0]
