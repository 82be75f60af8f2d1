"""A small feed-forward net that reads each step alone: the partner without memory of the recurrent cells.

h_t = tanh(W_h x_t + b_h), y_t = tanh(W_y h_t + b_y), a multilayer perceptron with one hidden layer. No number of one
step goes into another, so the order of the steps cannot matter to it. It is declared like a cell, so that whatever
shows cells can show it, and stands beside `CELLS`, not in it: it is no recurrent cell.

Axes: T time steps, I input features, H units of both layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NoReturn

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.cell import Box, Cell, Drawing, Equation, Node, Pipe, Port, Signal
from cells.core.checks import check_kind, check_sequence
from cells.core.forward_pass import ForwardPass, Parts, Signals, Units, Weights
from cells.core.messages import N_
from cells.core.notation import Notation
from cells.core.phrases import answers
from cells.core.rule import Hold, Rule, no_hold
from cells.families.conventions import SHORT
from cells.tracing.layer_trace import LayerPosition, LayerTrace, Layout

LAYERS = ("hidden", "output")
BIAS = 0.5  # the deviation of the biases: without any, a step that reads zeros would always be answered by 0


class FeedForward(nn.Module):
    """The net as a module: (..., I) -> (..., H), each step by itself.

    Its weights are drawn from a generator of their own, so that the same seed always gives the same net: those of the
    input standard normal, those of the hidden layer with deviation 2 / sqrt(H), as the random weights of the cells.
    """

    def __init__(self, input_size: int, units: int, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)

        def drawn(*shape: int, deviation: float = 1.0) -> nn.Parameter:
            return nn.Parameter(torch.empty(shape).normal_(std=deviation, generator=generator))

        self.weight_h = drawn(units, input_size)
        self.bias_h = drawn(units, deviation=BIAS)
        self.weight_y = drawn(units, units, deviation=2 / math.sqrt(units))
        self.bias_y = drawn(units, deviation=BIAS)

    def forward(self, xs: Tensor) -> Tensor:
        """Compute the outputs of any number of steps."""
        return torch.tanh(linear(torch.tanh(linear(xs, self.weight_h, self.bias_h)), self.weight_y, self.bias_y))


def step(read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step; nothing of the step before is read. `weights` holds W_h, W_y, b_h and b_y, in this order."""
    h = hold("hidden", torch.tanh(read))
    return {"hidden": h, "output": hold("output", torch.tanh(linear(h, weights.w_hh, weights.b_hh)))}


def feed_forward_trace(net: FeedForward, xs: Tensor) -> LayerTrace:
    """Compute every signal of every step that `net` reads: xs (T, I) or (T, B, I), in the net's dtype.

    Equal steps are answered by equal numbers, to the last bit, wherever they stand. Raises TypeError or InputError for
    another kind of sequence, as `trace` does.
    """
    check_kind(xs)
    check_sequence(xs, net.weight_h)
    weight_h, weight_y, bias_h, bias_y = (
        values.detach().clone() for values in (net.weight_h, net.weight_y, net.bias_h, net.bias_y)
    )
    weights = Weights(weight_h, weight_y, bias_h, bias_y)
    layout = Layout(batched=xs.dim() == 3, batch_first=False)
    rows = layout.time_major(xs)
    with torch.no_grad():
        signals = each_alone(lambda x: step(linear(x, weights.w_ih, weights.b_ih), {}, weights, no_hold), rows)
    run = ForwardPass(rows, signals["hidden"], {}, weights)
    return LayerTrace(FEED_FORWARD, run, signals, layout, LayerPosition(0, reverse=False))


def each_alone(compute: Callable[[Tensor], Mapping[str, Tensor]], steps: Tensor) -> Signals:
    """Apply `compute` to each step by itself, one after the other: (T, B, ·).

    A product over all steps at once may round a step by where it stands in the block, and even one step by where it
    lies in memory: so each is computed apart, in memory of its own.
    """
    step_signals = [compute(row.clone()) for row in steps]
    return {name: torch.stack([now[name] for now in step_signals]) for name in step_signals[0]}


def parts(run: ForwardPass, signals: Signals, units: Units) -> Parts:
    """Split the sums of both layers."""
    w = run.weights
    hidden = layer_parts(run.xs, w.w_ih[units], w.b_ih[units], "input")
    return {"hidden": hidden, "output": layer_parts(signals["hidden"], w.w_hh[units], w.b_hh[units], "hidden")}


def layer_parts(read: Tensor, weight: Tensor, bias: Tensor, name: str) -> Signals:
    """Split what a layer adds up: from what it reads, its bias, and the sum, each (T, B) or (T, B, units)."""

    def one_step(x: Tensor) -> dict[str, Tensor]:
        product = linear(x, weight)
        return {name: product, "bias": bias.expand_as(product), "sum": product + bias}

    return each_alone(one_step, read)


def flows(run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return nothing: nothing flows but the parts of the sums."""
    return {}


def no_recurrent_module(*sizes: object, **options: object) -> NoReturn:
    """Raise TypeError: this cell has no recurrent module, `FeedForward` makes the net."""
    raise TypeError("the feed-forward net is no recurrent module: FeedForward makes it, feed_forward_trace traces it")


SIGNALS = (
    Signal("hidden", N_("hidden layer"), "candidate"),
    Signal("output", N_("output"), "candidate"),
)

EQUATIONS = (
    Equation("hidden", "tanh({hidden.input} + {hidden.bias})", "tanh({hidden.sum})"),
    Equation("output", "tanh({output.hidden} + {output.bias})", "tanh({output.sum})"),
)

PHRASES = (answers("output"),)

NOTATION = Notation(
    SHORT,
    N_("short"),
    {"hidden": "h", "output": "y"},
    {"hidden": "h_t", "output": "y_t", "x": "x_t"},
    {"input": "W_§ x_t", "hidden": "W_§ h_t", "bias": "b_§"},
)

LINE, BIASES = 170, 66
DRAWING = Drawing(
    size=(820, 340),
    pipes=(
        Pipe("x", ((130, LINE), (186, LINE))),
        Pipe("hidden.input", ((186, LINE), (256, LINE))),
        Pipe("hidden.bias", ((256, BIASES), (256, LINE))),
        Pipe("hidden.sum", ((256, LINE), (290, LINE))),
        Pipe("hidden", ((400, LINE), (464, LINE))),
        Pipe("output.hidden", ((464, LINE), (534, LINE))),
        Pipe("output.bias", ((534, BIASES), (534, LINE))),
        Pipe("output.sum", ((534, LINE), (570, LINE))),
        Pipe("output", ((690, LINE), (738, LINE))),
    ),
    valves=(),
    wires=(),
    nodes=(
        Node("W_h", (186, LINE)),
        Node("b_h", (256, BIASES)),
        Node("+", (256, LINE)),
        Node("W_y", (464, LINE)),
        Node("b_y", (534, BIASES)),
        Node("+", (534, LINE)),
    ),
    boxes=(Box("hidden", (350, LINE)), Box("output", (632, LINE))),
    ports=(Port("output", (778, LINE)),),
    input_port=(58, LINE),
)

FEED_FORWARD = Cell(
    rule=Rule("feed-forward", LAYERS, (), step),
    title=N_("feed-forward net"),
    module=no_recurrent_module,
    parts=parts,
    flows=flows,
    shown=SIGNALS,
    equations=EQUATIONS,
    phrases=PHRASES,
    drawing=DRAWING,
    notations={SHORT: NOTATION},
)
