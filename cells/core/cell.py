"""The declaration of a recurrent cell: its signals, its equations, and its picture.

Pages draw whatever is declared here, so that a new cell needs no new drawing code.

Axes, here and in every cell: T time steps, B batch, I input features, H hidden units, P projected units (P = H unless
an LSTM has `proj_size`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from cells.core.forward_pass import ForwardPass, Parts, Signals, Units
from cells.core.notation import Notation
from cells.core.phrases import NO_MEMORY, Phrase, ending
from cells.core.rule import Rule
from cells.core.stepwise import Recurrent

Kind = Literal["gate", "candidate", "state"]
UNBOUNDED = (float("-inf"), float("inf"))


@dataclass(frozen=True)
class Signal:
    """One quantity of the cell. A gate lies in [0, 1]; a candidate or a state is signed, within `bounds`."""

    name: str
    title: str
    kind: Kind
    bounds: tuple[float, float] = (-1.0, 1.0)

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the largest value that the signal can have."""
        return (0.0, 1.0) if self.kind == "gate" else self.bounds


@dataclass(frozen=True)
class Memory:
    """The rule by which a state is carried on: kept = keep * state before, and state = kept + written.

    Each names a number.

    renewed_by: the gate g where the cell keeps 1 - g instead of having a gate that keeps, or "".
    """

    state: str
    keep: str
    kept: str
    written: str
    renewed_by: str = ""


@dataclass(frozen=True)
class Equation:
    """The equation of one signal: one formula, written in symbols by a notation and in numbers by the trace.

    `formula` is the right-hand side with a field for each number: `{forget.input}` is what the input adds to the forget
    gate's sum, `{cell.before}` the cell state one step ago, `{forget}` the gate itself. `shortened` is the same with
    what can be added up added up; it is shown in numbers only.
    """

    signal: str
    formula: str
    shortened: str = ""

    def symbols(self, notation: Notation) -> str:
        """Return the equation in a notation's symbols, in which `_x`, `_{xy}` lower and `^x`, `^{xy}` raise."""
        return f"{bare(notation.symbol(self.signal))} = {notation.write(self.formula)}"

    @property
    def numbers(self) -> str:
        """The right-hand side with its fields still open, for the numbers."""
        sides = [self.formula, self.shortened] if self.shortened else [self.formula]
        return " = ".join(sides).replace("⊙", "·")


def bare(symbol: str) -> str:
    """Return a symbol without the brackets that it needs inside a product."""
    return symbol[1:-1] if symbol.startswith("(") and symbol.endswith(")") else symbol


Point = tuple[float, float]


@dataclass(frozen=True)
class Pipe:
    """A path along which a number flows: `carries` names it. Width shows its size, colour its sign."""

    carries: str
    points: tuple[Point, ...]
    wide: bool = True


@dataclass(frozen=True)
class Valve:
    """A valve on a pipe at `at`, open as far as `opening`, a gate or a flow in [0, 1]; `along`: the direction."""

    opening: str
    at: Point
    along: Literal["across", "up"]
    box: str


@dataclass(frozen=True)
class Wire:
    """The dashed control line from a signal's box to its valve."""

    signal: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Node:
    """A small round or rounded operation: +, tanh, 1 -, or a weight that a notation may call otherwise: W, U."""

    text: str
    at: Point


@dataclass(frozen=True)
class Box:
    """The card of one computed signal: its name, symbol and number. `at` is its centre."""

    signal: str
    at: Point


@dataclass(frozen=True)
class Port:
    """The end of a line at which a state enters or leaves the drawing. `shows` names its number, and so its symbol."""

    shows: str
    at: Point


@dataclass(frozen=True)
class Drawing:
    """The parts of the picture, in drawing units; later parts lie over earlier ones."""

    size: tuple[float, float]
    pipes: tuple[Pipe, ...]
    valves: tuple[Valve, ...]
    wires: tuple[Wire, ...]
    nodes: tuple[Node, ...]
    boxes: tuple[Box, ...]
    ports: tuple[Port, ...]
    input_port: Point


@dataclass(frozen=True)
class Cell:
    """A recurrent cell, whole: what it computes, and how it is shown.

    `rule` takes one step, and names the cell in `CELLS` and in links; `varies` is the key of the cell that it is a
    variant of ("" for none), and `origins` tells a person where the variants of this one come from.
    `module(input_size, hidden_size)` makes the PyTorch module. `signals` computes every signal out of a finished
    forward pass at once, for a module whose kernel does not tell them; without it the cell is walked step by step.
    `parts` and `flows` compute what each gate's sum is made of and the products that flow in the drawing; `unsquashed`
    names those flows that are part of a sum before its squashing.
    """

    rule: Rule
    title: str
    module: Callable[..., Recurrent]
    parts: Callable[[ForwardPass, Signals, Units], Parts]
    flows: Callable[[ForwardPass, Signals], dict[str, Tensor]]
    shown: tuple[Signal, ...]
    equations: tuple[Equation, ...]
    phrases: tuple[Phrase, ...]
    drawing: Drawing
    notations: Mapping[str, Notation]
    signals: Callable[[ForwardPass], Signals] | None = None
    memory: Memory | None = None
    unsquashed: tuple[str, ...] = ()
    varies: str = ""
    origins: str = ""

    @property
    def key(self) -> str:
        """Its name in `CELLS` and in links."""
        return self.rule.key

    @property
    def gates(self) -> tuple[str, ...]:
        """The row blocks of its weights, in PyTorch's order."""
        return self.rule.gates

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the signals that are carried from step to step."""
        return tuple(signal.name for signal in self.shown if signal.kind == "state")

    @property
    def sentence(self) -> tuple[Phrase, ...]:
        """The phrases of its sentence about a step, and after them what its memory still holds."""
        return (*self.phrases, ending(self.memory.state) if self.memory else NO_MEMORY)
