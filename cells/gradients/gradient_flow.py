"""The gradient of a loss followed back through time, and what each step makes of it.

Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Listed
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.messages import N_, InputError
from cells.core.threads import one_thread_below
from cells.gradients.backward_walk import BackwardWalk, walk_backward
from cells.gradients.contributions import Contributions, totals_of
from cells.gradients.differentiable import DifferentiablePass, differentiable_pass
from cells.gradients.losses import Loss, loss_and_slope
from cells.gradients.norms import Norms, multiplied, norms_of

Total = tuple[dict[str, Tensor], int]  # the gradient of every parameter, and the exponent of 2 to multiply it by


@dataclass(frozen=True)
class GradientFlow:
    """The gradient of one loss, at every step.

    loss: its value. gradients: signal -> (T, ·), the derivative of the loss with respect to the signal at each step,
    along every path by which it acts: the cell state's counts what it does by the hidden state of its own step too.
    Every signal has one, gates among them; what `truncate` cuts off is 0. norms: signal -> its Euclidean norm at each
    step, (T), with logarithms and marks. inputs: (T, I), that with respect to the input. first: state -> that with
    respect to the state before the first step, (·); first_norms: its norm.

    contributions: parameter -> (T, *its shape), what each step adds to its gradient, for the unrolled steps share one
    parameter. totals: parameter -> its gradient, the sum of these. Names are those of the module: `weight_hh_l0`, ...
    norm: the norm of all totals together before clipping; scale: by what clipping has multiplied totals and
    contributions, 1 where it has not. Clipping is the last thing and changes neither gradients nor norms.
    """

    loss: Tensor
    gradients: dict[str, Tensor]
    norms: dict[str, Norms]
    inputs: Tensor
    first: dict[str, Tensor]
    first_norms: dict[str, Norms]
    contributions: Contributions
    totals: dict[str, Tensor]
    norm: float
    scale: float

    def messages(self) -> list[InputError]:
        """Return messages about norms of the states that are out of range or undefined. Nothing is raised."""
        messages = [message for name in self.first for message in self.norms[name].messages()]
        return list({str(message): message for message in messages}.values())


@torch.inference_mode(False)  # nothing can be derived in inference mode
def gradient_flow(
    module: nn.Module,
    xs: Tensor,
    loss: Loss,
    state: State | None = None,
    *,
    truncate: int | None = None,
    clip: float | None = None,
) -> GradientFlow:
    """Follow the gradient of a loss back through every step of a run.

    module, xs, state: as `state_jacobians` takes them, xs (T, I). The state may be a learned one; its gradient is
    `first`, whether it is given or left out and so zero.
    loss: a function of the outputs, (T, H), that gives one number; or a step, counted from 0: the sum of the squares of
    the hidden state there. `ReadAt(step, unit)` reads one unit.
    truncate: each output's own gradient goes back through k steps at most, the one that it is read at among them, as in
    BPTT(h) of Williams and Peng 1990; None goes back to the start.
    clip: where the norm of the whole gradient, over all parameters, is above this, the gradient is scaled down to it
    (Pascanu et al. 2013, arXiv 1211.5063); a norm that is no number is left alone.

    The walk keeps an exponent beside the gradient, so that what has vanished or exploded far out of the range of the
    dtype on its way can still be measured, and nothing that is finite becomes NaN. What lies behind the last step that
    the loss reads is not looked at, so that it may be anything.

    Raises TypeError and InputError as `state_jacobians`, and InputError for a loss that is not one number or does not
    depend on the outputs, and for a `truncate` or `clip` that is not positive.
    """
    check_options(truncate, clip)
    run = differentiable_pass(module, xs, state)
    value, direct = loss_and_slope(loss, run.signals["hidden"])
    with one_thread_below(run.before.shape[-1]):
        walk = walk_backward(run, direct, len(run) if truncate is None else truncate)
    total = totals_of(run, walk.arriving, walk.exponents)
    return flow_of(run, walk, value, total, norm_and_scale([total], clip))


def flow_of(
    run: DifferentiablePass, walk: BackwardWalk, value: Tensor, total: Total, clipped: tuple[float, float]
) -> GradientFlow:
    """Return the gradients of a finished walk; clipped: the norm of all of them and the factor of clipping, as log2."""
    (gradient, exponent), (log2_norm, log2_scale) = total, clipped
    dtype = run.xs.dtype
    sizes = {name: torch.linalg.vector_norm(values, dim=-1, dtype=torch.float64) for name, values in walk.by.items()}
    starts = {name: walk.first[run.state_slices[name]] for name in run.cell.rule.states}
    at_start = torch.tensor(walk.first_exponent)
    return GradientFlow(
        loss=value,
        gradients={name: multiplied(values, walk.exponents.unsqueeze(1)) for name, values in walk.by.items()},
        norms={name: norms_of(size, walk.exponents, dtype) for name, size in sizes.items()},
        inputs=multiplied(walk.by_xs, walk.exponents.unsqueeze(1)),
        first={name: multiplied(values, at_start) for name, values in starts.items()},
        first_norms={name: norms_of(values.double().norm(), at_start, dtype) for name, values in starts.items()},
        contributions=Contributions(run, walk.arriving, walk.exponents + log2_scale),
        totals={name: multiplied(values, torch.tensor(exponent + log2_scale)) for name, values in gradient.items()},
        norm=power_of_two(log2_norm),
        scale=power_of_two(log2_scale),
    )


def norm_and_scale(totals: Listed[Total], clip: float | None) -> tuple[float, float]:
    """Return the norm of all gradients together, each times its power of 2, and the factor of clipping, as log2."""
    log2_norm = joined_norm([norm_of(total) for total in totals])
    if clip is None or not math.isfinite(log2_norm):
        return log2_norm, 0.0
    return log2_norm, min(0.0, math.log2(clip) - log2_norm)


def norm_of(total: Total) -> float:
    """Return the norm of some gradients together, as log2."""
    gradients, exponent = total
    size = math.sqrt(sum(float(gradient.double().square().sum()) for gradient in gradients.values()))
    return -math.inf if size == 0 else math.log2(size) + exponent


def joined_norm(log2_norms: Listed[float]) -> float:
    """Return the norm of what lies side by side and has these norms, all as log2."""
    if len(log2_norms) == 1:
        return log2_norms[0]
    largest = max(log2_norms)  # a NaN is told by the sum
    if not math.isfinite(largest):
        return sum(log2_norms) if any(map(math.isnan, log2_norms)) else largest
    return largest + 0.5 * math.log2(sum(4.0 ** (each - largest) for each in log2_norms))


def power_of_two(log2: float) -> float:
    """Return 2^log2, infinite where a float cannot hold it."""
    return math.inf if log2 >= 1024 else 2.0**log2


def check_options(truncate: int | None, clip: float | None) -> None:
    """Raise InputError for options that mean nothing."""
    if truncate is not None and not (isinstance(truncate, int) and truncate >= 1):
        raise InputError(N_("A gradient is truncated to a whole number of steps, 1 or more, not {got}."), got=truncate)
    if clip is not None and not 0 < clip < math.inf:
        raise InputError(N_("A gradient is clipped to a norm above 0, not {got}."), got=clip)
