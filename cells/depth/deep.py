"""Every value of a deep stack, unit by unit, from a module and a batch: for depth what `trace` is for time.

Axes: B examples of a batch, I channels of the input, C channels, then one (L) or two (H, W) dimensions of places, O
outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.func import functional_call

from cells.core.messages import N_, InputError
from cells.depth.convolutions import shape_text
from cells.depth.norm_numbers import NormNumbers, normalised
from cells.depth.stack import LAST_NORM, Stack
from cells.depth.units import Unit

FEWEST_AXES = 2  # axes at least: a batch and its channels
OTHER = "module"  # the kind of a part that is no unit
OUT = "out"


class UnitTrace(Mapping[str, Tensor]):
    """Every value of one unit: a mapping from the signals' names, in the order computed, to tensors (B, C, ...).

    Attributes: `name`, the module's in its stack; `kind`, a key of UNITS, or "module" for a part that is no unit and
    has "out" alone; `x`, what it reads; `norms`, signal -> the numbers of the batch normalisation that gives it;
    `biases`, signal -> (C), the bias of the convolution that gives it, zeros where it has none.
    """

    def __init__(
        self, name: str, kind: str, x: Tensor, signals: dict[str, Tensor], norms: dict[str, NormNumbers]
    ) -> None:
        self.name, self.kind, self.x, self.norms = name, kind, x, norms
        self._signals = signals

        self.biases: dict[str, Tensor] = {}

    def __getitem__(self, signal: str) -> Tensor:
        return self._signals[signal]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)

    def __repr__(self) -> str:
        return f"UnitTrace({self.name!r}, {self.kind!r}, {list(self._signals)})"


@dataclass(frozen=True)
class DeepTrace:
    """A run of a stack over one batch.

    x: the batch, (B, I, ...). units: their traces in order. first: what the first unit reads. scores: (B, O), or None
    where the module has no readout. last_norm: the numbers of the batch normalisation before the readout, if there is
    one. stopped: why the run ended before its time, in `deep_until_error` alone.
    """

    x: Tensor
    units: tuple[UnitTrace, ...]
    first: Tensor
    scores: Tensor | None = None
    last_norm: NormNumbers | None = None
    stopped: InputError | None = None

    @property
    def out(self) -> Tensor:
        """The output of the last unit that has run, (B, C, ...)."""
        return self.units[-1][OUT] if self.units else self.first


@dataclass
class Recorder:
    """A way to apply batch normalisations that leaves the modules as they are and keeps their numbers by name."""

    norms: dict[str, NormNumbers] = field(default_factory=dict)

    def __call__(self, name: str, norm: nn.Module, x: Tensor) -> Tensor:
        """Normalise x, and keep the numbers."""
        assert isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d)
        y, self.norms[name] = normalised(norm, x)
        return y


def deep(module: nn.Module, x: Tensor) -> DeepTrace:
    """Trace every value of every unit of `module` while it reads the batch `x`.

    module: a `Stack`, one unit (`PlainUnit`, `ResidualUnit`, `DenseUnit`, `HighwayUnit`), or an `nn.Sequential` of
        units; other modules among them are run as they are and have their output alone. It is not changed: batch
        normalisations work as their `training` says, but their running numbers stay.
    x: (B, C, L) or (B, C, H, W), finite, in the module's dtype and on its device.

    Returns a `DeepTrace`. Raises TypeError for another module and for an x that is no floating-point tensor, InputError
    (a ValueError) for shapes that do not fit, among them a kernel larger than what it reads, channels that cannot be
    added, and a batch of one with one value a channel in training.
    """
    made = deep_until_error(module, x)
    if made.stopped is not None:
        raise made.stopped
    return made


def deep_until_error(module: nn.Module, x: Tensor) -> DeepTrace:
    """Trace as `deep` does, up to the unit that cannot run; the reason is `stopped`."""
    parts = parts_of(module)
    check_batch(x, module)
    units: list[UnitTrace] = []
    first, read = x, Recorder()
    with torch.no_grad():
        try:
            first = h = module.read_in(x) if isinstance(module, Stack) else x.clone()
            for name, part in parts:
                units.append(trace_part(name, part, h))
                h = units[-1][OUT]
            scores = module.read_out(h, read) if isinstance(module, Stack) and module.readout is not None else None
        except InputError as problem:
            return DeepTrace(x, tuple(units), first, stopped=problem)
    return DeepTrace(x, tuple(units), first, scores, read.norms.get(LAST_NORM))


def parts_of(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return the units of a module, and the parts between them, by name. Raises TypeError for another module."""
    if isinstance(module, Stack):
        return [(f"units.{name}", unit) for name, unit in module.units.named_children()]
    if isinstance(module, nn.Sequential):
        return list(module.named_children())
    if isinstance(module, Unit):
        return [("", module)]
    raise TypeError(f"deep takes a Stack, a unit or an nn.Sequential of units, not {type(module).__name__}")


def check_batch(x: Tensor, module: nn.Module) -> None:
    """Raise TypeError or InputError unless x is a batch of finite floating-point numbers in the module's dtype."""
    if not isinstance(x, Tensor) or not x.is_floating_point():
        raise TypeError(f"deep takes a floating-point tensor, not {getattr(x, 'dtype', type(x).__name__)}")
    weight = next(module.parameters(), None)
    if weight is not None and weight.dtype != x.dtype:
        raise InputError(
            N_("The batch is {got}, and the module is {wanted}: convert one."), got=x.dtype, wanted=weight.dtype
        )
    if x.dim() < FEWEST_AXES or 0 in x.shape:
        raise InputError(
            N_("A batch has the shape (batch, channels, places …), none of them 0, not {shape}."),
            shape=shape_text(tuple(x.shape)),
        )
    strange = x.isfinite().logical_not().nonzero()
    if len(strange):
        where = tuple(strange[0].tolist())
        raise InputError(
            N_("The batch has {count} numbers that are not finite, the first, {value}, at {place}."),
            count=len(strange),
            value=float(x[where]),
            place=where,
        )


def trace_part(name: str, part: nn.Module, x: Tensor) -> UnitTrace:
    """Run one unit or another part of a stack on x. Raises InputError where it cannot."""
    if isinstance(part, Unit):
        recorder = Recorder()
        signals = part.signals(x, recorder)
        trace = UnitTrace(name, part.kind, x, signals, recorder.norms)
        trace.biases = {signal: bias_of(conv) for signal, conv in part.convolutions.items()}
        return trace
    if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
        y, numbers = normalised(part, x)
        return UnitTrace(name, OTHER, x, {OUT: y}, {OUT: numbers})
    held = {buffer: values.clone() for buffer, values in part.named_buffers()}
    try:
        return UnitTrace(name, OTHER, x, {OUT: functional_call(part, held, (x,))}, {})
    except (RuntimeError, ValueError) as problem:
        raise InputError(
            N_("The part {name} cannot read {shape}: {reason}"),
            name=name,
            shape=shape_text(tuple(x.shape)),
            reason=str(problem).splitlines()[0],
        ) from problem


def bias_of(conv: nn.Module) -> Tensor:
    """Return a copy of a convolution's bias, (C), zeros where it has none."""
    weight, bias = conv.get_parameter("weight"), getattr(conv, "bias", None)
    return weight.new_zeros(len(weight)) if bias is None else bias.detach().clone()
