"""Every cell as a plain loop over the textbook's equations, step by step: what `trace` is held against.

Written apart from `cells`, in numpy, so that a mistake there is not repeated here. The equations are those of the
PyTorch documentation of `nn.RNN`, `nn.LSTM` and `nn.GRU`; those of the variants stand in the papers that are named.

Axes: T time steps, B batch, I input features, H hidden units, P projected units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from cells.core.stepwise import Recurrent

Array = NDArray[Any]
Weights = Mapping[str, Array]
State = dict[str, Array]
Signals = dict[str, Array]
Hold = Callable[[str, Array], Array]
Step = Callable[[Array, State, Weights, Hold], Signals]


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=x.dtype)


def no_hold(name: str, value: Array) -> Array:
    """Hold nothing."""
    return value


def sums(x: Array, state: State, w: Weights, gates: int) -> list[Array]:
    """Compute W x + U h + b of each gate, in the order of the weights' rows."""
    return np.split(w["weight_ih"] @ x + w["weight_hh"] @ state["hidden"] + w["bias_ih"] + w["bias_hh"], gates)


def rnn_step(x: Array, state: State, w: Weights, hold: Hold, squash: Callable[[Array], Array] = np.tanh) -> Signals:
    """Compute h = squash(W x + b_ih + U h + b_hh)."""
    h = squash(w["weight_ih"] @ x + w["bias_ih"] + w["weight_hh"] @ state["hidden"] + w["bias_hh"])
    return {"hidden": hold("hidden", h)}


def relu_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    return rnn_step(x, state, w, hold, squash=lambda s: np.maximum(s, 0))


def lstm_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Follow Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al.

    2000, and a projection if there is one.
    """
    s_i, s_f, s_g, s_o = sums(x, state, w, 4)
    i = hold("input", sigmoid(s_i))
    f = hold("forget", sigmoid(s_f))
    g = hold("candidate", np.tanh(s_g))
    o = hold("output", sigmoid(s_o))
    c = hold("cell", f * state["cell"] + i * g)
    h = o * np.tanh(c)
    if "weight_hr" in w:
        h = w["weight_hr"] @ h
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": hold("hidden", h)}


def gru_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Follow Cho et al. 2014, the reset gate after the product, z keeping the past."""
    h = state["hidden"]
    W_r, W_z, W_n = np.split(w["weight_ih"], 3)
    U_r, U_z, U_n = np.split(w["weight_hh"], 3)
    b_ir, b_iz, b_in = np.split(w["bias_ih"], 3)
    b_hr, b_hz, b_hn = np.split(w["bias_hh"], 3)
    r = hold("reset", sigmoid(W_r @ x + b_ir + U_r @ h + b_hr))
    z = hold("update", sigmoid(W_z @ x + b_iz + U_z @ h + b_hz))
    n = hold("candidate", np.tanh(W_n @ x + b_in + r * (U_n @ h + b_hn)))
    return {"reset": r, "update": z, "candidate": n, "hidden": hold("hidden", z * h + (1 - z) * n)}


# The variants of Greff et al. 2015 (arXiv 1503.04069, section 3 and appendix), each without the paper's peepholes but
# the one that is named for them: NIG, NFG, NOG, NIAF, NOAF, CIFG, and full gate recurrence.


def no_input_gate_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute NIG: i = 1."""
    s_f, s_g, s_o = sums(x, state, w, 3)
    f = hold("forget", sigmoid(s_f))
    g = hold("candidate", np.tanh(s_g))
    o = hold("output", sigmoid(s_o))
    c = hold("cell", f * state["cell"] + g)
    return {"forget": f, "candidate": g, "output": o, "cell": c, "hidden": hold("hidden", o * np.tanh(c))}


def no_forget_gate_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute NFG: f = 1, as in Hochreiter and Schmidhuber 1997."""
    s_i, s_g, s_o = sums(x, state, w, 3)
    i = hold("input", sigmoid(s_i))
    g = hold("candidate", np.tanh(s_g))
    o = hold("output", sigmoid(s_o))
    c = hold("cell", state["cell"] + i * g)
    return {"input": i, "candidate": g, "output": o, "cell": c, "hidden": hold("hidden", o * np.tanh(c))}


def no_output_gate_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute NOG: o = 1."""
    s_i, s_f, s_g = sums(x, state, w, 3)
    i = hold("input", sigmoid(s_i))
    f = hold("forget", sigmoid(s_f))
    g = hold("candidate", np.tanh(s_g))
    c = hold("cell", f * state["cell"] + i * g)
    return {"input": i, "forget": f, "candidate": g, "cell": c, "hidden": hold("hidden", np.tanh(c))}


def no_input_activation_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute NIAF: g(x) = x."""
    s_i, s_f, s_g, s_o = sums(x, state, w, 4)
    i = hold("input", sigmoid(s_i))
    f = hold("forget", sigmoid(s_f))
    g = hold("candidate", s_g)
    o = hold("output", sigmoid(s_o))
    c = hold("cell", f * state["cell"] + i * g)
    h = hold("hidden", o * np.tanh(c))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


def no_output_activation_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute NOAF: h(x) = x."""
    s_i, s_f, s_g, s_o = sums(x, state, w, 4)
    i = hold("input", sigmoid(s_i))
    f = hold("forget", sigmoid(s_f))
    g = hold("candidate", np.tanh(s_g))
    o = hold("output", sigmoid(s_o))
    c = hold("cell", f * state["cell"] + i * g)
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": hold("hidden", o * c)}


def coupled_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute CIFG: f = 1 − i."""
    s_i, s_g, s_o = sums(x, state, w, 3)
    i = hold("input", sigmoid(s_i))
    f = hold("forget", 1 - i)
    g = hold("candidate", np.tanh(s_g))
    o = hold("output", sigmoid(s_o))
    c = hold("cell", f * state["cell"] + i * g)
    h = hold("hidden", o * np.tanh(c))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


def peephole_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Return the paper's baseline (Gers and Schmidhuber 2000): i and f see c_{t−1}, o sees c_t."""
    s_i, s_f, s_g, s_o = sums(x, state, w, 4)
    i = hold("input", sigmoid(s_i + w["weight_pi"] * state["cell"]))
    f = hold("forget", sigmoid(s_f + w["weight_pf"] * state["cell"]))
    g = hold("candidate", np.tanh(s_g))
    c = hold("cell", f * state["cell"] + i * g)
    o = hold("output", sigmoid(s_o + w["weight_po"] * c))
    h = hold("hidden", o * np.tanh(c))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


def gate_recurrence_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Compute FGR: R_ii i + R_fi f + R_oi o of the step before added to the input gate, and so for f and o."""
    s_i, s_f, s_g, s_o = sums(x, state, w, 4)
    nothing = np.zeros_like(s_i)
    i, f, o = (state.get(gate, nothing) for gate in ("input", "forget", "output"))
    (R_ii, R_fi, R_oi), (R_if, R_ff, R_of), (R_io, R_fo, R_oo) = (
        np.split(rows, 3, axis=1) for rows in np.split(w["weight_gates"], 3)
    )
    s_i = s_i + R_ii @ i + R_fi @ f + R_oi @ o
    s_f = s_f + R_if @ i + R_ff @ f + R_of @ o
    s_o = s_o + R_io @ i + R_fo @ f + R_oo @ o
    i = hold("input", sigmoid(s_i))
    f = hold("forget", sigmoid(s_f))
    g = hold("candidate", np.tanh(s_g))
    o = hold("output", sigmoid(s_o))
    c = hold("cell", f * state["cell"] + i * g)
    h = hold("hidden", o * np.tanh(c))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": c, "hidden": h}


def reset_before_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Follow Chung et al. 2014 (arXiv 1412.3555), z keeping the past as in PyTorch: n = tanh(W x + U (r * h) + b)."""
    h = state["hidden"]
    W_r, W_z, W_n = np.split(w["weight_ih"], 3)
    U_r, U_z, U_n = np.split(w["weight_hh"], 3)
    b_r, b_z, b_n = np.split(w["bias_ih"] + w["bias_hh"], 3)
    r = hold("reset", sigmoid(W_r @ x + U_r @ h + b_r))
    z = hold("update", sigmoid(W_z @ x + U_z @ h + b_z))
    n = hold("candidate", np.tanh(W_n @ x + U_n @ (r * h) + b_n))
    return {"reset": r, "update": z, "candidate": n, "hidden": hold("hidden", z * h + (1 - z) * n)}


def mgu_step(x: Array, state: State, w: Weights, hold: Hold) -> Signals:
    """Follow Zhou et al. 2016 (arXiv 1603.09420), equations 7 to 9."""
    h = state["hidden"]
    W_f, W_n = np.split(w["weight_ih"], 2)
    U_f, U_n = np.split(w["weight_hh"], 2)
    b_f, b_n = np.split(w["bias_ih"] + w["bias_hh"], 2)
    f = hold("forget", sigmoid(W_f @ x + U_f @ h + b_f))
    n = hold("candidate", np.tanh(W_n @ x + U_n @ (f * h) + b_n))
    return {"forget": f, "candidate": n, "hidden": hold("hidden", (1 - f) * h + f * n)}


STEPS: dict[str, Step] = {
    "rnn": rnn_step,
    "rnn-relu": relu_step,
    "lstm": lstm_step,
    "lstm-no-input-gate": no_input_gate_step,
    "lstm-no-forget-gate": no_forget_gate_step,
    "lstm-no-output-gate": no_output_gate_step,
    "lstm-no-input-activation": no_input_activation_step,
    "lstm-no-output-activation": no_output_activation_step,
    "lstm-coupled": coupled_step,
    "lstm-peephole": peephole_step,
    "lstm-full-gate-recurrence": gate_recurrence_step,
    "gru": gru_step,
    "gru-reset-before": reset_before_step,
    "mgu": mgu_step,
}


def textbook(
    cell_key: str,
    module: Recurrent,
    xs: Tensor,
    state: dict[str, Tensor],
    hold_at: Callable[[int, int], Hold] = lambda run, t: no_hold,
) -> list[Signals]:
    """Return every signal of every layer and direction, in PyTorch's order and in the order of time: each (T, B, ·).

    xs: (T, B, I). state: name -> (layers · directions, B, ·). hold_at(run, t): what is done to each signal, before it
    is used, of a layer and direction at step t of the sequence.
    """
    directions = 2 if module.bidirectional else 1
    inputs = xs.numpy()
    runs: list[Signals] = []
    for layer in range(module.num_layers):
        for reverse in range(directions):
            start = {name: values[layer * directions + reverse].numpy() for name, values in state.items()}
            weights = weights_of(module, f"l{layer}{'_reverse' if reverse else ''}")
            hold = partial(hold_at, len(runs))
            runs.append(unroll(STEPS[cell_key], inputs, start, weights, hold, reverse=bool(reverse)))
        inputs = np.concatenate([signals["hidden"] for signals in runs[-directions:]], axis=-1)
    return runs


def weights_of(module: Recurrent, suffix: str) -> dict[str, Array]:
    """Return the parameters of one layer and direction, by name without suffix; zeros for biases that are not there."""
    found = {
        name.removesuffix(f"_{suffix}"): parameter.detach().numpy()
        for name, parameter in module.named_parameters()
        if name.endswith(f"_{suffix}")
    }
    zeros = np.zeros(len(found["weight_ih"]), dtype=found["weight_ih"].dtype)
    return {"bias_ih": zeros, "bias_hh": zeros, **found}


def unroll(
    step: Step, xs: Array, start: State, w: Weights, hold_at: Callable[[int], Hold], *, reverse: bool
) -> Signals:
    """Walk one layer and direction over (T, B, I), one sequence of the batch after the other."""
    sequences = []
    for b in range(xs.shape[1]):
        state = {name: values[b] for name, values in start.items()}
        steps = []
        for t in reversed(range(len(xs))) if reverse else range(len(xs)):
            state = step(xs[t, b], state, w, hold_at(t))
            steps.append(state)
        in_time = steps[::-1] if reverse else steps
        sequences.append({name: np.stack([signals[name] for signals in in_time]) for name in in_time[0]})
    return {name: np.stack([signals[name] for signals in sequences], axis=1) for name in sequences[0]}
