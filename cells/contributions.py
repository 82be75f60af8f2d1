"""What each step adds to the gradient of every parameter.

Axes: T time steps, N some of them, I input features, S units of all that is carried from step to step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from cells.messages import N_, InputError
from cells.norms import multiplied
from cells.unrolled import SUFFIX, Unrolled


class Contributions(Mapping[str, Tensor]):
    """Parameter -> (T, *its shape): what each step adds to its gradient. Computed when asked for, for it may be large.

    `share` gives one weight's alone, without room for all of them.
    """

    def __init__(self, run: Unrolled, arriving: Tensor, powers: Tensor) -> None:
        self._run, self._arriving, self._powers = run, arriving, powers

    def __getitem__(self, name: str) -> Tensor:
        own = self._own(name)
        size = self._run.weights[own].numel()
        return torch.cat([self._of(own, steps) for steps in self._run.chunks(size)])

    def __iter__(self) -> Iterator[str]:
        return (name + SUFFIX for name in self._run.weights)

    def __len__(self) -> int:
        return len(self._run.weights)

    def share(self, name: str, *place: int) -> Tensor:
        """What each step adds to the gradient of one weight, (T): share("weight_hh_l0", row, column).

        Raises KeyError for a parameter, and InputError for a place in it, that is not there.
        """
        own = self._own(name)
        shape = tuple(self._run.weights[own].shape)
        if len(place) != len(shape) or not all(0 <= at < size for at, size in zip(place, shape, strict=True)):
            raise InputError(
                N_("{name} has shape {shape}: it has no weight at {place}."), name=name, shape=shape, place=place
            )
        size = self._run.weights[own].numel()
        flat = math.prod(shape[1:]) * place[0] + (place[1] if len(place) > 1 else 0)
        return torch.cat([self._of(own, steps).flatten(1)[:, flat] for steps in self._run.chunks(size)])

    def norms(self, name: str) -> Tensor:
        """The norm of what each step adds to a parameter's gradient: (T) in float64."""
        own = self._own(name)
        size = self._run.weights[own].numel()
        parts = [self._of(own, steps).flatten(1) for steps in self._run.chunks(size)]
        return torch.cat([torch.linalg.vector_norm(part, dim=1, dtype=torch.float64) for part in parts])

    def _own(self, name: str) -> str:
        own = name.removesuffix(SUFFIX)
        if not name.endswith(SUFFIX) or own not in self._run.weights:
            raise KeyError(name)
        return own

    @torch.inference_mode(False)
    def _of(self, own: str, steps: slice) -> Tensor:
        """What some steps add: (N, *shape)."""
        run, weights = self._run, self._run.weights

        def passed(weight: Tensor, xs: Tensor, before: Tensor, arriving: Tensor) -> Tensor:
            after = run.joined(run.step({**weights, own: weight}, xs.unsqueeze(0), before.unsqueeze(0)))
            return (after * arriving).sum()

        each = torch.func.vmap(torch.func.grad(passed), in_dims=(None, 0, 0, 0))
        added: Tensor = each(weights[own], run.xs[steps], run.before[steps], self._arriving[steps])
        powers = self._powers[steps].reshape(-1, *(1 for _ in weights[own].shape))
        untouched = self._arriving[steps].eq(0).all(1).reshape(powers.shape)  # 0 even where the step is no number
        return multiplied(added, powers).masked_fill(untouched, 0)


def totals_of(run: Unrolled, arriving: Tensor, exponents: Tensor) -> tuple[dict[str, Tensor], int]:
    """The gradient of every parameter, to be multiplied by 2^(the second)."""
    reached = arriving.ne(0).any(1)
    steps = int(reached.nonzero().max()) + 1 if bool(reached.any()) else 0
    exponent = int(exponents[reached].max()) if steps else 0
    weights = {name: values.clone().requires_grad_() for name, values in run.weights.items()}
    with torch.enable_grad():
        after = run.joined(run.step(weights, run.xs[:steps], run.before[:steps]))
    placed = multiplied(arriving[:steps], (exponents[:steps] - exponent).unsqueeze(1))
    totals = torch.autograd.grad(after, list(weights.values()), placed)
    return {name + SUFFIX: values for name, values in zip(weights, totals, strict=True)}, exponent
