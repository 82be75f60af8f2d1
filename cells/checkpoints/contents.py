"""Contents of a file, as every format's reader hands them over: weights in PyTorch's arrangement, not yet cast.

Axes: I input features, H hidden units, P projected units (P = H unless an LSTM has a projection), K gates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor

from cells.checkpoints.learnt import Learnt
from cells.core.messages import InputError


@dataclass(frozen=True)
class Strand:
    """The weights of one layer and direction, the rows of the gates in PyTorch's order."""

    w_ih: Tensor  # (K H, I)
    w_hh: Tensor  # (K H, P)
    b_ih: Tensor | None = None  # (K H)
    b_hh: Tensor | None = None  # (K H)
    extras: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def tensors(self) -> dict[str, Tensor]:
        """All by PyTorch's names without layer, those of the biases only where they are there."""
        biases = {"bias_ih": self.b_ih, "bias_hh": self.b_hh}
        there = {name: values for name, values in biases.items() if values is not None}
        return {"weight_ih": self.w_ih, "weight_hh": self.w_hh, **there, **self.extras}


@dataclass(frozen=True)
class Table:
    """A matrix of the file that may be an embedding (V, I) or a readout (O, D P), laid out as PyTorch does.

    kind: what it is, "either" where the file does not say. `read` gives its weight and its bias.
    """

    name: str
    shape: tuple[int, int]
    read: Callable[[], tuple[Tensor, Tensor | None]]
    kind: Literal["embedding", "readout", "either"] = "either"
    biased: bool = False
    activation: str = ""


def as_read(weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Return weight and bias: the `read` of a `Table` whose numbers are in memory."""
    return weight, bias


@dataclass(frozen=True)
class FoundLayer:
    """A recurrent layer as a file has it.

    strands: by layer, then direction. cells: the keys of CELLS that have such weights, the likeliest first, and `sure`
    whether the file says which. tables: those that may stand before or behind it; `connected`: whether the file
    itself says that they do. learnt: what it has been taught, where the file says so. residual:
    whether from the second layer on what a layer has read is added to what it gives.
    """

    name: str
    strands: Sequence[Sequence[Strand]]
    cells: tuple[str, ...]
    sure: bool = True
    tables: tuple[Table, ...] = ()
    connected: bool = False
    batch_first: bool = False
    backwards: bool = False
    state: tuple[Tensor, ...] = ()  # (L D, P) each, in the order of the cell's states
    notes: tuple[InputError, ...] = ()
    learnt: Learnt | None = None
    residual: bool = False

    @property
    def directions(self) -> int:
        """The number of directions."""
        return len(self.strands[0])


@dataclass(frozen=True)
class Contents:
    """A whole file: its format, its recurrent layers, and those that were recognised but cannot be had."""

    format: str
    layers: tuple[FoundLayer, ...]
    refused: tuple[InputError, ...] = ()
    holds: tuple[str, ...] = ()  # names of what is in it, to tell a person who finds no layer
