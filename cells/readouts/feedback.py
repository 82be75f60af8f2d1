"""A layer that reads what it has said itself: its next input is unknown until a step is done.

Axes: G given steps, R steps of the run, I input features, H hidden units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.forward_pass import ForwardPass
from cells.core.rule import no_hold
from cells.core.stepwise import Recurrent, starting_states, weights_of
from cells.registry import cell_of
from cells.tracing.layer_trace import LayerPosition, LayerTrace, Layout
from cells.tracing.trace import copied


def run_with_feedback(
    module: nn.Module, given: Tensor, steps: int, next_input: Callable[[Tensor], Tensor | None]
) -> tuple[LayerTrace, Tensor]:
    """Walk a module of one layer and direction by its cell's own rule: over `given`, then over what it says itself.

    given: (G, I). next_input: the hidden state (H) -> what is read next (I), or None to end there. steps: R, at most.
    Returns the trace of all that was read, and that: (R, I).
    """
    cell, rnn = cell_of(module), cast(Recurrent, module)
    weights = copied(weights_of(rnn, "l0"))
    (start,) = starting_states(rnn, cell.rule.states, None, given.unsqueeze(1), batched=False)
    previous_signals = given.new_zeros(1, weights.hidden_size(len(cell.gates)))
    now = {**start, **dict.fromkeys(cell.rule.previous_signals, previous_signals)}
    inputs, signals = [], []
    with torch.no_grad():
        for step in range(steps):
            x = given[step] if step < len(given) else next_input(now["hidden"][0])
            if x is None:
                break
            inputs.append(x)
            now = cell.rule.step(linear(x.unsqueeze(0), weights.w_ih, weights.b_ih), now, weights, no_hold)
            signals.append(now)
    joined = {name: torch.stack([step_signals[name] for step_signals in signals]) for name in now}
    xs = torch.stack(inputs)
    run = ForwardPass(xs.unsqueeze(1), joined["hidden"], start, weights)
    layout = Layout(batched=False, batch_first=rnn.batch_first)
    return LayerTrace(cell, run, joined, layout, LayerPosition(0, False)), xs
