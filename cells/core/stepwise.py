"""A recurrent module made of a cell's rule, for cells that PyTorch has no module for.

Axes: T time steps, B batch, I input features, H hidden units, L layers, D directions, K gates.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import PackedSequence

from cells.core.checks import as_tuple, check_sequence, check_state
from cells.core.forward_pass import Signals, State, Weights
from cells.core.residual_stack import ResidualStack
from cells.core.rule import Rule, walk


class Stepwise(nn.Module):
    """A cell as a module that runs, learns, and is called as `nn.LSTM` or `nn.GRU` are.

    Its parameters bear the names of the PyTorch module that the cell varies (`weight_ih_l0`, ..., `_reverse`), the
    rows of its gates stand in that module's order; `rule.extras` adds its own. They start uniform within 1 / sqrt(H).
    """

    def __init__(  # noqa: PLR0913, PLR0917 - PyTorch's own arguments
        self,
        rule: Rule,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        if min(input_size, hidden_size, num_layers) < 1:
            raise ValueError("input_size, hidden_size and num_layers must be at least 1")
        if not 0 <= dropout <= 1:
            raise ValueError(f"dropout must be a share from 0 to 1, not {dropout}")
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
        """Draw all parameters uniform within 1 / sqrt(H), as PyTorch's own recurrent modules."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, xs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read (T, I), (T, B, I) or, with `batch_first`, (B, T, I); return the top hidden states and the last states.

        state: h_0 or, for a cell with a cell state, (h_0, c_0), each (L D, H) or (L D, B, H); zeros when left out.
        Raises TypeError for a packed sequence and for a state of another kind, InputError (a ValueError) for a shape
        or dtype that does not fit.
        """
        if isinstance(xs, PackedSequence):
            raise TypeError("this module takes a padded tensor: unpack it with torch.nn.utils.rnn.pad_packed_sequence")
        check_sequence(xs, first_weight(self))
        batched = xs.dim() == 3
        inputs = (xs.transpose(0, 1) if self.batch_first else xs) if batched else xs.unsqueeze(1)
        starts = starting_states(self, self.rule.states, state, inputs, batched=batched)
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

    def extra_repr(self) -> str:
        """Return what `repr` shows."""
        return f"{self.rule.key}, {self.input_size}, {self.hidden_size}, num_layers={self.num_layers}"


Recurrent = nn.RNNBase | Stepwise | ResidualStack


def suffix_of(layer: int, reverse: bool) -> str:
    """Return PyTorch's ending of the names of a layer's and direction's parameters: "l0", "l0_reverse"."""
    return f"l{layer}{'_reverse' if reverse else ''}"


def first_weight(module: Recurrent) -> Tensor:
    """Return the first layer's input weights, which tell the module's input size, dtype and device: (K H, I)."""
    return module.get_parameter("weight_ih_l0")


def count_layers_and_directions(module: Recurrent) -> int:
    """Count a module's layers, each direction of a layer for itself."""
    return module.num_layers * (2 if module.bidirectional else 1)


def starting_states(
    module: Recurrent, names: tuple[str, ...], state: State | None, inputs: Tensor, *, batched: bool
) -> list[Signals]:
    """Return for each layer and direction its states before the first step, name -> (B, H or P), from a caller's state.

    names: of the states, in their order. inputs: (T, B, I). Raises TypeError or InputError for a state that does not
    fit.
    """
    runs = count_layers_and_directions(module)
    sizes = {"hidden": module.proj_size or module.hidden_size, "cell": module.hidden_size}
    batch = inputs.shape[1]
    if state is None:
        return [{name: inputs.new_zeros(batch, sizes[name]) for name in names} for _ in range(runs)]
    given = dict(zip(names, as_tuple(state, names), strict=True))
    for name, values in given.items():
        expected = (runs, batch, sizes[name]) if batched else (runs, sizes[name])
        check_state(name, values, expected, inputs)
    return [{name: values[run].reshape(batch, sizes[name]) for name, values in given.items()} for run in range(runs)]


def weights_of(module: Recurrent, suffix: str) -> Weights:
    """Return the parameters of one layer and direction; zeros for a bias that is not there."""
    return as_weights(weights_by_name(module, f"_{suffix}"))


def weights_by_name(module: Recurrent, end: str) -> dict[str, Tensor]:
    """Return the parameters whose names end with `end`, such as "_l0", by their names without it."""
    return {name.removesuffix(end): values for name, values in module.named_parameters() if name.endswith(end)}


def as_weights(own: dict[str, Tensor]) -> Weights:
    """Collect one layer's and direction's weights from parameters named without layer; a missing bias is zeros."""
    own = dict(own)
    w_ih, w_hh = own.pop("weight_ih"), own.pop("weight_hh")
    zeros = w_ih.new_zeros(len(w_ih))
    return Weights(w_ih, w_hh, own.pop("bias_ih", zeros), own.pop("bias_hh", zeros), own)
