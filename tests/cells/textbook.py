"""Every cell as a plain loop over the textbook's equations, step by step: what `trace` is held against.

Written apart from `cells`, in numpy, so that a mistake there is not repeated here. The equations are those of the
PyTorch documentation of `nn.RNN`, `nn.LSTM` and `nn.GRU`.

Axes: T time steps, B batch, I input features, H hidden units, P projected units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from cells.stepwise import Recurrent

Array = NDArray[Any]
Weights = Mapping[str, Array]
State = dict[str, Array]
Signals = dict[str, Array]


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=x.dtype)


def rnn_step(x: Array, state: State, w: Weights, squash: Callable[[Array], Array] = np.tanh) -> Signals:
    """h = squash(W x + b_ih + U h + b_hh)."""
    h = squash(w["weight_ih"] @ x + w["bias_ih"] + w["weight_hh"] @ state["hidden"] + w["bias_hh"])
    return {"hidden": h}


def relu_step(x: Array, state: State, w: Weights) -> Signals:
    return rnn_step(x, state, w, squash=lambda s: np.maximum(s, 0))


def lstm_step(x: Array, state: State, w: Weights) -> Signals:
    """Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000, and a projection where there is one."""
    h, c = state["hidden"], state["cell"]
    W_i, W_f, W_g, W_o = np.split(w["weight_ih"], 4)
    U_i, U_f, U_g, U_o = np.split(w["weight_hh"], 4)
    b_i, b_f, b_g, b_o = np.split(w["bias_ih"] + w["bias_hh"], 4)
    i = sigmoid(W_i @ x + U_i @ h + b_i)
    f = sigmoid(W_f @ x + U_f @ h + b_f)
    g = np.tanh(W_g @ x + U_g @ h + b_g)
    o = sigmoid(W_o @ x + U_o @ h + b_o)
    c = f * c + i * g
    h = o * np.tanh(c)
    if "weight_hr" in w:
        h = w["weight_hr"] @ h
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


def gru_step(x: Array, state: State, w: Weights) -> Signals:
    """Cho et al. 2014, the reset gate after the product, z keeping the past."""
    h = state["hidden"]
    W_r, W_z, W_n = np.split(w["weight_ih"], 3)
    U_r, U_z, U_n = np.split(w["weight_hh"], 3)
    b_ir, b_iz, b_in = np.split(w["bias_ih"], 3)
    b_hr, b_hz, b_hn = np.split(w["bias_hh"], 3)
    r = sigmoid(W_r @ x + b_ir + U_r @ h + b_hr)
    z = sigmoid(W_z @ x + b_iz + U_z @ h + b_hz)
    n = np.tanh(W_n @ x + b_in + r * (U_n @ h + b_hn))
    h = z * h + (1 - z) * n
    return {"reset": r, "update": z, "candidate": n, "hidden": h}


STEPS: dict[str, Callable[[Array, State, Weights], Signals]] = {
    "rnn": rnn_step,
    "rnn-relu": relu_step,
    "lstm": lstm_step,
    "gru": gru_step,
}


def textbook(cell_key: str, module: Recurrent, xs: Tensor, state: dict[str, Tensor]) -> list[Signals]:
    """Every signal of every layer and direction, in PyTorch's order and in the order of time: each (T, B, ·).

    xs: (T, B, I). state: name -> (layers · directions, B, ·).
    """
    directions = 2 if module.bidirectional else 1
    inputs, runs = xs.numpy(), []
    for layer in range(module.num_layers):
        for reverse in range(directions):
            start = {name: values[layer * directions + reverse].numpy() for name, values in state.items()}
            weights = weights_of(module, f"l{layer}{'_reverse' if reverse else ''}")
            runs.append(unroll(STEPS[cell_key], inputs, start, weights, reverse=bool(reverse)))
        inputs = np.concatenate([signals["hidden"] for signals in runs[-directions:]], axis=-1)
    return runs


def weights_of(module: Recurrent, suffix: str) -> dict[str, Array]:
    """The parameters of one layer and direction, by their name without suffix; zeros for biases that are not there."""
    found = {
        name.removesuffix(f"_{suffix}"): parameter.detach().numpy()
        for name, parameter in module.named_parameters()
        if name.endswith(f"_{suffix}")
    }
    zeros = np.zeros(len(found["weight_ih"]), dtype=found["weight_ih"].dtype)
    return {"bias_ih": zeros, "bias_hh": zeros, **found}


def unroll(
    step: Callable[[Array, State, Weights], Signals], xs: Array, start: State, w: Weights, *, reverse: bool
) -> Signals:
    """One layer and direction over (T, B, I), one sequence of the batch after the other."""
    sequences = []
    for b in range(xs.shape[1]):
        state = {name: values[b] for name, values in start.items()}
        steps = []
        for x in xs[::-1, b] if reverse else xs[:, b]:
            signals = step(x, state, w)
            state = {name: signals[name] for name in state}
            steps.append(signals)
        in_time = steps[::-1] if reverse else steps
        sequences.append({name: np.stack([signals[name] for signals in in_time]) for name in in_time[0]})
    return {name: np.stack([signals[name] for signals in sequences], axis=1) for name in sequences[0]}
