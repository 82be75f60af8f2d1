"""One layer, one direction, run over one sequence: what a cell's equations read.

Axes: T time steps in the order in which they are read, B batch, I input features, H hidden units, P projected units
(P = H unless an LSTM has `proj_size`), K gates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import linear

State = Tensor | tuple[Tensor, ...]
Units = int | slice
Parts = dict[str, dict[str, Tensor]]
Signals = dict[str, Tensor]

ALL_UNITS = slice(None)


@dataclass(frozen=True)
class Weights:
    """The parameters of one layer and direction, gates stacked in PyTorch's order along the rows.

    `extras` holds those that only some cells have, by their name without layer, such as the projection `weight_hr`.
    """

    w_ih: Tensor  # (K H, I)
    w_hh: Tensor  # (K H, P)
    b_ih: Tensor  # (K H), zeros where the module has no bias
    b_hh: Tensor  # (K H)
    extras: dict[str, Tensor] = field(default_factory=dict)

    def hidden_size(self, gates: int) -> int:
        """Return H, of K = `gates` gates."""
        return len(self.w_ih) // gates


@dataclass(frozen=True)
class ForwardPass:
    """A finished forward pass of one layer and direction over one sequence, before its gates are computed."""

    xs: Tensor  # (T, B, I)
    hidden: Tensor  # (T, B, P)
    initial: dict[str, Tensor]  # state name -> (B, P) or (B, H)
    weights: Weights

    @property
    def hidden_before(self) -> Tensor:
        """The hidden state one step ago, at every step: (T, B, P)."""
        return shifted(self.hidden, self.initial["hidden"])


def shifted(state: Tensor, initial: Tensor) -> Tensor:
    """Return the value of a state one step ago, at every step: (T, B, H), from the state and its (B, H) start."""
    return torch.cat([initial.unsqueeze(0), state[:-1]])


def gate_sums(run: ForwardPass) -> Tensor:
    """Compute W x + U h + b of every gate at every step, in one batched pass: (T, B, K H)."""
    w = run.weights
    sums = linear(run.xs, w.w_ih, w.b_ih + w.b_hh)
    sums[0].addmm_(run.initial["hidden"], w.w_hh.T)
    sums[1:].flatten(0, 1).addmm_(run.hidden[:-1].flatten(0, 1), w.w_hh.T)
    return sums


def gate_parts(run: ForwardPass, gates: tuple[str, ...], units: Units) -> Parts:
    """Split each gate's sum: from the input, from the hidden state, and the two biases added up.

    Returns gate -> {"input", "hidden", "bias", "sum"}, each (T, B) for one unit or (T, B, units) for a slice.
    """
    return {gate: summed(*products(run, block, len(gates), units)) for block, gate in enumerate(gates)}


def products(run: ForwardPass, block: int, blocks: int, units: Units) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Compute for one gate's rows W x and U h over the run, and the two biases, for `units`."""
    w = run.weights
    w_ih, w_hh, b_ih, b_hh = (rows.chunk(blocks)[block][units] for rows in (w.w_ih, w.w_hh, w.b_ih, w.b_hh))
    return linear(run.xs, w_ih), linear(run.hidden_before, w_hh), b_ih, b_hh


def summed(from_input: Tensor, from_hidden: Tensor, b_ih: Tensor, b_hh: Tensor) -> dict[str, Tensor]:
    """Add up the plain sum of a gate; return it with its summands."""
    bias = (b_ih + b_hh).expand_as(from_input)
    return {"input": from_input, "hidden": from_hidden, "bias": bias, "sum": from_input + from_hidden + bias}
