"""The recurrences of the three cells, step by step in plain torch: what the page's numbers are compared with.

Nothing here comes from the app. Equations and gate order are those of PyTorch's documentation of `nn.LSTM`, `nn.GRU`
and `nn.RNN`. Axes: T time steps, I input features, H hidden units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cells.core.stepwise import Recurrent


@dataclass(frozen=True)
class Step:
    """The numbers of one step: each signal by its name, and the terms of each signal's equation, all (H)."""

    signals: dict[str, Tensor]
    terms: dict[str, list[Tensor]]


def every_step(module: Recurrent, xs: Tensor) -> list[Step]:
    """Run a module of one layer over `xs` (T, I) from the zero state."""
    weights = Weights(module)
    state = {"hidden": torch.zeros(module.hidden_size), "cell": torch.zeros(module.hidden_size)}
    steps = []
    for x in xs:
        step = STEPS[type(module)](weights, x, state)
        state = {**state, **step.signals}
        steps.append(step)
    return steps


class Weights:
    """A module's parameters, by gate."""

    def __init__(self, module: Recurrent) -> None:
        self._w, self._u, self._b, self._b_h = (p.detach() for p in module.parameters())
        self._units = module.hidden_size

    def products(self, gate: int, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return W x, U h and the two biases of the gate with the given index."""
        rows = slice(gate * self._units, (gate + 1) * self._units)
        return self._w[rows] @ x, self._u[rows] @ h, self._b[rows], self._b_h[rows]

    def summands(self, gate: int, x: Tensor, h: Tensor) -> list[Tensor]:
        """Return what a gate adds up: from the input, from the hidden state, bias."""
        wx, uh, b, b_h = self.products(gate, x, h)
        return [wx, uh, b + b_h]


def with_sum(summands: list[Tensor]) -> list[Tensor]:
    return [*summands, sum(summands, torch.zeros(()))]


def lstm_step(weights: Weights, x: Tensor, state: dict[str, Tensor]) -> Step:
    h, c = state["hidden"], state["cell"]
    indices = {"input": 0, "forget": 1, "candidate": 2, "output": 3}
    terms = {gate: with_sum(weights.summands(index, x, h)) for gate, index in indices.items()}
    i, f, o = (torch.sigmoid(terms[gate][-1]) for gate in ("input", "forget", "output"))
    g = torch.tanh(terms["candidate"][-1])
    c_new = f * c + i * g
    h_new = o * torch.tanh(c_new)
    terms |= {"cell": [f, c, i, g], "hidden": [o, c_new, o, torch.tanh(c_new)]}
    return Step({"input": i, "forget": f, "candidate": g, "output": o, "cell": c_new, "hidden": h_new}, terms)


def gru_step(weights: Weights, x: Tensor, state: dict[str, Tensor]) -> Step:
    h = state["hidden"]
    terms = {gate: with_sum(weights.summands(index, x, h)) for gate, index in {"reset": 0, "update": 1}.items()}
    r, z = torch.sigmoid(terms["reset"][-1]), torch.sigmoid(terms["update"][-1])
    wx, uh, b_in, b_hn = weights.products(2, x, h)
    total = wx + b_in + r * (uh + b_hn)
    n = torch.tanh(total)
    h_new = (1 - z) * n + z * h
    terms |= {"candidate": [wx, b_in, r, uh, b_hn, total], "hidden": [z, h, 1 - z, n]}
    return Step({"reset": r, "update": z, "candidate": n, "hidden": h_new}, terms)


def rnn_step(weights: Weights, x: Tensor, state: dict[str, Tensor]) -> Step:
    terms = with_sum(weights.summands(0, x, state["hidden"]))
    return Step({"hidden": torch.tanh(terms[-1])}, {"hidden": terms})


STEPS: dict[type[Recurrent], Callable[[Weights, Tensor, dict[str, Tensor]], Step]] = {
    nn.LSTM: lstm_step,
    nn.GRU: gru_step,
    nn.RNN: rnn_step,
}
