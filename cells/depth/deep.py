"""Every value of a deep stack, unit by unit, from a module and a batch: for depth what `trace` is for time.

Axes: B examples of a batch, I channels of the input, C channels, then one (L) or two (H, W) dimensions of places, O
outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard, TypeVar

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.parameter import is_lazy

from cells.core.messages import N_, InputError
from cells.depth.batches import check_batch
from cells.depth.convolutions import shape_text
from cells.depth.norm_numbers import NormNumbers, is_batch_norm, normalised
from cells.depth.stack import LAST_NORM, Stack
from cells.depth.units import Unit

OTHER = "module"  # the kind of a part that is no unit
OUT = "out"

Result = TypeVar("Result")


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
        self._biases: dict[str, Tensor | None] = {}

    @property
    def biases(self) -> dict[str, Tensor]:
        """The bias of each convolution by the signal that it gives, (C), zeros where it has none."""
        return {
            name: self[name].new_zeros(self[name].shape[1]) if bias is None else bias
            for name, bias in self._biases.items()
        }

    def keep_biases(self, convolutions: Mapping[str, nn.Module]) -> None:
        """Copy the biases of the unit's convolutions, which are given by the signals that they give."""
        for name, conv in convolutions.items():
            bias = getattr(conv, "bias", None)
            self._biases[name] = bias.detach().clone() if isinstance(bias, Tensor) else None

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
    """A way to apply normalisations that leaves the modules as they are and keeps a batch normalisation's numbers."""

    norms: dict[str, NormNumbers] = field(default_factory=dict)

    def __call__(self, name: str, norm: nn.Module, x: Tensor) -> Tensor:
        """Normalise x, and keep the numbers; what somebody has put in its place is run as it is."""
        if not is_batch_norm(norm):
            return run_apart(norm, x)
        y, self.norms[name] = normalised(norm, x)
        return y


def deep(module: nn.Module, x: Tensor) -> DeepTrace:
    """Trace every value of every unit of `module` while it reads the batch `x`.

    module: a `Stack`, one unit (`PlainUnit`, `ResidualUnit`, `DenseUnit`, `HighwayUnit`), or an `nn.Sequential` of
        units. An `nn.Sequential` in it that holds units is opened too; other modules among them are run as they are
        and have their output alone, and those with dropout draw as they always do. It is not changed: batch
        normalisations work as their `training` says, but their running numbers stay.
    x: (B, C, L) or (B, C, H, W), finite, in the module's dtype and on its device.

    Returns a `DeepTrace` of copies, which stays true while the module goes on learning. Raises TypeError for another
    module and for an x that is no dense floating-point tensor, InputError (a ValueError) for shapes that do not fit,
    among them a kernel larger than what it reads, channels that cannot be added, and a batch of one with one value a
    channel in training; also for what any part itself refuses.
    """
    made = deep_until_error(module, x)
    if made.stopped is not None:
        raise made.stopped
    return made


@torch.no_grad()
def deep_until_error(module: nn.Module, x: Tensor) -> DeepTrace:
    """Trace as `deep` does, up to the unit that cannot run; the reason is `stopped`."""
    parts = parts_of(module)
    check_batch(x, module)
    first = h = x = x.clone()
    units: list[UnitTrace] = []
    read, scores = Recorder(), None
    try:
        if isinstance(module, Stack):
            first = h = told("stem", x, lambda: module.read_in(x))
        for name, part in parts:
            units.append(trace_part(name, part, h))
            h = units[-1][OUT]
        if isinstance(module, Stack) and module.readout is not None:
            scores = told("readout", h, lambda: module.read_out(h, read))
    except InputError as problem:
        return DeepTrace(x, tuple(units), first, stopped=problem)
    return DeepTrace(x, tuple(units), first, scores, read.norms.get(LAST_NORM))


def parts_of(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return the units of a module, and the parts between them, by name. Raises TypeError for another module."""
    if isinstance(module, Stack):
        return list(opened(module.units, "units."))
    if is_sequence(module):
        return list(opened(module, ""))
    if isinstance(module, Unit):
        return [("", module)]
    raise TypeError(f"deep takes a Stack, a unit or an nn.Sequential of units, not {type(module).__name__}")


def is_sequence(module: nn.Module) -> TypeGuard[nn.Sequential]:
    """Tell whether a module runs its parts one after the other; a subclass with a `forward` of its own may not."""
    return isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward


def opened(sequence: nn.Sequential, before: str) -> Iterator[tuple[str, nn.Module]]:
    """Yield the parts of a sequence by name, `before` in front, and those of sequences of units in it."""
    # named_children would leave out a part that stands there a second time, with the weights of the first.
    for name, part in sequence._modules.items():
        assert part is not None
        if is_sequence(part) and any(isinstance(inner, Unit) for inner in part.modules()):
            yield from opened(part, f"{before}{name}.")
        else:
            yield before + name, part


def trace_part(name: str, part: nn.Module, x: Tensor) -> UnitTrace:
    """Run one unit or another part of a stack on x. Raises InputError where it cannot."""
    recorder = Recorder()
    called = name or type(part).__name__
    if isinstance(part, Unit):
        unit = UnitTrace(name, part.kind, x, told(called, x, lambda: part.signals(x, recorder)), recorder.norms)
        unit.keep_biases(part.convolutions)
        return unit
    return UnitTrace(name, OTHER, x, {OUT: told(called, x, lambda: recorder(OUT, part, x))}, recorder.norms)


def run_apart(part: nn.Module, x: Tensor) -> Tensor:
    """Run a module on copies of x and of its buffers, for it may change both. Returns its output, a tensor."""
    if any(is_lazy(parameter) for parameter in part.parameters()):
        raise ValueError("it has no sizes before it has run once")
    held = {name: values.clone() for name, values in part.named_buffers()}
    made = functional_call(part, held, (x.clone(),))
    if not isinstance(made, Tensor):
        raise TypeError(f"it gives no tensor but {type(made).__name__}")
    return made


def told(name: str, x: Tensor, run: Callable[[], Result]) -> Result:
    """Call `run`, and turn what a part refuses while it reads x into an InputError that names both."""
    try:
        return run()
    except InputError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError) as problem:
        raise InputError(
            N_("The part {name} cannot read {shape}: {reason}"),
            name=name,
            shape=shape_text(tuple(x.shape)),
            reason=str(problem).partition("\n")[0],
        ) from problem
