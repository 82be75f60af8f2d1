"""The vanilla (Elman) recurrent network, with tanh or relu.

h_t = tanh(W x_t + U h_{t-1} + b), Elman 1990; in PyTorch W is `weight_ih`, U `weight_hh` and b the sum of both biases.
It has no gate: every step replaces the whole state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.cell import Box, Cell, Drawing, Equation, Node, Pipe, Port, Signal
from cells.core.forward_pass import ForwardPass, Parts, Signals, Units, Weights, gate_parts
from cells.core.messages import N_
from cells.core.phrases import replaces
from cells.core.rule import Hold, Rule
from cells.families.rnn_conventions import RNN_NOTATIONS

GATES = ("hidden",)


def step(squash: Callable[[Tensor], Tensor], read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step of the equation above."""
    recurrent = linear(before["hidden"], weights.w_hh, weights.b_hh)
    return {"hidden": hold("hidden", squash(read + recurrent))}


def parts(run: ForwardPass, signals: Signals, units: Units) -> Parts:
    """Split the sum before the squashing."""
    return gate_parts(run, GATES, units)


def signals(run: ForwardPass) -> Signals:
    """Return the hidden state, the only signal: (T, B, H)."""
    return {"hidden": run.hidden}


def flows(run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return nothing: nothing flows but the parts of the sum."""
    return {}


HIDDEN = Signal("hidden", N_("hidden state"), "state")

PHRASES = (replaces("hidden"),)

DRAWING = Drawing(
    size=(820, 340),
    pipes=(
        Pipe("hidden.before", ((100, 130), (210, 130))),
        Pipe("hidden.hidden", ((210, 130), (370, 130))),
        Pipe("x", ((100, 270), (210, 270))),
        Pipe("hidden.input", ((210, 270), (370, 270), (370, 130))),
        Pipe("hidden.bias", ((370, 40), (370, 130))),
        Pipe("hidden.sum", ((370, 130), (500, 130))),
        Pipe("hidden", ((500, 130), (716, 130))),
    ),
    valves=(),
    wires=(),
    nodes=(
        Node("U", (210, 130)),
        Node("W", (210, 270)),
        Node("b", (370, 40)),
        Node("+", (370, 130)),
    ),
    boxes=(Box("hidden", (560, 130)),),
    ports=(Port("hidden.before", (50, 130)), Port("hidden", (768, 130))),
    input_port=(50, 270),
)


def equation(squash: str) -> Equation:
    """Return the one equation, with its squashing function."""
    return Equation(
        "hidden",
        f"{squash}({{hidden.input}} + {{hidden.hidden}} + {{hidden.bias}})",
        f"{squash}({{hidden.sum}})",
    )


RNN = Cell(
    rule=Rule("rnn", GATES, ("hidden",), partial(step, torch.tanh)),
    title=N_("RNN"),
    module=partial(nn.RNN, nonlinearity="tanh"),
    parts=parts,
    signals=signals,
    flows=flows,
    shown=(HIDDEN,),
    equations=(equation("tanh"),),
    phrases=PHRASES,
    drawing=DRAWING,
    notations=RNN_NOTATIONS,
)

RNN_RELU = Cell(
    rule=Rule("rnn-relu", GATES, ("hidden",), partial(step, torch.relu)),
    title=N_("RNN, relu"),
    module=partial(nn.RNN, nonlinearity="relu"),
    parts=parts,
    signals=signals,
    flows=flows,
    shown=(replace(HIDDEN, bounds=(0.0, float("inf"))),),
    equations=(equation("relu"),),
    phrases=PHRASES,
    drawing=DRAWING,
    notations=RNN_NOTATIONS,
    varies="rnn",
)
