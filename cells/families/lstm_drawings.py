"""The LSTM's picture with one thing taken away or added; everything else stays in its place, so that one sees which.

All lengths are drawing units.
"""

from __future__ import annotations

from dataclasses import replace

from cells.core.cell import Box, Drawing, Node, Pipe, Point, Wire
from cells.families.lstm import BOX_TOP, BOX_X, BOXES, CONVEYOR, HIDDEN_BUS, INPUT_BUS

PEEP = 92  # the height at which the peepholes of the old cell state branch
COUPLED_X = 150  # the forget gate's place beside the node "1 −"


def without(drawing: Drawing, gate: str) -> Drawing:
    """Take box, valve and sum of a gate away; the pipe that it stood on runs through."""
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
    """End a bus under the last box, at `last`; any other pipe stays as it is."""
    ends = {"x": (last + 24, INPUT_BUS), "hidden.before": (last - 24, HIDDEN_BUS)}
    return replace(pipe, points=(pipe.points[0], ends[pipe.carries])) if pipe.carries in ends else pipe


def linear_candidate(drawing: Drawing) -> Drawing:
    """Let the candidate pass as it is: the identity stands where one expects a squashing."""
    return replace(drawing, nodes=(*drawing.nodes, Node("id", (BOX_X["candidate"], 141))))


def linear_hidden(drawing: Drawing) -> Drawing:
    """Bring the cell state itself, and not its tanh, to the output gate."""
    return replace(
        drawing,
        pipes=tuple(replace(pipe, carries="cell") if pipe.carries == "squashed" else pipe for pipe in drawing.pipes),
        nodes=tuple(node for node in drawing.nodes if node.text != "tanh"),
    )


def coupled(drawing: Drawing) -> Drawing:
    """Let the forget gate read nothing but the input gate, over the node "1 −"."""
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
    """Add pipes from the conveyor to the boxes: from before the forget valve to f and i, from behind the + to o."""
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


ROOM = 40  # between the valves and the boxes, for the gates' way back to the gates
DELAY, FEED = (403, 152), 176  # the node of the step before, and the height at which it feeds the boxes
RECURRENT = {"forget": (143, 40), "input": (153, 40), "output": (148, -40)}  # a wire's height, and its pipe's offset


def gate_recurrence(drawing: Drawing) -> Drawing:
    """Let the wires of the three gates meet in the node "t−1", and lead pipes from there into all three boxes."""
    x, y = DELAY
    wires = tuple(Wire(gate, ((BOX_X[gate], height), (x, height))) for gate, (height, _) in RECURRENT.items())
    feeds = tuple(
        Pipe(f"{gate}.gates", ((x, y), (x, FEED), (into, FEED), (into, BOX_TOP + ROOM)), wide=False)
        for gate, into in ((gate, BOX_X[gate] + offset) for gate, (_, offset) in RECURRENT.items())
    )
    return replace(
        drawing,
        size=(drawing.size[0], drawing.size[1] + ROOM),
        pipes=(*feeds, *(replace(pipe, points=tuple(map(lowered, pipe.points))) for pipe in drawing.pipes)),
        wires=(*wires, *(replace(wire, points=tuple(map(lowered, wire.points))) for wire in drawing.wires)),
        nodes=(*drawing.nodes, Node("t−1", DELAY)),
        boxes=tuple(replace(box, at=lowered(box.at)) for box in drawing.boxes),
        ports=tuple(replace(port, at=lowered(port.at)) for port in drawing.ports),
        input_port=lowered(drawing.input_port),
    )


def lowered(point: Point) -> Point:
    """Move a point of the boxes, or of what lies below them, down to make room."""
    x, y = point
    return (x, y + ROOM if y >= BOX_TOP else y)
