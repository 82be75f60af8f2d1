"""Jacobians of each state by the state one step before.

Axes: T time steps, S units of all that is carried from step to step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.stepwise import Recurrent
from cells.gradients.differentiable import carried_names, check_one_direction, differentiable_pass, slices_of
from cells.registry import cell_of
from cells.tracing.trace import units_of


@torch.inference_mode(False)  # nothing can be derived in inference mode
def state_jacobians(module: nn.Module, xs: Tensor, state: State | None = None) -> Tensor:
    """Differentiate each state with respect to the one before: (T, S, S), in the module's dtype.

    Entry [t, i, j] is the derivative of unit i of state t with respect to unit j of state t − 1, the input being held;
    entry 0 is that with respect to the first state. The state is all that a step reads of the step before, in this
    order: the hidden state, for an LSTM then the cell state, and where the gates see the gates of the step before those
    too (S = 5 H). So the product of entries s + 1 to t is the derivative of state t with respect to state s. Which
    columns are which is told by `state_places`.

    module: a module of one layer that reads forward, as `trace` takes it, in float32 or float64. xs: one sequence,
    (T, I); batches are refused, one sequence has (T, S, S) numbers already. state: as the module takes it; zeros when
    left out. NaN where a state is no number.

    Raises TypeError for another kind of module, InputError (a ValueError) for several layers or directions, a batch,
    half precision, and a sequence or state that does not fit.
    """
    run = differentiable_pass(module, xs, state)
    size = run.before.shape[-1]
    return torch.cat([run.derivatives(steps)[0] for steps in run.chunks(size * size)])


def state_places(module: nn.Module) -> dict[str, slice]:
    """Return the slice of the S units of `state_jacobians` in which each state stands, by name: "hidden", "cell", ...

    Raises TypeError and InputError as `state_jacobians`.
    """
    cell = cell_of(module)
    assert isinstance(module, Recurrent)
    check_one_direction(module)
    return slices_of(carried_names(cell), units_of(module, cell))
