"""The straight path of a derivative through a memory, and all other paths: how much each of them carries.

Axes: T time steps, H hidden units, S units of all that is carried from step to step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.messages import N_, InputError
from cells.core.threads import one_thread_below
from cells.gradients.differentiable import DifferentiablePass, differentiable_pass
from cells.gradients.norms import Norms, multiplied, norms_of, rescaled
from cells.tracing.trace import trace


@dataclass(frozen=True)
class Highway:
    """The derivative of the memory at step `at` by the memory at every step, as Frobenius norms over its units: (T).

    full: of the whole derivative. highway: of the part that only ever is kept, the product of the keeping gates in
    between. rest: of what is left, all that goes through a gate, a candidate or the hidden state on its way; its norm
    and the highway's do not add up, their matrices do. Steps behind `at` have 0.

    memory, keep: the names of the state and of the number that keeps it, such as "cell" and "forget"; keep is "" for a
    cell without gates, which has no highway. units: H, so that `at` itself has full = highway = sqrt(H).
    """

    at: int
    memory: str
    keep: str
    units: int
    full: Norms
    highway: Norms
    rest: Norms

    @property
    def kept(self) -> Tensor:
        """The share that the highway keeps, root mean square over the units: (T), 1 at `at`, f^n for a constant f."""
        shares: Tensor = self.highway.values / self.units**0.5
        return shares


@torch.inference_mode(False)  # nothing can be derived in inference mode
def highway(
    module: nn.Module, xs: Tensor, state: State | None = None, *, at: int | None = None, since: int = 0
) -> Highway:
    """Take the derivative of the memory at one step with respect to the memory at every step before it apart.

    The memory is the cell state of an LSTM, the hidden state of any other cell. Its derivative is that by the memory as
    soon as it is computed, so that the way over the hidden state of its own step is among the rest. The highway is the
    product of the gates that keep it (the LSTM's forget gates, the GRU's update gates), which is what Hochreiter and
    Schmidhuber 1997 call the constant error carousel where they are 1.

    module, xs, state: as `state_jacobians`. at: the step, counted from 0; the last when left out. since: the first step
    that is looked at; those before it have 0 too.
    Raises TypeError and InputError as `state_jacobians`, and InputError for a step that is not there.
    """
    run = differentiable_pass(module, xs, state)
    last = len(run) - 1
    at = last if at is None else at
    if not 0 <= at <= last:
        raise InputError(
            N_("The memory is read at step {place}: this run has steps 0 to {last}, counted from 0."),
            place=at,
            last=last,
        )
    memory = run.cell.memory
    kept = trace(module, xs, state)[0].kept()
    name, keep = (memory.state, memory.keep) if memory else ("hidden", "")
    with torch.no_grad(), one_thread_below(run.before.shape[-1]):
        keeps = torch.zeros_like(run.signals[name]) if kept is None else kept
        full, straight, rest = path_norms(run, name, keeps, at, since)
    return Highway(at, name, keep, run.units[name], full, straight, rest)


def path_norms(run: DifferentiablePass, memory: str, kept: Tensor, at: int, since: int) -> tuple[Norms, Norms, Norms]:
    """Return the norms of the whole derivative, of its straight part and of the rest; kept: (T, H)."""
    memory_slice = run.state_slices[memory]
    product = torch.eye(run.before.shape[-1], dtype=kept.dtype)[memory_slice]  # of the memory at `at` by the state at t
    straight = torch.ones_like(kept[0])
    powers = [0, 0]
    sizes = torch.zeros(3, len(run), dtype=torch.float64)
    exponents = torch.zeros(3, len(run), dtype=torch.long)
    for t, jacobian, within in jacobians_backward(run, memory, at, since):
        whole, alone = product @ within, torch.diag(straight)
        common = max(powers)
        rest = multiplied(whole, torch.tensor(powers[0] - common)) - multiplied(alone, torch.tensor(powers[1] - common))
        for row, matrix in enumerate((whole, alone, rest)):
            sizes[row, t] = torch.linalg.matrix_norm(matrix.double())
        exponents[:, t] = torch.tensor([*powers, common])
        product, straight = product @ jacobian, straight * kept[t]
        (product, grown), (straight, more) = rescaled(product), rescaled(straight)
        powers = [powers[0] + grown, powers[1] + more]
    whole_norms, straight_norms, rest_norms = map(norms_of, sizes, exponents, [kept.dtype] * 3)
    return whole_norms, straight_norms, rest_norms


def jacobians_backward(
    run: DifferentiablePass, memory: str, at: int, since: int
) -> Iterator[tuple[int, Tensor, Tensor]]:
    """Yield from step `at` back to `since` the step, its Jacobian (S, S), and its state by its memory (S, H)."""
    for chunk in reversed(list(run.chunks(run.before.shape[-1] ** 2))):
        steps = range(len(run))[chunk]
        if steps[0] <= at and since <= steps[-1]:
            jacobians, _, (within,) = run.derivatives(chunk, (memory,))
            yield from ((t, jacobians[t - steps[0]], within[t - steps[0]]) for t in reversed(steps) if since <= t <= at)
