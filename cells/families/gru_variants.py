"""Two relatives of the GRU in which a gate acts on the past before the matrix product.

`gru-reset-before` is the GRU of Chung et al. 2014 (arXiv 1412.3555) and of the third version of Cho et al. 2014 (arXiv
1406.1078); `mgu` is the minimal gated unit of Zhou et al. 2016 (arXiv 1603.09420), whose one gate f both resets and
renews. Both biases of the candidate add up here, for no gate stands between them. Axes: T time steps, B batch, H hidden
units.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import linear

from cells.core.cell import Box, Cell, Drawing, Equation, Memory, Node, Pipe, Signal, Valve, Wire
from cells.core.forward_pass import ForwardPass, Parts, Signals, Units, Weights, products, summed
from cells.core.messages import N_
from cells.core.phrases import consults, keeps, writes
from cells.core.rule import Hold, Rule
from cells.core.stepwise import Stepwise
from cells.families.gru import (
    BOX_BOTTOM,
    BOX_TOP,
    BOX_X,
    BOXES,
    BRANCH,
    CONVEYOR,
    DRAWING,
    GRU,
    HIDDEN_BUS,
    INPUT_BUS,
    SIGNALS,
    VALVES,
    gate_equation,
)
from cells.families.gru import GATES as GRU_GATES
from cells.families.gru_conventions import GRU_BEFORE_NOTATIONS, MGU_NOTATIONS

MGU_GATES = ("forget", "candidate")


def recurrent_sums(rows: int, read: Tensor, h: Tensor, weights: Weights) -> tuple[list[Tensor], Tensor, Tensor]:
    """Compute W x + U h + b of the gates, W x + b of the candidate, and the candidate's U; its rows stand last."""
    size = weights.hidden_size(rows)
    gates = read[..., :-size] + linear(h, weights.w_hh[:-size], weights.b_hh[:-size])
    return list(gates.chunk(rows - 1, dim=-1)), read[..., -size:] + weights.b_hh[-size:], weights.w_hh[-size:]


def step_before(read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step of the GRU with n = tanh(W x + U (r * h) + b)."""
    h = before["hidden"]
    (sum_r, sum_z), sum_n, U_n = recurrent_sums(len(GRU_GATES), read, h, weights)
    r = hold("reset", torch.sigmoid(sum_r))
    z = hold("update", torch.sigmoid(sum_z))
    n = hold("candidate", torch.tanh(sum_n + linear(r * h, U_n)))
    return {"reset": r, "update": z, "candidate": n, "hidden": hold("hidden", z * h + (1 - z) * n)}


def step_mgu(read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step of the MGU: f = σ(W x + U h + b), n = tanh(W x + U (f * h) + b), h = (1 − f) * h + f * n."""
    h = before["hidden"]
    (sum_f,), sum_n, U_n = recurrent_sums(len(MGU_GATES), read, h, weights)
    f = hold("forget", torch.sigmoid(sum_f))
    n = hold("candidate", torch.tanh(sum_n + linear(f * h, U_n)))
    return {"forget": f, "candidate": n, "hidden": hold("hidden", (1 - f) * h + f * n)}


def parts(gates: tuple[str, ...], resetting: str, run: ForwardPass, signals: Signals, units: Units) -> Parts:
    """Split each gate's sum; the candidate's has `recalled`, U times what `resetting` leaves of the past."""
    blocks = {gate: products(run, block, len(gates), units) for block, gate in enumerate(gates)}
    from_input, _, b_ih, b_hh = blocks.pop("candidate")
    recalled = linear(signals[resetting] * run.hidden_before, run.weights.w_hh.chunk(len(gates))[-1][units])
    biases = (b_ih + b_hh).expand_as(from_input)
    total = from_input + recalled + biases
    by_gate = {gate: summed(*block) for gate, block in blocks.items()}
    return by_gate | {"candidate": {"input": from_input, "recalled": recalled, "biases": biases, "sum": total}}


def flows_before(run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return the products in the drawing: what is kept, renewed, written, and recalled for the candidate."""
    renew = 1 - signals["update"]
    return {
        "kept": signals["update"] * run.hidden_before,
        "renew": renew,
        "written": renew * signals["candidate"],
        "recalled": signals["reset"] * run.hidden_before,
    }


def flows_mgu(run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return the products in the MGU's drawing; its `keep` is what the forget gate leaves."""
    keep = 1 - signals["forget"]
    return {
        "keep": keep,
        "kept": keep * run.hidden_before,
        "written": signals["forget"] * signals["candidate"],
        "recalled": signals["forget"] * run.hidden_before,
    }


CANDIDATE_EQUATION = Equation(
    "candidate",
    "tanh({candidate.input} + {candidate.recalled} + {candidate.biases})",
    "tanh({candidate.sum})",
)

RESET, PRODUCT = 486, 536  # the reset valve, and behind it the product with U
INTO_CANDIDATE = BOX_X["candidate"] - 24


def reset_line(resetting: str, starts: float) -> tuple[tuple[Pipe, ...], Valve, Node]:
    """Draw the line of the past to the candidate: first the valve, then the product. It widens at `starts`."""
    pipes = (
        Pipe("hidden.before", ((starts, HIDDEN_BUS), (RESET, HIDDEN_BUS))),
        Pipe("recalled", ((RESET, HIDDEN_BUS), (PRODUCT, HIDDEN_BUS))),
        Pipe(
            "candidate.recalled",
            ((PRODUCT, HIDDEN_BUS), (INTO_CANDIDATE, HIDDEN_BUS), (INTO_CANDIDATE, BOX_BOTTOM)),
            wide=False,
        ),
    )
    return pipes, Valve(resetting, (RESET, HIDDEN_BUS), "across", resetting), Node("U", (PRODUCT, HIDDEN_BUS))


def drawing_before() -> Drawing:
    """Draw the GRU with valve and product before the candidate in the other order."""
    line, valve, product = reset_line("reset", starts=420)
    corner = (RESET, BOXES)
    wire = Wire("reset", ((BOX_X["reset"] + 64, BOXES), corner, (RESET, HIDDEN_BUS - 24)))
    return replace(
        DRAWING,
        pipes=(*line, *(pipe for pipe in DRAWING.pipes if pipe.carries not in ("recurrent", "recalled"))),
        valves=(*(other for other in DRAWING.valves if other.box != "reset"), valve),
        wires=(*(other for other in DRAWING.wires if other.signal != "reset"), wire),
        nodes=(*(node for node in DRAWING.nodes if node.text != "U"), product),
    )


def drawing_mgu() -> Drawing:
    """Draw one box that moves three valves: on the conveyor the other way round, on the candidate, and on the past."""
    line, valve, product = reset_line("forget", starts=420)
    x, n = BOX_X["update"], BOX_X["candidate"]
    return replace(
        DRAWING,
        pipes=(
            *line,
            Pipe("x", ((100, INPUT_BUS), (n + 24, INPUT_BUS)), wide=False),
            Pipe("hidden.before", ((BRANCH, CONVEYOR), (BRANCH, HIDDEN_BUS), (420, HIDDEN_BUS)), wide=False),
            Pipe("forget.hidden", ((x - 24, HIDDEN_BUS), (x - 24, BOX_BOTTOM)), wide=False),
            Pipe("forget.input", ((x + 24, INPUT_BUS), (x + 24, BOX_BOTTOM)), wide=False),
            Pipe("candidate.input", ((n + 24, INPUT_BUS), (n + 24, BOX_BOTTOM)), wide=False),
            *(pipe for pipe in DRAWING.pipes if pipe.wide and pipe.carries not in ("recurrent", "recalled")),
        ),
        valves=(
            Valve("keep", (x, CONVEYOR), "across", "forget"),
            Valve("forget", (n, VALVES), "up", "forget"),
            valve,
        ),
        wires=(
            Wire("forget", ((x, BOX_TOP), (x, CONVEYOR + 24))),
            Wire("forget", ((x, VALVES), (n - 24, VALVES))),
            Wire("forget", ((x + 64, BOXES), (RESET, BOXES), (RESET, HIDDEN_BUS - 24))),
        ),
        nodes=(Node("+", (n, CONVEYOR)), Node("1 −", (x, 88)), product),
        boxes=(Box("forget", (x, BOXES)), Box("candidate", (n, BOXES))),
    )


BEFORE_RULE = Rule("gru-reset-before", GRU_GATES, ("hidden",), step_before)
MGU_RULE = Rule("mgu", MGU_GATES, ("hidden",), step_mgu)

GRU_RESET_BEFORE = replace(
    GRU,
    rule=BEFORE_RULE,
    title=N_("GRU, reset before"),
    module=partial(Stepwise, BEFORE_RULE),
    parts=partial(parts, GRU_GATES, "reset"),
    signals=None,
    flows=flows_before,
    phrases=(*GRU.phrases[:2], consults("reset", "hidden.before")),
    equations=(gate_equation("reset"), gate_equation("update"), CANDIDATE_EQUATION, GRU.equations[-1]),
    drawing=drawing_before(),
    notations=GRU_BEFORE_NOTATIONS,
    unsquashed=(),
    varies="gru",
    origins="",
)

MGU = Cell(
    rule=MGU_RULE,
    title=N_("MGU, one gate"),
    module=partial(Stepwise, MGU_RULE),
    parts=partial(parts, MGU_GATES, "forget"),
    flows=flows_mgu,
    shown=(Signal("forget", N_("forget gate"), "gate"), *SIGNALS[2:]),
    equations=(
        gate_equation("forget"),
        CANDIDATE_EQUATION,
        Equation("hidden", "{keep} ⊙ {hidden.before} + {forget} ⊙ {candidate}"),
    ),
    phrases=(
        keeps("keep", "hidden", "forget"),
        writes("written", "hidden", "candidate"),
        consults("forget", "hidden.before"),
    ),
    drawing=drawing_mgu(),
    notations=MGU_NOTATIONS,
    memory=Memory("hidden", keep="keep", kept="kept", written="written", renewed_by="forget"),
    varies="gru",
)

GRU_VARIANTS = (GRU_RESET_BEFORE, MGU)
