"""The LSTM's picture with one thing taken away or added; everything else stays in its place, so that one sees which.

All lengths are drawing units.
"""

from __future__ import annotations

from dataclasses import replace

from cells.cell import Box, Drawing, Node, Pipe, Port, Wire
from cells.lstm import BOX_BOTTOM, BOX_TOP, BOX_X, BOXES, CONVEYOR, HIDDEN_BUS, INPUT_BUS

PEEP = 92  # the height at which the peepholes of the old cell state branch
COUPLED_X = 150  # the forget gate's place beside the node "1 −"


def without(drawing: Drawing, gate: str) -> Drawing:
    """No box, no valve and no sum for a gate; the pipe that it stood on runs through."""
    others = [x for name, x in BOX_X.items() if name != gate]
    kept = [pipe for pipe in drawing.pipes if not pipe.carries.startswith(f"{gate}.")]
    return replace(
        drawing,
        pipes=tuple(shortened(pipe, max(others)) for pipe in kept),
        valves=tuple(valve for valve in drawing.valves if valve.box != gate),
        wires=tuple(wire for wire in drawing.wires if wire.signal != gate),
        boxes=tuple(box for box in drawing.boxes if box.signal != gate),
    )


def shortened(pipe: Pipe, last: float) -> Pipe:
    """A bus that ends under the last box, at `last`; any other pipe as it is."""
    ends = {"x": (last + 24, INPUT_BUS), "hidden.before": (last - 24, HIDDEN_BUS)}
    return replace(pipe, points=(pipe.points[0], ends[pipe.carries])) if pipe.carries in ends else pipe


def linear_candidate(drawing: Drawing) -> Drawing:
    """The candidate passes as it is: the identity stands where one expects a squashing."""
    return replace(drawing, nodes=(*drawing.nodes, Node("id", (BOX_X["candidate"], 141))))


def linear_hidden(drawing: Drawing) -> Drawing:
    """The cell state itself, and not its tanh, comes to the output gate."""
    return replace(
        drawing,
        pipes=tuple(replace(pipe, carries="cell") if pipe.carries == "squashed" else pipe for pipe in drawing.pipes),
        nodes=tuple(node for node in drawing.nodes if node.text != "tanh"),
    )


def coupled(drawing: Drawing) -> Drawing:
    """The forget gate reads nothing but the input gate, over the node "1 −"."""
    x = COUPLED_X
    forget = without(drawing, "forget")
    moved = {"cell.before": ((100, CONVEYOR), (x, CONVEYOR)), "kept": ((x, CONVEYOR), (BOX_X["candidate"], CONVEYOR))}
    valve = next(valve for valve in drawing.valves if valve.box == "forget")
    across = Wire("input", ((BOX_X["input"] - 64, BOXES), (x + 64, BOXES)))
    return replace(
        forget,
        pipes=tuple(replace(pipe, points=moved.get(pipe.carries, pipe.points)) for pipe in forget.pipes),
        valves=(replace(valve, at=(x, CONVEYOR)), *forget.valves),
        wires=(Wire("forget", ((x, BOX_TOP), (x, CONVEYOR + 24))), across, *forget.wires),
        nodes=(*forget.nodes, Node("1 −", ((x + BOX_X["input"]) / 2, BOXES))),
        boxes=(Box("forget", (x, BOXES)), *forget.boxes),
    )


def peepholes(drawing: Drawing) -> Drawing:
    """Pipes from the conveyor to the boxes: from before the forget valve to f and i, from behind the + to o."""
    old, new = BOX_X["forget"] - 40, BOX_X["output"] - 40
    into_input = BOX_X["input"] - 40
    looks = (
        Pipe("cell.before", ((old, CONVEYOR), (old, PEEP)), wide=False),
        Pipe("forget.cell", ((old, PEEP), (old, BOX_TOP)), wide=False),
        Pipe("input.cell", ((old, PEEP), (into_input, PEEP), (into_input, BOX_TOP)), wide=False),
        Pipe("cell", ((new, CONVEYOR), (new, PEEP)), wide=False),
        Pipe("output.cell_now", ((new, PEEP), (new, BOX_TOP)), wide=False),
    )
    return replace(drawing, pipes=(*looks, *drawing.pipes))


GATE_BUS, LOWER = 240, 24  # under the boxes; the other two buses make room for it


def gate_recurrence(drawing: Drawing) -> Drawing:
    """A bundle of wires collects the three gates under their boxes; one step later it feeds all three."""
    gates = ("forget", "input", "output")
    left, right = BOX_X["forget"] - 24, BOX_X["output"] + 52
    bundle = tuple(
        Wire(gate, ((BOX_X[gate] + 52, BOX_BOTTOM), (BOX_X[gate] + 52, y), (left, y), (right, y)))
        for gate, y in zip(gates, (GATE_BUS - 5, GATE_BUS, GATE_BUS + 5), strict=True)
    )
    taps = tuple(Pipe(f"{g}.gates", ((BOX_X[g], GATE_BUS), (BOX_X[g], BOX_BOTTOM)), wide=False) for g in gates)
    return replace(
        drawing,
        size=(drawing.size[0], drawing.size[1] + LOWER),
        pipes=(*map(lowered, drawing.pipes), *taps),
        wires=(*drawing.wires, *bundle),
        nodes=(*drawing.nodes, Node("t−1", ((BOX_X["candidate"] + BOX_X["output"]) / 2, GATE_BUS))),
        ports=tuple(map(lowered_port, drawing.ports)),
        input_port=(drawing.input_port[0], drawing.input_port[1] + LOWER),
    )


def lowered(pipe: Pipe) -> Pipe:
    """A pipe whose ends on a bus follow the bus down."""
    return replace(pipe, points=tuple((x, y + LOWER if y >= HIDDEN_BUS else y) for x, y in pipe.points))


def lowered_port(port: Port) -> Port:
    """The ports of the hidden state follow its bus."""
    x, y = port.at
    return replace(port, at=(x, y + LOWER)) if port.shows.startswith("hidden") else port
