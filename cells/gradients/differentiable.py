"""One layer's run laid out for differentiation: every step by itself, as a function of the state before it.

The steps are those of the cell's own rule, started from the states of the finished run; so all steps can be
differentiated side by side, and nothing is derived a second time by hand.

Axes: T time steps, N some of them, I input features, H hidden units, P projected units, K gates, S units of all that is
carried from step to step: the hidden state, then the cell state, then the previous signals that the cell's rule reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Listed
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.cell import Cell
from cells.core.checks import check_kind
from cells.core.forward_pass import Signals, State, shifted
from cells.core.messages import N_, InputError
from cells.core.stepwise import (
    Recurrent,
    as_weights,
    count_layers_and_directions,
    first_weight,
    suffix_of,
    weights_by_name,
)
from cells.registry import cell_of
from cells.tracing.layer_trace import LayerTrace
from cells.tracing.trace import trace, units_of

SUFFIX = "_l0"
MEASURED = (torch.float32, torch.float64)
NOTHING: Mapping[str, Tensor] = {}


@dataclass(frozen=True)
class DifferentiablePass:
    """A finished forward pass of one layer and direction, its steps ready to be differentiated.

    weights: the module's parameters by their names without layer, detached. xs: (T, I). signals: every signal at every
    step, (T, ·). before: what each step finds, (T, S). units: how many units each signal has. suffix: PyTorch's ending
    of its parameters' names. Of a direction that reads from the end, the steps stand in the order read.
    """

    cell: Cell
    weights: dict[str, Tensor]
    xs: Tensor
    signals: Signals
    before: Tensor
    units: dict[str, int]
    suffix: str = SUFFIX

    def __len__(self) -> int:
        return len(self.xs)

    @property
    def carried(self) -> tuple[str, ...]:
        """The names of what a step reads of the step before, in the order of S."""
        return carried_names(self.cell)

    @property
    def state_slices(self) -> dict[str, slice]:
        """The slice of S in which each of `carried` stands, by name."""
        return slices_of(self.carried, self.units)

    def section(self, steps: slice) -> DifferentiablePass:
        """Cut a section of steps out of the run: each still finds what it finds in the whole run."""
        signals = {name: values[steps] for name, values in self.signals.items()}
        return replace(self, xs=self.xs[steps], signals=signals, before=self.before[steps])

    def step(
        self, weights: Mapping[str, Tensor], xs: Tensor, before: Tensor, nudges: Mapping[str, Tensor] = NOTHING
    ) -> Signals:
        """Compute every signal, (N, ·), of steps that read `xs`, (N, I), and find `before`, (N, S), each alone.

        nudges: signal -> what is added to it as soon as it is computed, (N, ·). The derivative by a nudge of zero is
        the derivative by the signal, along every path by which it acts.
        """
        w = as_weights(dict(weights))
        states = {name: before[..., state_slice] for name, state_slice in self.state_slices.items()}

        def nudged(name: str, value: Tensor) -> Tensor:
            return value + nudges[name] if name in nudges else value

        return self.cell.rule.step(linear(xs, w.w_ih, w.b_ih), states, w, nudged)

    def joined(self, signals: Signals) -> Tensor:
        """Lay what is carried on side by side: (N, S)."""
        return torch.cat([signals[name] for name in self.carried], dim=-1)

    def derivatives(self, steps: slice, nudged: tuple[str, ...] = ()) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Differentiate the states of some steps by the state before, by the input, and by some signals.

        Returns (N, S, S), (N, S, I), and for each name of `nudged` (N, S, ·): rows are the units of the state at a
        step, columns those of what it is derived by.
        """
        xs, before = self.xs[steps].clone().requires_grad_(), self.before[steps].clone().requires_grad_()
        nudges = {name: torch.zeros_like(self.signals[name][steps]).requires_grad_() for name in nudged}
        with torch.enable_grad():
            after = self.joined(self.step(self.weights, xs, before, nudges))
            size = after.shape[-1]
            one_each = torch.eye(size, dtype=xs.dtype, device=xs.device).unsqueeze(1).expand(size, *after.shape)
            by = torch.autograd.grad(
                after, (before, xs, *nudges.values()), one_each, is_grads_batched=True, materialize_grads=True
            )
            undefined = after.isnan().unsqueeze(-1)  # a relu would have a slope even there
        by_before, by_xs, *by_nudges = (one.transpose(0, 1).masked_fill(undefined, math.nan) for one in by)
        return by_before, by_xs, by_nudges

    def chunks(self, numbers_a_step: int) -> Iterator[slice]:
        """Yield the steps cut into slices, so that the memory for their derivatives has a bound."""
        length = max(1, AT_ONCE // max(1, numbers_a_step))
        for start in range(0, len(self), length):
            yield slice(start, start + length)


AT_ONCE = 1 << 19  # numbers of one kind, which with all that leads to them are some tens of megabytes


def carried_names(cell: Cell) -> tuple[str, ...]:
    """Return the names of what a cell reads of the step before: its states and previous signals."""
    return (*cell.rule.states, *cell.rule.previous_signals)


def slices_of(names: tuple[str, ...], units: Mapping[str, int]) -> dict[str, slice]:
    """Return the slice of each of `names` when they are laid side by side; units: how many each of them has."""
    ends = list(accumulate(units[name] for name in names))
    return {name: slice(end - units[name], end) for name, end in zip(names, ends, strict=True)}


def differentiable_pass(module: nn.Module, xs: Tensor, state: State | None = None) -> DifferentiablePass:
    """Run a one-layer module over one sequence, forward, in float32 or float64.

    module, state: as `trace` takes them. xs: (T, I). A number that is not finite, in the weights or in the sequence, is
    let through, and so are states that overflow: what depends on them is not finite either.

    Raises TypeError for another kind of module or sequence, InputError for a batch, for layers or directions beyond
    one, for half precision, and for what `trace` refuses.
    """
    cell_of(module)
    check_one_direction(cast(Recurrent, module))
    check_one_sequence(xs)
    (only,) = passes_of(module, trace(module, xs, state))
    return only


def passes_of(module: nn.Module, layers: Listed[LayerTrace]) -> list[DifferentiablePass]:
    """Lay out the run of every layer and direction, as `trace` gives them, of a single sequence."""
    rnn, cell = cast(Recurrent, module), cell_of(module)
    with torch.no_grad():
        return [pass_of(rnn, cell, layer) for layer in layers]


def pass_of(module: Recurrent, cell: Cell, layer: LayerTrace) -> DifferentiablePass:
    """Lay out the run of one layer and direction of a module."""
    signals = {name: values[:, 0].clone() for name, values in layer.signals.items()}
    start = layer.run.initial
    before = [
        shifted(signals[name], start[name][0] if name in start else torch.zeros_like(signals[name][0]))
        for name in carried_names(cell)
    ]
    suffix = f"_{suffix_of(layer.layer, layer.reverse)}"
    weights = {name: values.detach().clone() for name, values in weights_by_name(module, suffix).items()}
    xs = layer.run.xs[:, 0].detach().clone()
    return DifferentiablePass(cell, weights, xs, signals, torch.cat(before, dim=-1), units_of(module, cell), suffix)


def check_one_direction(module: Recurrent) -> None:
    """Raise InputError unless a module has one layer, reads forward, and is of single or double precision."""
    if count_layers_and_directions(module) > 1:
        raise InputError(
            N_(
                "Gradients through time are measured in one layer that reads forward; this module has layers: "
                "{layers}, directions: {directions}."
            ),
            layers=module.num_layers,
            directions=2 if module.bidirectional else 1,
        )
    check_precision(module)


def check_one_sequence(xs: Tensor) -> None:
    """Raise TypeError for what is no sequence, InputError for a batch of them."""
    check_kind(xs)
    if xs.dim() == 3:
        raise InputError(
            N_("Gradients through time are measured in one sequence, (steps, features), not in a batch of {got}."),
            got=tuple(xs.shape),
        )


def check_precision(module: Recurrent) -> None:
    """Raise InputError unless a module is of single or double precision."""
    dtype = first_weight(module).dtype
    if dtype not in MEASURED:
        raise InputError(
            N_("This module is {got}: gradients are measured in torch.float32 or torch.float64, convert it."), got=dtype
        )
