"""The influence of each input on each later hidden state.

Axes: T time steps, I input features, H hidden units, S units of all that is carried from step to step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.threads import one_thread_below
from cells.gradients.differentiable import DifferentiablePass, differentiable_pass
from cells.gradients.norms import Norms, divided, excess, norms_of


def input_influence(module: nn.Module, xs: Tensor, state: State | None = None) -> Tensor:
    """Measure how strongly each input acts on each hidden state: (T, T), in the module's dtype.

    Entry [t, s] is the Frobenius norm of the derivative of hidden state t with respect to input s; zero for s > t.
    Infinite where it overflows the dtype, 0 where it underflows, NaN where a state is no number: `measured_influence`
    tells these apart and knows the logarithms of all.

    module, xs, state, errors: as `state_jacobians`.
    """
    return measured_influence(module, xs, state).values


@torch.inference_mode(False)  # nothing can be derived in inference mode
def measured_influence(
    module: nn.Module, xs: Tensor, state: State | None = None, *, steps: slice = slice(None)
) -> Norms:
    """Measure the influence of `input_influence`, (T, T), with logarithms and marks of what overflows or underflows.

    steps: only a section of the run, T of its steps one after another; their inputs act on their states as they do in
    the whole.

    The derivatives by all inputs walk forward together: each step multiplies all of them by its Jacobian, from the
    left, and adds its own input's. An input of more features than a state has units is first turned so that only S
    directions matter, which leaves the norms as they are.
    """
    run = differentiable_pass(module, xs, state).section(steps)
    with torch.no_grad(), one_thread_below(run.before.shape[-1]):
        return Walk(run).norms()


class Walk:
    """The derivatives of the state at one step with respect to every input so far: (T·I, S), filled up to there."""

    def __init__(self, run: DifferentiablePass) -> None:
        self._run = run
        self._hidden = run.state_slices["hidden"]
        self._width = min(run.xs.shape[-1], run.before.shape[-1])
        self._products = run.before.new_zeros(len(run) * self._width, run.before.shape[-1])
        self._next = torch.zeros_like(self._products)  # each step is written where the one before it is not
        self._exponents = torch.zeros(len(run), dtype=torch.long)

    def norms(self) -> Norms:
        """Walk over the whole run."""
        steps, size = self._run.before.shape
        sizes = torch.zeros(steps, steps, dtype=torch.float64)
        exponents = torch.zeros(steps, steps, dtype=torch.long)
        for chunk in self._run.chunks(size * size):
            by_before, by_xs, _ = self._run.derivatives(chunk)
            for t, jacobian, own in zip(range(steps)[chunk], by_before, narrowed(by_xs), strict=True):
                self._advance(t, jacobian, own)
                sizes[t, : t + 1] = self._sizes(t)
                exponents[t, : t + 1] = self._exponents[: t + 1]
        return norms_of(sizes, exponents, self._run.xs.dtype)

    def _advance(self, t: int, jacobian: Tensor, own: Tensor) -> None:
        """Multiply what there is by a step's Jacobian, and take powers of two out of what grows large or small."""
        end = t * self._width
        if t > 0:
            torch.mm(self._products[:end], jacobian.T, out=self._next[:end])
        self._products, self._next = self._next, self._products
        self._products[end : end + self._width] = own.T
        so_far = self._products[: end + self._width].view(t + 1, -1)
        powers = excess(so_far.abs().amax(1))
        if bool(powers.any()):
            so_far.copy_(divided(so_far, powers.unsqueeze(1)))
            self._exponents[: t + 1] += powers

    def _sizes(self, t: int) -> Tensor:
        """Return the norms by each input, over the hidden state alone, without exponents: (t + 1) in float64."""
        hidden = self._products[: (t + 1) * self._width, self._hidden]
        rows = torch.linalg.vector_norm(hidden, dim=1, dtype=torch.float64)
        sizes: Tensor = torch.linalg.vector_norm(rows.view(t + 1, self._width), dim=1)
        return sizes


def narrowed(by_xs: Tensor) -> Tensor:
    """Narrow (N, S, I) -> (N, S, min(S, I)), the products with their own transpose unchanged, so that norms stay."""
    size, features = by_xs.shape[-2:]
    if features <= size:
        return by_xs
    triangle: Tensor = torch.linalg.qr(by_xs.transpose(-1, -2), mode="r").R
    return triangle.transpose(-1, -2)
