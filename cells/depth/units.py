"""The units of a deep stack: plain, residual, dense and highway. Each computes its values in one place, by name.

A unit is an ordinary module that runs and learns. `signals` gives every value on its way in the order in which they are
computed, the last of them "out"; `forward` returns that.

Axes: B examples of a batch, C channels, then one (L) or two (H, W) dimensions of places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from cells.core.messages import N_
from cells.depth.convolutions import check_readable, check_sum, convolution, norm_or_nothing
from cells.depth.sizes import MOST_CHANNELS, check_flag, check_kernel, check_whole

Signals = dict[str, Tensor]
Apply = Callable[[str, nn.Module, Tensor], Tensor]


def apply_norm(_name: str, norm: nn.Module, x: Tensor) -> Tensor:
    """Normalise as the module does it, its running numbers included."""
    y: Tensor = norm(x)
    return y


class Unit(nn.Module):
    """One unit of a stack, from C channels to `channels_out`; places stay as many as they are.

    read, written: channels of the input and of F(x). dimensions: 1 or 2, of the places. kernel: odd, of every
    convolution but that on the shortcut. norm: whether batch normalisation stands before or behind the convolutions;
    these have no bias of their own where it does, for it would be taken away again. shortcut: whether a 1 × 1
    convolution stands on the way past F(x), where there is one. Raises InputError for sizes that are none.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    formula: ClassVar[str]

    def __init__(
        self,
        read: int,
        written: int,
        *,
        dimensions: int = 2,
        kernel: int = 3,
        norm: bool = True,
        shortcut: bool = False,
    ) -> None:
        super().__init__()
        check_whole("read", read, 1, MOST_CHANNELS)
        check_whole("written", written, 1, MOST_CHANNELS)
        check_whole("dimensions", dimensions, 1, 2)
        check_kernel(kernel)
        check_flag("norm", norm)
        check_flag("shortcut", shortcut)
        self.read, self.written, self.dimensions, self.kernel = read, written, dimensions, kernel
        self.has_norm, self.has_shortcut = norm, shortcut

    @property
    def channels_out(self) -> int:
        """The channels of what the unit gives."""
        return self.written

    @property
    def norms(self) -> Mapping[str, nn.Module]:
        """The unit's batch normalisations, by the name of the signal that each gives; none where it has none."""
        return {
            name: getattr(self, name) for name in ("norm", "norm_1", "norm_2") if self.has_norm and hasattr(self, name)
        }

    @property
    def convolutions(self) -> Mapping[str, nn.Module]:
        """The unit's convolutions but that on the shortcut, by the name of the signal that each gives."""
        return {}

    def signals(self, x: Tensor, normalise: Apply = apply_norm) -> Signals:
        """Compute every value, (B, ·, ...), by name; x: (B, C, ...). normalise: how a batch normalisation is applied.

        Raises InputError for channels that do not match, for a kernel larger than x, and where F(x) and x cannot be
        added.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the unit's output, (B, channels_out, ...), of x, (B, C, ...)."""
        return self.signals(x)["out"]

    def _conv(self, read: int, written: int, *, bias: bool | None = None) -> nn.Module:
        bias = not self.has_norm if bias is None else bias
        return convolution(self.dimensions, read, written, self.kernel, bias=bias)

    def _norm(self, channels: int) -> nn.Module:
        return norm_or_nothing(self.dimensions, channels, wanted=self.has_norm)

    def _way_past(self) -> nn.Module:
        if not self.has_shortcut:
            return nn.Identity()
        return convolution(self.dimensions, self.read, self.written, 1, bias=not self.has_norm)

    def _normed(self, name: str, x: Tensor, normalise: Apply) -> Signals:
        """Return the normalised value by its name; nothing where the unit has no batch normalisation."""
        return {name: normalise(name, getattr(self, name), x)} if self.has_norm else {}


class PlainUnit(Unit):
    """Convolution, batch normalisation, ReLU: h = relu(BN(W * x))."""

    kind, title, formula = "plain", N_("plain"), "h = F(x)"
    source = "Ioffe and Szegedy 2015, arXiv 1502.03167, section 3.2"

    def __init__(self, read: int, written: int, **options: bool | int) -> None:
        super().__init__(read, written, **options)  # type: ignore[arg-type]
        self.conv, self.norm = self._conv(read, written), self._norm(written)

    @property
    def convolutions(self) -> Mapping[str, nn.Module]:
        """The one convolution."""
        return {"conv": self.conv}

    def signals(self, x: Tensor, normalise: Apply = apply_norm) -> Signals:
        """Compute conv, norm and out."""
        check_readable(x, self.read, self.dimensions, self.kernel)
        conv = self.conv(x)
        normed = self._normed("norm", conv, normalise)
        return {"conv": conv, **normed, "out": relu(normed.get("norm", conv))}


class ResidualUnit(Unit):
    """Twice batch normalisation, ReLU, convolution, and the sum with what came in: h = x + F(x).

    The pre-activation unit of He et al. 2016b. A 1 × 1 convolution on the shortcut reads x itself.
    """

    kind, title, formula = "residual", N_("residual"), "h = x + F(x)"
    source = "He, Zhang, Ren and Sun 2016, arXiv 1603.05027, figure 4 (e)"

    def __init__(self, read: int, written: int, **options: bool | int) -> None:
        super().__init__(read, written, **options)  # type: ignore[arg-type]
        self.norm_1, self.conv_1 = self._norm(read), self._conv(read, written)
        self.norm_2, self.conv_2 = self._norm(written), self._conv(written, written)
        self.shortcut = self._way_past()

    @property
    def convolutions(self) -> Mapping[str, nn.Module]:
        """Both convolutions."""
        return {"conv_1": self.conv_1, "branch": self.conv_2}

    def signals(self, x: Tensor, normalise: Apply = apply_norm) -> Signals:
        """Compute norm_1, relu_1, conv_1, norm_2, relu_2, branch (F(x)), shortcut and out."""
        check_readable(x, self.read, self.dimensions, self.kernel)
        first = self._normed("norm_1", x, normalise)
        relu_1 = relu(first.get("norm_1", x))
        conv_1 = self.conv_1(relu_1)
        second = self._normed("norm_2", conv_1, normalise)
        relu_2 = relu(second.get("norm_2", conv_1))
        branch, shortcut = self.conv_2(relu_2), self.shortcut(x)
        check_sum(branch, shortcut)
        return {
            **first,
            "relu_1": relu_1,
            "conv_1": conv_1,
            **second,
            "relu_2": relu_2,
            "branch": branch,
            "shortcut": shortcut,
            "out": shortcut + branch,
        }


class DenseUnit(Unit):
    """Batch normalisation, ReLU, convolution to `written` new channels, laid beside what came in: h = [x, F(x)].

    The unit of Huang et al. 2017 without a bottleneck; `written` is their growth rate k.
    """

    kind, title, formula = "dense", N_("dense"), "h = [x, F(x)]"
    source = "Huang, Liu, van der Maaten and Weinberger 2017, arXiv 1608.06993, section 3"

    def __init__(self, read: int, written: int, **options: bool | int) -> None:
        super().__init__(read, written, **options)  # type: ignore[arg-type]
        self.norm, self.conv = self._norm(read), self._conv(read, written)

    @property
    def channels_out(self) -> int:
        """The channels of what came in and the new ones."""
        return self.read + self.written

    @property
    def convolutions(self) -> Mapping[str, nn.Module]:
        """The one convolution."""
        return {"branch": self.conv}

    def signals(self, x: Tensor, normalise: Apply = apply_norm) -> Signals:
        """Compute norm, relu, branch (the new channels) and out."""
        check_readable(x, self.read, self.dimensions, self.kernel)
        normed = self._normed("norm", x, normalise)
        activated = relu(normed.get("norm", x))
        branch = self.conv(activated)
        return {**normed, "relu": activated, "branch": branch, "out": torch.cat([x, branch], dim=1)}


class HighwayUnit(Unit):
    """A gate T between what is new and what came in: h = T F(x) + (1 − T) x, with F(x) = relu(BN(W * x)).

    Srivastava et al. 2015 with convolutions; T = sigmoid(W_T * x + b_T) has no batch normalisation.
    """

    kind, title, formula = "highway", N_("highway"), "h = T F(x) + (1 − T) x"
    source = "Srivastava, Greff and Schmidhuber 2015, arXiv 1505.00387, section 2"

    def __init__(self, read: int, written: int, **options: bool | int) -> None:
        super().__init__(read, written, **options)  # type: ignore[arg-type]
        self.conv, self.norm = self._conv(read, written), self._norm(written)
        self.gate = self._conv(read, written, bias=True)
        self.shortcut = self._way_past()

    @property
    def convolutions(self) -> Mapping[str, nn.Module]:
        """The convolution of F(x) and that of the gate."""
        return {"conv": self.conv, "gate_sum": self.gate}

    def signals(self, x: Tensor, normalise: Apply = apply_norm) -> Signals:
        """Compute conv, norm, branch (F(x)), gate_sum, gate (T), shortcut, written (T F(x)), kept ((1 − T) x), out."""
        check_readable(x, self.read, self.dimensions, self.kernel)
        conv = self.conv(x)
        normed = self._normed("norm", conv, normalise)
        branch, shortcut = relu(normed.get("norm", conv)), self.shortcut(x)
        check_sum(branch, shortcut)
        gate_sum = self.gate(x)
        gate = torch.sigmoid(gate_sum)
        written, kept = gate * branch, (1 - gate) * shortcut
        return {
            "conv": conv,
            **normed,
            "branch": branch,
            "gate_sum": gate_sum,
            "gate": gate,
            "shortcut": shortcut,
            "written": written,
            "kept": kept,
            "out": written + kept,
        }


UNITS: dict[str, type[Unit]] = {unit.kind: unit for unit in (PlainUnit, ResidualUnit, DenseUnit, HighwayUnit)}
