"""Recurrent layers with a residual connection between them.

Axes: T time steps, B batch, I input features, H hidden units, L layers, D directions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from cells.core.forward_pass import State


class ResidualStack(nn.Module):
    """Several layers of one cell; from the second on a layer's output is its hidden states plus what it has read.

    So the sum carries what the layer below gives past the cell, as the shortcut of a residual unit does (He et al.
    2016, arXiv 1512.03385; between recurrent layers Wu et al. 2016, arXiv 1609.08144, section 3.1). With both
    directions what is joined is 2 H wide, and what a layer reads too. Parameters bear the names of PyTorch's own
    modules of several layers.
    """

    def __init__(
        self,
        make: Callable[..., nn.Module],
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Make the layers of `make`, which makes the module of a cell."""
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout, self.bidirectional = True, False, 0.0, bidirectional
        self.proj_size = 0
        layers: list[nn.Module] = []
        for layer in range(num_layers):
            read = hidden_size * (2 if bidirectional else 1) if layer else input_size
            one = make(read, hidden_size, bidirectional=bidirectional, device=device, dtype=dtype)
            for name, parameter in list(one.named_parameters()):
                self.register_parameter(name.replace("l0", f"l{layer}"), parameter)
            layers.append(one)
        self._layers = tuple(layers)  # no registered modules: the parameters are this one's own, under PyTorch's names

    def forward(self, xs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read (T, I) or (T, B, I); return the top layer's outputs, (T, B, D H), and the last states as PyTorch does.

        state: as PyTorch's modules take it, (L D, H) or (L D, B, H) each; zeros when left out.
        """
        directions = 2 if self.bidirectional else 1
        lasts: list[tuple[Tensor, ...]] = []
        for layer in range(self.num_layers):
            rows = slice(layer * directions, (layer + 1) * directions)
            start = None if state is None else rows_of(state, rows)
            hidden, last = self.layer(layer)(xs, start)
            xs = xs + hidden if layer else hidden
            lasts.append(last if isinstance(last, tuple) else (last,))
        joined = tuple(torch.cat(states) for states in zip(*lasts, strict=True))
        return xs, joined if len(joined) > 1 else joined[0]

    def layer(self, index: int) -> nn.Module:
        """Return one layer as a module of its own, which shares this one's parameters."""
        one = self._layers[index]
        for name, own in self._parameters_of(index).items():
            if getattr(one, name) is not own:  # this module has been moved or copied since
                setattr(one, name, own)
        return one

    @property
    def cell_module(self) -> nn.Module:
        """A module of the cell that the layers are made of."""
        return self._layers[0]

    def _parameters_of(self, index: int) -> Mapping[str, nn.Parameter]:
        names = [name for name, _ in self._layers[index].named_parameters()]
        return {name: self.get_parameter(name.replace("l0", f"l{index}")) for name in names}

    def extra_repr(self) -> str:
        """Return what `repr` shows."""
        return f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, residual"


def rows_of(state: State, rows: slice) -> State:
    """Return those rows of a state, (L D, ...), that belong to one layer."""
    if isinstance(state, Tensor):
        return state[rows]
    first, second = state
    return first[rows], second[rows]
