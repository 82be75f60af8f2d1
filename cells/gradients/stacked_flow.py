"""The gradient of a loss that is read at the top of a stack, followed down through the layers and back through time.

Axes: T time steps, I input features, H hidden units, L layers, D directions, W = D H.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State
from cells.core.stepwise import Recurrent
from cells.core.threads import one_thread_below
from cells.gradients.backward_walk import BackwardWalk, walk_backward
from cells.gradients.contributions import totals_of
from cells.gradients.differentiable import DifferentiablePass, check_one_sequence, check_precision, passes_of
from cells.gradients.gradient_flow import GradientFlow, check_options, flow_of, norm_and_scale
from cells.gradients.losses import Loss, loss_and_slope
from cells.gradients.norms import multiplied
from cells.readouts.prediction import top_outputs
from cells.registry import cell_of
from cells.tracing.layer_trace import LayerTrace
from cells.tracing.trace import trace


@dataclass(frozen=True)
class Scaled:
    """A gradient at every step, values[t] · 2^powers[t]: (T, W) and (T)."""

    values: Tensor
    powers: Tensor

    def __add__(self, other: Scaled) -> Scaled:
        lowest = torch.iinfo(torch.long).min
        ours = self.powers.masked_fill(self.values.eq(0).all(1), lowest)
        theirs = other.powers.masked_fill(other.values.eq(0).all(1), lowest)
        common = torch.maximum(ours, theirs)
        common = common.masked_fill(common == lowest, 0)
        parts = [multiplied(one.values, (one.powers - common).unsqueeze(1)) for one in (self, other)]
        return Scaled(parts[0] + parts[1], common)

    def flipped(self, *, reverse: bool) -> Scaled:
        """Return it with the steps turned round, where `reverse`."""
        return Scaled(self.values.flip(0), self.powers.flip(0)) if reverse else self


@torch.inference_mode(False)  # nothing can be derived in inference mode
def gradient_flows(
    module: nn.Module, xs: Tensor, loss: Loss, state: State | None = None, *, clip: float | None = None
) -> list[GradientFlow]:
    """Follow the gradient of a loss through every layer and direction of a stack: one `GradientFlow` each, as `trace`.

    module, state: as `trace` takes them, of any layers and directions, residual or not, in float32 or float64.
    xs: (T, I). loss: as `gradient_flow` takes it, of the module's outputs, (T, D H); `ReadEnds` is for both directions.
    clip: the norm to which that of all parameters of all layers together is clipped.

    Each flow is as `gradient_flow` tells it: its gradients are those along every path, through the layers above too.
    `inputs` are those with respect to what this direction reads, along the paths that go through it. Of a direction
    that reads from the end, the steps stand in the order in which it reads. norm and scale are those of all together.
    A gradient cannot be truncated here: it goes back in every layer, so that its way has no one number of steps.

    Raises TypeError and InputError as `gradient_flow`, but for layers and directions.
    """
    check_options(None, clip)
    cell_of(module)
    check_precision(cast(Recurrent, module))
    check_one_sequence(xs)
    layers = trace(module, xs, state)
    runs = passes_of(module, layers)
    value, slope = loss_and_slope(loss, top_outputs(layers))
    walks = walk_down(layers, runs, Scaled(slope, torch.zeros(len(slope), dtype=torch.long)))
    totals = [totals_of(run, walk.arriving, walk.exponents) for run, walk in zip(runs, walks, strict=True)]
    clipped = norm_and_scale(totals, clip)
    return [flow_of(run, walk, value, total, clipped) for run, walk, total in zip(runs, walks, totals, strict=True)]


def walk_down(layers: list[LayerTrace], runs: list[DifferentiablePass], slope: Scaled) -> list[BackwardWalk]:
    """Walk back through each layer from the top down, each from what the one above leaves; in the order of `layers`."""
    walks: dict[int, BackwardWalk] = {}
    for depth in range(layers[-1].layer, -1, -1):
        indices = [index for index, layer in enumerate(layers) if layer.layer == depth]
        read = slope if layers[indices[0]].is_residual else None
        for index in indices:
            reverse, units = layers[index].reverse, slope.values.shape[1] // len(indices)
            own = slope.values[:, units:] if reverse else slope.values[:, :units]
            direct = Scaled(own, slope.powers).flipped(reverse=reverse)
            walks[index] = walked_back(runs[index], direct)
            passed = Scaled(walks[index].by_xs, walks[index].exponents).flipped(reverse=reverse)
            read = passed if read is None else read + passed
        assert read is not None
        slope = read
    return [walks[index] for index in range(len(layers))]


def walked_back(run: DifferentiablePass, direct: Scaled) -> BackwardWalk:
    """Walk back through one layer and direction, in the order read."""
    with one_thread_below(run.before.shape[-1]):
        return walk_backward(run, direct.values, len(run), direct.powers)
