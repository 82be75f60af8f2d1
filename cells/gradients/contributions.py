"""Contributions of each step to the gradient of every parameter.

Axes: T time steps, N some of them, I input features, S units of all that is carried from step to step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from cells.core.messages import N_, InputError
from cells.gradients.differentiable import DifferentiablePass
from cells.gradients.norms import multiplied


class Contributions(Mapping[str, Tensor]):
    """A mapping: parameter -> (T, *its shape), what each step adds to its gradient, computed on access.

    `share` gives one weight's alone, without room for all of them.
    """

    def __init__(self, run: DifferentiablePass, arriving: Tensor, powers: Tensor) -> None:
        self._run, self._arriving, self._powers = run, arriving, powers

    def __getitem__(self, name: str) -> Tensor:
        own = self._own(name)
        return torch.cat([self._placed(added, steps) for steps, added in self._each(own)])

    def __iter__(self) -> Iterator[str]:
        return (name + self._run.suffix for name in self._run.weights)

    def __len__(self) -> int:
        return len(self._run.weights)

    @torch.inference_mode(False)
    def share(self, name: str, *index: int) -> Tensor:
        """Return what each step adds to the gradient of one weight, (T): share("weight_hh_l0", row, column).

        Raises KeyError for a parameter, and InputError for an index in it, that is not there.
        """
        run, own = self._run, self._own(name)
        weight = run.weights[own]
        shape = tuple(weight.shape)
        if len(index) != len(shape) or not all(0 <= at < size for at, size in zip(index, shape, strict=True)):
            raise InputError(
                N_("{name} has shape {shape}: it has no weight at {place}."), name=name, shape=shape, place=index
            )
        with torch.enable_grad():
            weight = weight.clone().requires_grad_()
            after = run.joined(run.step({**run.weights, own: weight}, run.xs, run.before))
            by_state = torch.zeros_like(after).requires_grad_()
            (total,) = torch.autograd.grad(after, weight, by_state, create_graph=True)
            # The total is linear in `by_state`, so that its slope tells how every state moves as this one weight does.
            (moved,) = torch.autograd.grad(total[index], by_state)
        return self._placed((moved * self._arriving).sum(1), slice(None))

    def norms(self, name: str) -> Tensor:
        """Return the norm of what each step adds to a parameter's gradient: (T) in float64."""
        sizes = [
            self._placed(torch.linalg.vector_norm(added.flatten(1), dim=1, dtype=torch.float64), steps)
            for steps, added in self._each(self._own(name))
        ]
        return torch.cat(sizes)

    def _own(self, name: str) -> str:
        own = name.removesuffix(self._run.suffix)
        if not name.endswith(self._run.suffix) or own not in self._run.weights:
            raise KeyError(name)
        return own

    def _each(self, own: str) -> Iterator[tuple[slice, Tensor]]:
        """Yield slices of the steps, and what they add, without its power of two: (N, *shape)."""
        for steps in self._run.chunks(self._run.weights[own].numel()):
            yield steps, self._of(own, steps)

    @torch.inference_mode(False)
    def _of(self, own: str, steps: slice) -> Tensor:
        run, weights = self._run, self._run.weights

        def passed(weight: Tensor, xs: Tensor, before: Tensor, arriving: Tensor) -> Tensor:
            after = run.joined(run.step({**weights, own: weight}, xs.unsqueeze(0), before.unsqueeze(0)))
            return (after * arriving).sum()

        each = torch.func.vmap(torch.func.grad(passed), in_dims=(None, 0, 0, 0))
        added: Tensor = each(weights[own], run.xs[steps], run.before[steps], self._arriving[steps])
        return added

    def _placed(self, added: Tensor, steps: slice) -> Tensor:
        """Multiply by the power of two; 0 where no gradient arrives, even if the step itself is no number."""
        axes = (-1, *(1 for _ in added.shape[1:]))
        untouched = self._arriving[steps].eq(0).all(1)
        return multiplied(added, self._powers[steps].reshape(axes)).masked_fill(untouched.reshape(axes), 0)


def totals_of(run: DifferentiablePass, arriving: Tensor, exponents: Tensor) -> tuple[dict[str, Tensor], int]:
    """Return the gradient of every parameter, and the exponent of 2 by which to multiply it."""
    reached = arriving.ne(0).any(1)
    steps = int(reached.nonzero().max()) + 1 if bool(reached.any()) else 0
    exponent = int(exponents[reached].max()) if steps else 0
    weights = {name: values.clone().requires_grad_() for name, values in run.weights.items()}
    with torch.enable_grad():
        after = run.joined(run.step(weights, run.xs[:steps], run.before[:steps]))
    placed = multiplied(arriving[:steps], (exponents[:steps] - exponent).unsqueeze(1))
    totals = torch.autograd.grad(after, list(weights.values()), placed)
    return {name + run.suffix: values for name, values in zip(weights, totals, strict=True)}, exponent
