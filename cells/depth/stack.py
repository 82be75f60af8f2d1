"""A stack of units with a first convolution and a readout: what the depth page runs, and what learns the digits.

Axes: B examples of a batch, I channels of the input, C channels, then one (L) or two (H, W) dimensions of places, O
outputs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from cells.core.messages import N_, InputError
from cells.core.settings import Choice, Number
from cells.depth.convolutions import check_readable, convolution, norm_or_nothing
from cells.depth.sizes import MOST_CHANNELS, check_flag, check_kernel, check_whole
from cells.depth.units import UNITS, Apply, HighwayUnit, Unit, apply_norm

MOST_DEPTH = 50
DEPTH = Number("depth", N_("units, one behind the other"), 10, 1, MOST_DEPTH, 1)
CHANNELS = Number("channels", N_("channels"), 8, 1, 32, 1)
GROWTH = Number("growth", N_("growth rate"), 4, 1, 16, 1)
KERNEL = Number("kernel", N_("kernel"), 3, 1, 9, 2)
WIDER = Number("wider", N_("channels from the middle on"), 8, 1, 32, 1)

LAST_NORM = "last_norm"

PYTORCH, HE = "torch", "he"
START = Choice("start", N_("weights drawn"), PYTORCH, {PYTORCH: N_("as PyTorch does"), HE: N_("after He et al. 2015")})


@dataclass(frozen=True)
class Plan:
    """The sizes of a stack, checked by `checked_plan`.

    kind: a key of UNITS. depth: how many units. inputs: I. outputs: O, 0 for a stack without a readout. dimensions: 1
    or 2. channels: C, of the first convolution and of every unit but the dense, where they grow by `growth` a unit.
    wider: the channels from the unit in the middle on, None for as many. shortcut: whether a 1 × 1 convolution stands
    on the way past the unit at which the channels change.
    """

    kind: str
    depth: int = 10
    inputs: int = 1
    outputs: int = 10
    dimensions: int = 2
    channels: int = 8
    growth: int = 4
    kernel: int = 3
    norm: bool = True
    wider: int | None = None
    shortcut: bool = False

    @property
    def widens_at(self) -> int | None:
        """The unit at which the channels change, or None."""
        changes = self.kind != "dense" and self.wider not in (None, self.channels)
        return self.depth // 2 if changes else None


def checked_plan(plan: Plan) -> Plan:
    """Return the plan.

    Raises InputError for a kind that is unknown, and for sizes that are no whole numbers or past their limits, and
    TypeError for what is no Plan.
    """
    if not isinstance(plan, Plan):
        raise TypeError(f"A stack is made of a Plan, not of {type(plan).__name__}")
    if not isinstance(plan.kind, str) or plan.kind not in UNITS:
        raise InputError(N_("There is no unit {name}; there are {names}."), name=plan.kind, names=", ".join(UNITS))
    for setting in (DEPTH, CHANNELS, GROWTH):
        check_whole(setting.name, getattr(plan, setting.name), setting.low, setting.high)
    if plan.wider is not None:
        check_whole(WIDER.name, plan.wider, WIDER.low, WIDER.high)
    check_kernel(plan.kernel, KERNEL.high)
    check_whole("inputs", plan.inputs, 1, MOST_CHANNELS)
    check_whole("outputs", plan.outputs, 0, MOST_CHANNELS)
    check_whole("dimensions", plan.dimensions, 1, 2)
    for name in ("norm", "shortcut"):
        check_flag(name, getattr(plan, name))
    return plan


class Stack(nn.Module):
    """A first convolution from I to C channels, N units, and a readout of the mean of every channel over all places.

    `units` is an ordinary `nn.Sequential`. Behind the last of pre-activated units stand one more batch normalisation
    and ReLU, as in He et al. 2016b and Huang et al. 2017.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = checked_plan(plan)
        self.stem = convolution(plan.dimensions, plan.inputs, plan.channels, plan.kernel, bias=True)
        self.units = nn.Sequential(*units_of(plan))
        channels = self.channels_out
        self.last_norm = norm_or_nothing(plan.dimensions, channels, wanted=plan.norm and self.pre_activated)
        self.readout = nn.Linear(channels, plan.outputs) if plan.outputs else None

    @property
    def pre_activated(self) -> bool:
        """True where the units' last operation is a sum or a concatenation, not a ReLU."""
        return self.plan.kind in ("residual", "dense")

    @property
    def channels_out(self) -> int:
        """The channels behind the last unit."""
        last = self.units[-1]
        assert isinstance(last, Unit)
        return last.channels_out

    def forward(self, x: Tensor) -> Tensor:
        """Return scores, (B, O), of x, (B, I, ...); without a readout what the last unit gives, (B, C, ...)."""
        return self.read_out(self.units(self.read_in(x)))

    def read_in(self, x: Tensor) -> Tensor:
        """Return what the first unit reads, (B, C, ...). Raises InputError for an x that cannot be read."""
        check_readable(x, self.plan.inputs, self.plan.dimensions, self.plan.kernel)
        h: Tensor = self.stem(x)
        return h

    def read_out(self, h: Tensor, normalise: Apply = apply_norm) -> Tensor:
        """Return the scores of what the last unit gives; normalise: see `Unit.signals`."""
        if self.readout is None:
            return h
        if self.pre_activated:
            h = torch.relu(normalise(LAST_NORM, self.last_norm, h) if self.plan.norm else h)
        scores: Tensor = self.readout(h.flatten(2).mean(dim=-1))
        return scores

    def draw(self, generator: Generator, start: str = PYTORCH, keep_bias: float = 0.0) -> Stack:
        """Draw all weights anew; return itself.

        start: "torch" draws weights and biases uniform within 1 / sqrt(fan-in), as PyTorch's own modules; "he" weights
        normal with variance 2 / fan-in, biases 0 (He et al. 2015). keep_bias: that of a highway's 1 − T, so of its
        gate with the sign turned. Raises InputError for another start.
        """
        if start not in START.choices:
            raise InputError(
                N_("Weights cannot be drawn by “{start}”; there are {names}."),
                start=start,
                names=", ".join(START.choices),
            )
        for module in self.modules():
            if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Linear):
                draw_weights(module, generator, start)
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                module.reset_parameters()
        with torch.no_grad():
            for unit in self.units:
                if isinstance(unit, HighwayUnit):
                    unit.gate.get_parameter("bias").fill_(-keep_bias)
        return self


def draw_weights(module: nn.Conv1d | nn.Conv2d | nn.Linear, generator: Generator, start: str) -> None:
    """Draw the weights and the bias of one layer, see `Stack.draw`."""
    fan_in = module.weight[0].numel()
    bound = 1 / math.sqrt(fan_in)
    with torch.no_grad():
        if start == HE:
            module.weight.normal_(0, math.sqrt(2 / fan_in), generator=generator)
        else:
            module.weight.uniform_(-bound, bound, generator=generator)
        if module.bias is not None:
            module.bias.uniform_(-bound, bound, generator=generator) if start != HE else module.bias.zero_()


def units_of(plan: Plan) -> list[Unit]:
    """Make the units of a plan, each reading the channels that the one before gives."""
    units: list[Unit] = []
    read = plan.channels
    for index in range(plan.depth):
        past = plan.widens_at is not None and index >= plan.widens_at
        wide = (plan.wider or plan.channels) if past else plan.channels
        written = plan.growth if plan.kind == "dense" else wide
        unit = UNITS[plan.kind](
            read,
            written,
            dimensions=plan.dimensions,
            kernel=plan.kernel,
            norm=plan.norm,
            shortcut=plan.shortcut and index == plan.widens_at,
        )
        units.append(unit)
        read = unit.channels_out
    return units
