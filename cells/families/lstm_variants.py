"""The eight variants of Greff et al. 2015 (arXiv 1503.04069, section 3): the LSTM with one thing taken away or added.

The paper's own baseline has peepholes. PyTorch's LSTM has none, and these start from PyTorch's: what is not named in a
variant is computed as in `cells/families/lstm.py`. Axes: T time steps, B batch, H hidden units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import linear

from cells.core.cell import UNBOUNDED, Cell, Drawing, Equation, Memory, Signal
from cells.core.forward_pass import ForwardPass, Parts, Signals, Units, Weights, gate_parts, shifted
from cells.core.messages import N_
from cells.core.phrases import Phrase, keeps, shows, writes
from cells.core.rule import Hold, Rule
from cells.core.stepwise import Stepwise
from cells.families import lstm_drawings as drawings
from cells.families.conventions import Notations, with_mark
from cells.families.lstm import DRAWING, GATES, SHOWS_ITS_TANH, SIGNALS, gate_equation
from cells.families.lstm_conventions import LSTM_NOTATIONS, without_input_gate

# What a hidden state shows of the memory, by whether there is an output gate, and whether there is a tanh.
SHOWS = {
    (True, True): SHOWS_ITS_TANH,
    (True, False): N_("shows {percent} of its cell state ({number})"),
    (False, True): N_("shows its tanh ({number})"),
}


@dataclass(frozen=True)
class Term:
    """A summand of a gate's sum beside W x + U h + b.

    part: its name among the parts of the sum. weight: the parameter that it needs, and `shape` that parameter's shape
    from H. of(weights, before, now) gives it, (..., H), from the signals one step ago and those of this step so far.
    """

    part: str
    weight: str
    shape: Callable[[int], tuple[int, ...]]
    of: Callable[[Weights, Signals, Signals], Tensor]


@dataclass(frozen=True)
class Plan:
    """The differences of a variant from the LSTM.

    without: the gate that it lacks, always open. coupled: whether the forget gate is what the input gate leaves over.
    linear: those of candidate and hidden that have no tanh. terms: gate -> what else is added to its sum.
    previous_signals: the gates that are read one step later, zero before the first. order: its signals as they
    depend on each other.
    """

    key: str
    title: str
    drawing: Drawing
    without: str = ""
    coupled: bool = False
    linear: tuple[str, ...] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    previous_signals: tuple[str, ...] = ()
    order: tuple[str, ...] = ("forget", "input", "candidate", "output", "cell", "hidden")
    notations: Notations = field(default_factory=lambda: LSTM_NOTATIONS)

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that there are, in their order."""
        return tuple(name for name in self.order if name != self.without)

    @property
    def rows(self) -> tuple[str, ...]:
        """The row blocks of its weights: PyTorch's i, f, g, o but those that it lacks or that follow from another."""
        lacking = {self.without, "forget"} if self.coupled else {self.without}
        return tuple(gate for gate in GATES if gate not in lacking)

    @property
    def extras(self) -> dict[str, Callable[[int], tuple[int, ...]]]:
        """The parameters that PyTorch's LSTM has not, in the order of the gates."""
        return {self.terms[gate].weight: self.terms[gate].shape for gate in GATES if gate in self.terms}


def step(plan: Plan, read: Tensor, before: Signals, weights: Weights, hold: Hold) -> Signals:
    """Take one step, in the order in which the signals depend on each other."""
    totals = read + linear(before["hidden"], weights.w_hh, weights.b_hh)
    sums = dict(zip(plan.rows, totals.chunk(len(plan.rows), dim=-1), strict=True))
    now: Signals = {}
    for name in plan.signals:
        if name in sums:
            value = activation_of(plan, name, sums[name], before, now, weights)
        else:
            value = DERIVED_SIGNALS[name](plan, before, now)
        now[name] = hold(name, value)
    return now


def activation_of(plan: Plan, gate: str, total: Tensor, before: Signals, now: Signals, weights: Weights) -> Tensor:
    """Return a gate or the candidate from W x + U h + b: the plan's own term is added, and the sum squashed."""
    if gate in plan.terms:
        total = total + plan.terms[gate].of(weights, before, now)
    if gate in plan.linear:
        return total
    return torch.tanh(total) if gate == "candidate" else torch.sigmoid(total)


def gated(now: Signals, gate: str, value: Tensor) -> Tensor:
    """Return what a gate lets through: all, where the gate is not there."""
    return now[gate] * value if gate in now else value


def coupled_forget(plan: Plan, before: Signals, now: Signals) -> Tensor:
    """Compute f = 1 − i."""
    return 1 - now["input"]


def cell_state(plan: Plan, before: Signals, now: Signals) -> Tensor:
    """Compute c_t = f * c_{t−1} + i * g."""
    return gated(now, "forget", before["cell"]) + gated(now, "input", now["candidate"])


def hidden_state(plan: Plan, before: Signals, now: Signals) -> Tensor:
    """Compute h_t = o * tanh(c_t)."""
    return gated(now, "output", now["cell"] if "hidden" in plan.linear else torch.tanh(now["cell"]))


DERIVED_SIGNALS = {"forget": coupled_forget, "cell": cell_state, "hidden": hidden_state}


def parts(plan: Plan, run: ForwardPass, signals: Signals, units: Units) -> Parts:
    """Split each gate's sum, the plan's own terms among its parts."""
    made = gate_parts(run, plan.rows, units)
    before = {name: shifted(signals[name], torch.zeros_like(signals[name][0])) for name in plan.previous_signals}
    before["cell"] = shifted(signals["cell"], run.initial["cell"])
    for gate, term in plan.terms.items():
        summand = term.of(run.weights, before, signals)[..., units]
        made[gate] |= {term.part: summand, "sum": made[gate]["sum"] + summand}
    return made


def flows(plan: Plan, run: ForwardPass, signals: Signals) -> dict[str, Tensor]:
    """Return the products in the drawing, as in the LSTM; where nothing is forgotten, `keep` is 1."""
    made = {
        "kept": gated(signals, "forget", shifted(signals["cell"], run.initial["cell"])),
        "written": gated(signals, "input", signals["candidate"]),
    }
    if "forget" not in signals:
        made["keep"] = torch.ones_like(signals["cell"])
    if "hidden" not in plan.linear:
        made["squashed"] = torch.tanh(signals["cell"])
    return made


def signals_of(plan: Plan) -> tuple[Signal, ...]:
    """Return the plan's signals; what has no tanh has no bound."""
    by_name = {signal.name: signal for signal in SIGNALS}
    return tuple(
        replace(by_name[name], bounds=UNBOUNDED) if name in plan.linear else by_name[name] for name in plan.signals
    )


def equations(plan: Plan) -> tuple[Equation, ...]:
    """Return the equation of each signal."""
    return tuple(equation(plan, name) for name in plan.signals)


def equation(plan: Plan, name: str) -> Equation:
    """Return the equation of one signal, its absent gates and squashings left out."""
    if name in plan.rows:
        squash = "σ" if name != "candidate" else "" if name in plan.linear else "tanh"
        return gate_equation(name, squash, also=(plan.terms[name].part,) if name in plan.terms else ())
    if name == "forget":
        return Equation("forget", "1 − {input}")
    if name == "cell":
        return Equation("cell", f"{times(plan, 'forget', 'cell.before')} + {times(plan, 'input', 'candidate')}")
    if name in plan.linear:
        return Equation("hidden", times(plan, "output", "cell"))
    gate = "" if plan.without == "output" else "{output} ⊙ "
    return Equation("hidden", f"{gate}tanh({{cell}})", gate and f"{gate}{{squashed}}")


def times(plan: Plan, gate: str, number: str) -> str:
    """Return a number behind its gate, or alone where the gate is not there."""
    return f"{{{number}}}" if gate == plan.without else f"{{{gate}}} ⊙ {{{number}}}"


def phrases(plan: Plan) -> tuple[Phrase, ...]:
    """Return the phrases: what it keeps, what it writes, and what it shows of that."""
    gated, squashed = plan.without != "output", "hidden" not in plan.linear
    forgets = plan.without != "forget"
    return (
        keeps("forget", "cell", "forget") if forgets else keeps("keep", "cell", "cell"),
        writes("written", "cell", "candidate" if plan.without == "input" else "input"),
        shows("output" if gated else "", "squashed" if squashed else "cell", SHOWS[gated, squashed]),
    )


def cell_of_plan(plan: Plan) -> Cell:
    """Make the cell of a plan."""
    rule = Rule(plan.key, plan.rows, ("hidden", "cell"), partial(step, plan), plan.extras, plan.previous_signals)
    return Cell(
        rule=rule,
        title=plan.title,
        module=partial(Stepwise, rule),
        parts=partial(parts, plan),
        flows=partial(flows, plan),
        shown=signals_of(plan),
        equations=equations(plan),
        phrases=phrases(plan),
        drawing=plan.drawing,
        notations=plan.notations,
        memory=Memory(
            "cell",
            keep="keep" if plan.without == "forget" else "forget",
            kept="kept",
            written="written",
            renewed_by="input" if plan.coupled else "",
        ),
        varies="lstm",
    )


def each_unit(units: int) -> tuple[int, ...]:
    """Return the shape (H,)."""
    return (units,)


def three_gates(units: int) -> tuple[int, ...]:
    """Return the shape (3 H, 3 H)."""
    return (3 * units, 3 * units)


def peep(weight: str, now: bool, weights: Weights, before: Signals, signals: Signals) -> Tensor:
    """Return a gate's look at its own unit's cell state, old or new: p * c."""
    return weights.extras[weight] * (signals if now else before)["cell"]


def peephole(letter: str, now: bool = False) -> Term:
    """Return the peephole of one gate (Gers and Schmidhuber 2000)."""
    weight = f"weight_p{letter}"
    return Term("cell_now" if now else "cell", weight, each_unit, partial(peep, weight, now))


RECURRENT_GATES = ("input", "forget", "output")


def gate_recurrence(index: int, weights: Weights, before: Signals, now: Signals) -> Tensor:
    """Compute what the three gates of the step before add to one of them: its rows of `weight_gates`."""
    gates = torch.cat([before[gate] for gate in RECURRENT_GATES], dim=-1)
    return linear(gates, weights.extras["weight_gates"].chunk(3)[index])


PLANS = (
    Plan(
        "lstm-no-input-gate",
        N_("LSTM, no input gate"),
        drawings.without(DRAWING, "input"),
        without="input",
        notations=without_input_gate(LSTM_NOTATIONS),
    ),
    Plan("lstm-no-forget-gate", N_("LSTM, no forget gate"), drawings.without(DRAWING, "forget"), without="forget"),
    Plan("lstm-no-output-gate", N_("LSTM, no output gate"), drawings.without(DRAWING, "output"), without="output"),
    Plan(
        "lstm-no-input-activation",
        N_("LSTM, no input activation"),
        drawings.linear_candidate(DRAWING),
        linear=("candidate",),
    ),
    Plan(
        "lstm-no-output-activation",
        N_("LSTM, no output activation"),
        drawings.linear_hidden(DRAWING),
        linear=("hidden",),
    ),
    Plan(
        "lstm-coupled",
        N_("LSTM, coupled gates"),
        drawings.coupled(DRAWING),
        coupled=True,
        order=("input", "forget", "candidate", "output", "cell", "hidden"),
        notations=with_mark(LSTM_NOTATIONS, "forget", N_("what the input gate leaves")),
    ),
    Plan(
        "lstm-peephole",
        N_("LSTM, peepholes"),
        drawings.peepholes(DRAWING),
        terms={"input": peephole("i"), "forget": peephole("f"), "output": peephole("o", now=True)},
        order=("forget", "input", "candidate", "cell", "output", "hidden"),
    ),
    Plan(
        "lstm-full-gate-recurrence",
        N_("LSTM, gates see gates"),
        drawings.gate_recurrence(DRAWING),
        terms={
            gate: Term("gates", "weight_gates", three_gates, partial(gate_recurrence, index))
            for index, gate in enumerate(RECURRENT_GATES)
        },
        previous_signals=RECURRENT_GATES,
    ),
)

LSTM_VARIANTS = tuple(cell_of_plan(plan) for plan in PLANS)
