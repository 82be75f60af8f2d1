"""A recurrent module made of a cell's rule, for cells that PyTorch has no module for.

Axes: T time steps, B batch, I input features, H hidden units, L layers, D directions, K gates.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import PackedSequence

from cells.rule import Rule, walk
from cells.run import Signals, Weights

State = Tensor | tuple[Tensor, ...]


class Stepwise(nn.Module):
    """A cell as a module that runs, learns, and is called as `nn.LSTM` or `nn.GRU` are.

    Its parameters bear the names of the PyTorch module that the cell varies (`weight_ih_l0`, ..., `_reverse`), the
    rows of its gates stand in that module's order; `rule.extras` adds its own. They start uniform within 1 / sqrt(H).
    """

    def __init__(  # noqa: PLR0913 - PyTorch's own arguments
        self,
        rule: Rule,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.rule = rule
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, dropout, bidirectional
        self.proj_size = 0
        for layer in range(num_layers):
            for reverse in range(2 if bidirectional else 1):
                read = input_size if layer == 0 else hidden_size * (2 if bidirectional else 1)
                for name, shape in self._shapes(read).items():
                    parameter = nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
                    self.register_parameter(f"{name}_{suffix_of(layer, bool(reverse))}", parameter)
        self.reset_parameters()

    def _shapes(self, read: int) -> dict[str, tuple[int, ...]]:
        rows, units = len(self.rule.gates) * self.hidden_size, self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, read), "weight_hh": (rows, units)}
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        return shapes | {name: shape(units) for name, shape in self.rule.extras.items()}

    def reset_parameters(self) -> None:
        """Uniform within 1 / sqrt(H), as PyTorch's own recurrent modules."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, xs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """(T, I), (T, B, I) or, with `batch_first`, (B, T, I) -> the top layer's hidden states, and every last state.

        state: h_0 or, for a cell with a cell state, (h_0, c_0), each (L D, H) or (L D, B, H); zeros when left out.
        Raises TypeError for a packed sequence.
        """
        if isinstance(xs, PackedSequence):
            raise TypeError("this module takes a padded tensor: unpack it with torch.nn.utils.rnn.pad_packed_sequence")
        batched = xs.dim() == 3
        inputs = (xs.transpose(0, 1) if self.batch_first else xs) if batched else xs.unsqueeze(1)
        starts = self._starts(inputs, state, batched)
        lasts: dict[str, list[Tensor]] = {name: [] for name in self.rule.states}
        for layer in range(self.num_layers):
            outputs = []
            for reverse in range(2 if self.bidirectional else 1):
                signals = self._walk(inputs, starts[len(lasts["hidden"])], layer, bool(reverse))
                for name, states in lasts.items():
                    states.append(signals[name][-1])
                outputs.append(signals["hidden"].flip(0) if reverse else signals["hidden"])
            inputs = torch.cat(outputs, dim=-1)
            if layer < self.num_layers - 1:
                inputs = dropout(inputs, self.dropout, self.training)
        last = tuple(torch.stack(states) if batched else torch.stack(states).squeeze(1) for states in lasts.values())
        output = (inputs.transpose(0, 1) if self.batch_first else inputs) if batched else inputs.squeeze(1)
        return output, last if len(last) > 1 else last[0]

    def _walk(self, inputs: Tensor, start: Signals, layer: int, reverse: bool) -> Signals:
        weights = weights_of(self, suffix_of(layer, reverse))
        return walk(self.rule, inputs.flip(0) if reverse else inputs, start, weights)

    def _starts(self, inputs: Tensor, state: State | None, batched: bool) -> list[Signals]:
        runs = self.num_layers * (2 if self.bidirectional else 1)
        if state is None:
            zeros = inputs.new_zeros(inputs.shape[1], self.hidden_size)
            return [dict.fromkeys(self.rule.states, zeros) for _ in range(runs)]
        given = state if isinstance(state, tuple) else (state,)
        laid = [values if batched else values.unsqueeze(1) for values in given]
        return [dict(zip(self.rule.states, (values[run] for values in laid), strict=True)) for run in range(runs)]

    def extra_repr(self) -> str:
        """What `repr` shows."""
        return f"{self.rule.key}, {self.input_size}, {self.hidden_size}, num_layers={self.num_layers}"


Recurrent = nn.RNNBase | Stepwise


def suffix_of(layer: int, reverse: bool) -> str:
    """How PyTorch ends the names of a layer's and direction's parameters: "l0", "l0_reverse"."""
    return f"l{layer}{'_reverse' if reverse else ''}"


def weights_of(module: Recurrent, suffix: str) -> Weights:
    """The parameters of one layer and direction; zeros for a bias that is not there."""
    end = f"_{suffix}"
    own = {name.removesuffix(end): values for name, values in module.named_parameters() if name.endswith(end)}
    w_ih, w_hh = own.pop("weight_ih"), own.pop("weight_hh")
    zeros = w_ih.new_zeros(len(w_ih))
    return Weights(w_ih, w_hh, own.pop("bias_ih", zeros), own.pop("bias_hh", zeros), dict(own))
