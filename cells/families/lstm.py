"""The LSTM with a forget gate and no peepholes, as PyTorch computes it.

Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000; symbols and gate order as
in the PyTorch documentation of `nn.LSTM`, its two biases added up into one b for each gate.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.cell import (
    UNBOUNDED,
    Box,
    Cell,
    Drawing,
    Equation,
    Memory,
    Node,
    Pipe,
    Port,
    Signal,
    Valve,
    Wire,
)
from cells.core.forward_pass import ForwardPass, Parts, Signals, Units, Weights, gate_parts, gate_sums, shifted
from cells.core.messages import N_
from cells.core.phrases import keeps, shows, writes
from cells.core.rule import Hold, Rule
from cells.families.lstm_conventions import LSTM_NOTATIONS

GATES = ("input", "forget", "candidate", "output")


def step(read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step, in the order in which the signals depend on each other."""
    recurrent = linear(before["hidden"], weights.w_hh, weights.b_hh)
    sum_i, sum_f, sum_g, sum_o = (read + recurrent).chunk(4, dim=-1)
    f = hold("forget", torch.sigmoid(sum_f))
    i = hold("input", torch.sigmoid(sum_i))
    g = hold("candidate", torch.tanh(sum_g))
    o = hold("output", torch.sigmoid(sum_o))
    c = hold("cell", f * before["cell"] + i * g)
    h = hold("hidden", projected(o * torch.tanh(c), weights))
    return {"forget": f, "input": i, "candidate": g, "output": o, "cell": c, "hidden": h}


def projected(h: Tensor, weights: Weights) -> Tensor:
    """Return the hidden state through the projection of `proj_size`, where there is one (Sak et al. 2014)."""
    projection = weights.extras.get("weight_hr")
    return h if projection is None else linear(h, projection)


def parts(run: ForwardPass, signals: Signals, units: Units) -> Parts:
    """Split each gate's sum."""
    return gate_parts(run, GATES, units)


def signals(run: ForwardPass) -> Signals:
    """Compute every gate from the finished hidden states in one pass, then scan the cell state: each (T, B, H)."""
    i, f, g, o = gate_sums(run).chunk(4, dim=-1)  # opened in place: fresh memory costs more than the arithmetic
    i, f, g, o = i.sigmoid_(), f.sigmoid_(), g.tanh_(), o.sigmoid_()
    c = scan_cell(f, i * g, run.initial["cell"])
    return {"forget": f, "input": i, "candidate": g, "output": o, "cell": c, "hidden": run.hidden}


def scan_cell(keep: Tensor, write: Tensor, initial: Tensor) -> Tensor:
    """Compute c_t = keep_t * c_{t-1} + write_t for every step: (T, B, H).

    The steps are cut into about sqrt(T) blocks, all scanned side by side from zero; the running product of keep then
    carries each block's start in. So the loops have about 3 sqrt(T) turns and not T, and nothing is divided.
    """
    length = math.isqrt(len(keep) - 1) + 1
    keeps, cells = in_blocks(keep, length, filler=1), in_blocks(write, length, filler=0)
    for s in range(1, length):
        cells[:, s].addcmul_(keeps[:, s], cells[:, s - 1])
    for s in range(1, length):
        keeps[:, s].mul_(keeps[:, s - 1])
    starts = [initial]
    for ending, kept in zip(cells[:-1, -1], keeps[:-1, -1], strict=True):
        starts.append(torch.addcmul(ending, kept, starts[-1]))
    cells.addcmul_(keeps, torch.stack(starts).unsqueeze(1))
    return cells.flatten(0, 1)[: len(keep)]


def in_blocks(xs: Tensor, length: int, filler: float) -> Tensor:
    """Cut (T, B, H) -> (blocks, length, B, H), a fresh tensor whose last block is filled up."""
    filled = xs.new_full((-len(xs) % length, *xs.shape[1:]), filler)
    return torch.cat([xs, filled]).reshape(-1, length, *xs.shape[1:])


def flows(run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return the products in the drawing: what is kept, what is written, and the squashed cell state."""
    return {
        "kept": signals["forget"] * shifted(signals["cell"], run.initial["cell"]),
        "written": signals["input"] * signals["candidate"],
        "squashed": torch.tanh(signals["cell"]),
    }


SIGNALS = (
    Signal("forget", N_("forget gate"), "gate"),
    Signal("input", N_("input gate"), "gate"),
    Signal("candidate", N_("candidate"), "candidate"),
    Signal("output", N_("output gate"), "gate"),
    Signal("cell", N_("cell state"), "state", UNBOUNDED),
    Signal("hidden", N_("hidden state"), "state"),
)


def gate_equation(gate: str, squash: str = "σ", also: tuple[str, ...] = ()) -> Equation:
    """Return the common form of the three gates and the candidate; `also` names further parts of the sum."""
    summands = " + ".join(f"{{{gate}.{part}}}" for part in ("input", "hidden", *also, "bias"))
    return Equation(gate, f"{squash}({summands})", f"{squash}({{{gate}.sum}})") if squash else Equation(gate, summands)


EQUATIONS = (
    gate_equation("forget"),
    gate_equation("input"),
    gate_equation("candidate", "tanh"),
    gate_equation("output"),
    Equation("cell", "{forget} ⊙ {cell.before} + {input} ⊙ {candidate}"),
    Equation("hidden", "{output} ⊙ tanh({cell})", "{output} ⊙ {squashed}"),
)

SHOWS_ITS_TANH = N_("shows {percent} of its tanh ({number})")

PHRASES = (
    keeps("forget", "cell", "forget"),
    writes("written", "cell", "input"),
    shows("output", "squashed", SHOWS_ITS_TANH),
)

BOX_X = {"forget": 190, "input": 332, "candidate": 474, "output": 616}
CONVEYOR, VALVES, SHOW, BOXES, HIDDEN_BUS, INPUT_BUS = 44, 112, 138, 190, 254, 300
BOX_TOP, BOX_BOTTOM = BOXES - 32, BOXES + 32
TURN = 700  # where the squashed cell state leaves the conveyor and runs down to the hidden state


def taps() -> tuple[Pipe, ...]:
    """Return the pipes of what the hidden state and the input add to each box's sum."""
    from_hidden = [
        Pipe(f"{g}.hidden", ((x - 24, HIDDEN_BUS), (x - 24, BOX_BOTTOM)), wide=False) for g, x in BOX_X.items()
    ]
    from_input = [Pipe(f"{g}.input", ((x + 24, INPUT_BUS), (x + 24, BOX_BOTTOM)), wide=False) for g, x in BOX_X.items()]
    return (*from_hidden, *from_input)


DRAWING = Drawing(
    size=(820, 340),
    pipes=(
        Pipe("x", ((100, INPUT_BUS), (BOX_X["output"] + 24, INPUT_BUS)), wide=False),
        Pipe("hidden.before", ((100, HIDDEN_BUS), (BOX_X["output"] - 24, HIDDEN_BUS)), wide=False),
        *taps(),
        Pipe("candidate", ((474, BOX_TOP), (474, VALVES))),
        Pipe("written", ((474, VALVES), (474, CONVEYOR))),
        Pipe("squashed", ((TURN, CONVEYOR), (TURN, SHOW))),
        Pipe("hidden", ((TURN, SHOW), (TURN, HIDDEN_BUS), (716, HIDDEN_BUS))),
        Pipe("cell.before", ((100, CONVEYOR), (190, CONVEYOR))),
        Pipe("kept", ((190, CONVEYOR), (474, CONVEYOR))),
        Pipe("cell", ((474, CONVEYOR), (716, CONVEYOR))),
    ),
    valves=(
        Valve("forget", (190, CONVEYOR), "across", "forget"),
        Valve("input", (474, VALVES), "up", "input"),
        Valve("output", (TURN, SHOW), "up", "output"),
    ),
    wires=(
        Wire("forget", ((190, BOX_TOP), (190, CONVEYOR + 24))),
        Wire("input", ((332, BOX_TOP), (332, VALVES), (450, VALVES))),
        Wire("output", ((616, BOX_TOP), (616, SHOW), (TURN - 24, SHOW))),
    ),
    nodes=(Node("+", (474, CONVEYOR)), Node("tanh", (TURN, 94))),
    boxes=tuple(Box(signal, (x, BOXES)) for signal, x in BOX_X.items()),
    ports=(
        Port("cell.before", (50, CONVEYOR)),
        Port("cell", (768, CONVEYOR)),
        Port("hidden.before", (50, HIDDEN_BUS - 6)),
        Port("hidden", (768, HIDDEN_BUS)),
    ),
    input_port=(50, INPUT_BUS),
)

LSTM = Cell(
    rule=Rule("lstm", GATES, ("hidden", "cell"), step),
    title=N_("LSTM"),
    module=nn.LSTM,
    parts=parts,
    signals=signals,
    flows=flows,
    shown=SIGNALS,
    equations=EQUATIONS,
    phrases=PHRASES,
    drawing=DRAWING,
    notations=LSTM_NOTATIONS,
    origins=N_(
        "The variants of Greff et al. 2015 (arXiv 1503.04069). Their baseline has peepholes; "
        "PyTorch's LSTM has none, and the variants here start from PyTorch's."
    ),
    memory=Memory("cell", keep="forget", kept="kept", written="written"),
)
