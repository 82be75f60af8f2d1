"""Runs that plain autograd can take apart: what gradients through time are held against.

Axes: T time steps, I input features, H hidden units, S units of all that is carried from step to step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import linear

from cells import CELLS
from cells.core.forward_pass import State
from cells.core.rule import no_hold
from cells.core.stepwise import Recurrent, as_weights
from tests.cells.cases import KINDS, Case, P
from tests.checking.sampling import few

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}
EVERY = [
    *(Case(cell, dtype=dtype, batched=False) for cell in CELLS for dtype in TOLERANCE),
    *(Case("lstm", dtype=dtype, batched=False, proj_size=P) for dtype in TOLERANCE),
    *(Case(cell, dtype=torch.float64, batched=False, bias=False, given_state=False) for cell in ("rnn", "lstm", "gru")),
]
# Autograd takes any rule apart; a relu has a kink.
CASES = few(EVERY, *(case for case in EVERY if case.cell in (*KINDS, "rnn-relu")))


@dataclass(frozen=True)
class Loop:
    """A run whose every tensor remembers how it was made.

    xs: T of (I). first: the states that the first step reads. weights: for each step the parameters that it uses, by
    their names, equal but each its own. signals: every signal at every step.
    """

    xs: list[Tensor]
    first: dict[str, Tensor]
    weights: list[dict[str, Tensor]]
    signals: list[dict[str, Tensor]]

    @property
    def outputs(self) -> Tensor:
        """(T, H)."""
        return torch.stack([now["hidden"] for now in self.signals])


def looped(
    module: Recurrent, cell: str, xs: Tensor, states: dict[str, Tensor], cut: Callable[[int], bool] = lambda t: False
) -> Loop:
    """Return the run of one layer in a loop; cut(t): whether step t reads a mere copy of the states before."""
    rule = CELLS[cell].rule
    first = {name: state.flatten().clone().requires_grad_() for name, state in states.items()}
    run = Loop([x.clone().requires_grad_() for x in xs], first, [], [])
    now = first | dict.fromkeys(rule.previous_signals, xs.new_zeros(module.hidden_size))
    for t, x in enumerate(run.xs):
        run.weights.append({name: p.detach().clone().requires_grad_() for name, p in module.named_parameters()})
        weights = as_weights({name.removesuffix("_l0"): values for name, values in run.weights[-1].items()})
        before = {name: value.detach() for name, value in now.items()} if cut(t) else now
        now = rule.step(linear(x, weights.w_ih, weights.b_ih), before, weights, no_hold)
        run.signals.append(now)
    return run


def jacobian(of: Tensor, *by: Tensor) -> Tensor:
    """Differentiate each entry of `of` by all of `by`, side by side, row by row: plain autograd."""
    rows = []
    for entry in of.flatten():
        grads = torch.autograd.grad(entry, by, retain_graph=True, allow_unused=True, materialize_grads=True)
        rows.append(torch.cat([grad.flatten() for grad in grads]))
    return torch.stack(rows)


def joined(state: State) -> Tensor:
    """Join h or (h, c), as a module gives it, side by side."""
    return torch.cat([part.flatten() for part in (state if isinstance(state, tuple) else (state,))])
