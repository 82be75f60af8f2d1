"""One step of a cell, and a layer's walk over a sequence by it.

The walk serves cells that no fused kernel computes, and runs in which a person holds a signal at a value.

Axes: T time steps in the order in which they are read, B batch, I input features, H hidden units, K gates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import linear

from cells.core.forward_pass import Signals, Weights
from cells.core.threads import one_thread_below

Hold = Callable[[str, Tensor], Tensor]
Step = Callable[[Tensor, Signals, Weights, Hold], Signals]


@dataclass(frozen=True)
class Rule:
    """The rule by which a cell takes a step.

    key: the cell's name. gates: the row blocks of its weights, in PyTorch's order. states: what it carries from step to
    step, as its module takes and returns it.

    step(read, before, weights, hold) gives every signal of one step, each (B, H): `read` is W x + b_ih of all gates,
    (B, K H); `before` every signal one step ago; `hold(name, value)` must be asked for each signal as soon as it is
    computed, for somebody may hold it at another value.

    extras: parameters that PyTorch's module has not, by their name without layer: H -> shape.
    previous_signals: signals beside the states that `step` reads of the step before; they start at zero.
    """

    key: str
    gates: tuple[str, ...]
    states: tuple[str, ...]
    step: Step
    extras: Mapping[str, Callable[[int], tuple[int, ...]]] = field(default_factory=dict)
    previous_signals: tuple[str, ...] = ()


def no_hold(name: str, value: Tensor) -> Tensor:
    """Hold nothing."""
    return value


def walk(
    rule: Rule, xs: Tensor, initial: Signals, weights: Weights, hold_at: Callable[[int], Hold] = lambda t: no_hold
) -> Signals:
    """Compute all signals, step by step, (T, B, ·): xs (T, B, I), initial state -> (B, ·); hold_at(t) holds at t."""
    zeros = xs.new_zeros(xs.shape[1], weights.hidden_size(len(rule.gates)))
    before = {**initial, **dict.fromkeys(rule.previous_signals, zeros)}
    return walk_on(rule, linear(xs, weights.w_ih, weights.b_ih), before, weights, hold_at)


def walk_on(rule: Rule, reads: Tensor, before: Signals, weights: Weights, hold_at: Callable[[int], Hold]) -> Signals:
    """Go on from a state: reads (T, B, K H) is W x + b_ih, before every signal one step ago; else as `walk`."""
    now, steps = before, []
    alone = reads.shape[1] == 1  # the product of a single row is not worth sharing, however many units there are
    with one_thread_below(1 if alone else weights.hidden_size(len(rule.gates))):
        for t, read in enumerate(reads):
            now = rule.step(read, now, weights, hold_at(t))
            steps.append(now)
    return {name: torch.stack([signals[name] for signals in steps]) for name in now}
