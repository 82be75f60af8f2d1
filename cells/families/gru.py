"""The GRU as PyTorch computes it: the reset gate acts after the matrix product, and z keeps the past.

Cho et al. 2014 (arXiv 1406.1078, first version); symbols and gate order as in the PyTorch documentation of `nn.GRU`.
The two biases of the reset and update gates add up into one; the candidate's do not, for b_hn sits inside
r * (U h + b_hn).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cells.core.cell import Box, Cell, Drawing, Equation, Memory, Node, Pipe, Port, Signal, Valve, Wire
from cells.core.forward_pass import ALL_UNITS, ForwardPass, Parts, Signals, Units, Weights, products, summed
from cells.core.messages import N_
from cells.core.phrases import consults, keeps, writes
from cells.core.rule import Hold, Rule
from cells.families.gru_conventions import GRU_RESET_AFTER

GATES = ("reset", "update", "candidate")


def step(read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step, in the order in which the signals depend on each other."""
    h = before["hidden"]
    read_r, read_z, read_n = read.chunk(3, dim=-1)
    recurrent_r, recurrent_z, recurrent_n = linear(h, weights.w_hh, weights.b_hh).chunk(3, dim=-1)
    r = hold("reset", torch.sigmoid(read_r + recurrent_r))
    z = hold("update", torch.sigmoid(read_z + recurrent_z))
    n = hold("candidate", torch.tanh(read_n + r * recurrent_n))
    return {"reset": r, "update": z, "candidate": n, "hidden": hold("hidden", z * h + (1 - z) * n)}


def parts(run: ForwardPass, signals: Signals, units: Units) -> Parts:
    """Split each gate's sum; the candidate has its `hidden_bias` apart, inside the reset gate's product."""
    reset, update, candidate = gate_products(run, units)
    r = signals["reset"][..., units]
    return {"reset": summed(*reset), "update": summed(*update), "candidate": candidate_parts(r, *candidate)}


def gate_products(run: ForwardPass, units: Units) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Compute for each gate W x, U h and the two biases."""
    return [products(run, block, len(GATES), units) for block in range(len(GATES))]


def candidate_parts(
    r: Tensor, from_input: Tensor, from_hidden: Tensor, b_in: Tensor, b_hn: Tensor
) -> dict[str, Tensor]:
    """Return the candidate's sum, W x + b_in + r * (U h + b_hn), with its summands."""
    bias, hidden_bias = b_in.expand_as(from_input), b_hn.expand_as(from_input)
    total = from_input + bias + r * (from_hidden + hidden_bias)
    return {"input": from_input, "hidden": from_hidden, "bias": bias, "hidden_bias": hidden_bias, "sum": total}


def signals(run: ForwardPass) -> Signals:
    """Compute every gate from the finished hidden states in one batched pass: each (T, B, H)."""
    reset, update, candidate = gate_products(run, ALL_UNITS)
    r = torch.sigmoid(summed(*reset)["sum"])
    z = torch.sigmoid(summed(*update)["sum"])
    n = torch.tanh(candidate_parts(r, *candidate)["sum"])
    return {"reset": r, "update": z, "candidate": n, "hidden": run.hidden}


def flows(run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return the products in the drawing: what is kept, renewed, written, and recalled for the candidate."""
    _, _, from_hidden, hidden_bias = candidate_products(run)
    renew = 1 - signals["update"]
    return {
        "kept": signals["update"] * run.hidden_before,
        "renew": renew,
        "written": renew * signals["candidate"],
        "recurrent": from_hidden + hidden_bias,
        "recalled": signals["reset"] * (from_hidden + hidden_bias),
    }


def candidate_products(run: ForwardPass) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Compute W x, b_in, U h and b_hn of the candidate, for every unit."""
    from_input, from_hidden, b_in, b_hn = products(run, GATES.index("candidate"), len(GATES), ALL_UNITS)
    return from_input, b_in, from_hidden, b_hn


SIGNALS = (
    Signal("reset", N_("reset gate"), "gate"),
    Signal("update", N_("update gate"), "gate"),
    Signal("candidate", N_("candidate"), "candidate"),
    Signal("hidden", N_("hidden state"), "state"),
)


def gate_equation(gate: str) -> Equation:
    """Return the common form of the two gates."""
    return Equation(gate, f"σ({{{gate}.input}} + {{{gate}.hidden}} + {{{gate}.bias}})", f"σ({{{gate}.sum}})")


EQUATIONS = (
    gate_equation("reset"),
    gate_equation("update"),
    Equation(
        "candidate",
        "tanh({candidate.input} + {candidate.bias} + {reset} ⊙ ({candidate.hidden} + {candidate.hidden_bias}))",
        "tanh({candidate.sum})",
    ),
    Equation("hidden", "{update} ⊙ {hidden.before} + {renew} ⊙ {candidate}"),
)

PHRASES = (
    keeps("update", "hidden", "update"),
    writes("written", "hidden", "candidate"),
    consults("reset", "candidate.hidden"),
)

BOX_X = {"update": 226, "reset": 386, "candidate": 596}
CONVEYOR, VALVES, BOXES, HIDDEN_BUS, INPUT_BUS = 44, 112, 190, 254, 300
BOX_TOP, BOX_BOTTOM = BOXES - 32, BOXES + 32
BRANCH = 126  # where the hidden state branches off the conveyor to be read by the gates
RESET = 490  # the reset valve's place on the way to the candidate


def taps() -> tuple[Pipe, ...]:
    """Return the pipes of what the hidden state and the input add to each box's sum."""
    gates = {gate: BOX_X[gate] for gate in ("update", "reset")}
    from_hidden = [
        Pipe(f"{g}.hidden", ((x - 24, HIDDEN_BUS), (x - 24, BOX_BOTTOM)), wide=False) for g, x in gates.items()
    ]
    from_input = [Pipe(f"{g}.input", ((x + 24, INPUT_BUS), (x + 24, BOX_BOTTOM)), wide=False) for g, x in BOX_X.items()]
    return (*from_hidden, *from_input)


DRAWING = Drawing(
    size=(820, 340),
    pipes=(
        Pipe("x", ((100, INPUT_BUS), (BOX_X["candidate"] + 24, INPUT_BUS)), wide=False),
        Pipe("hidden.before", ((BRANCH, CONVEYOR), (BRANCH, HIDDEN_BUS), (440, HIDDEN_BUS)), wide=False),
        *taps(),
        Pipe("recurrent", ((440, HIDDEN_BUS), (RESET, HIDDEN_BUS))),
        Pipe("recalled", ((RESET, HIDDEN_BUS), (572, HIDDEN_BUS), (572, BOX_BOTTOM))),
        Pipe("candidate", ((596, BOX_TOP), (596, VALVES))),
        Pipe("written", ((596, VALVES), (596, CONVEYOR))),
        Pipe("hidden.before", ((100, CONVEYOR), (226, CONVEYOR))),
        Pipe("kept", ((226, CONVEYOR), (596, CONVEYOR))),
        Pipe("hidden", ((596, CONVEYOR), (716, CONVEYOR))),
    ),
    valves=(
        Valve("update", (226, CONVEYOR), "across", "update"),
        Valve("renew", (596, VALVES), "up", "update"),
        Valve("reset", (RESET, HIDDEN_BUS), "across", "reset"),
    ),
    wires=(
        Wire("update", ((226, BOX_TOP), (226, CONVEYOR + 24))),
        Wire("update", ((226, VALVES), (572, VALVES))),
        Wire("reset", ((386 + 64, BOXES), (RESET, BOXES), (RESET, HIDDEN_BUS - 24))),
    ),
    nodes=(Node("+", (596, CONVEYOR)), Node("1 −", (420, VALVES)), Node("U", (440, HIDDEN_BUS))),
    boxes=tuple(Box(signal, (x, BOXES)) for signal, x in BOX_X.items()),
    ports=(Port("hidden.before", (50, CONVEYOR)), Port("hidden", (768, CONVEYOR))),
    input_port=(50, INPUT_BUS),
)

GRU = Cell(
    rule=Rule("gru", GATES, ("hidden",), step),
    title=N_("GRU"),
    module=nn.GRU,
    parts=parts,
    signals=signals,
    flows=flows,
    shown=SIGNALS,
    equations=EQUATIONS,
    phrases=PHRASES,
    drawing=DRAWING,
    notations=GRU_RESET_AFTER,
    origins=N_(
        "Reset before the product: Cho et al. 2014 (arXiv 1406.1078v3), Chung et al. 2014 (arXiv 1412.3555). "
        "MGU: Zhou et al. 2016 (arXiv 1603.09420)."
    ),
    memory=Memory("hidden", keep="update", kept="kept", written="written"),
    unsquashed=("recurrent", "recalled"),
)
