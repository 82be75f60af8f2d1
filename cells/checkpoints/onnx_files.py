"""ONNX models: their RNN, LSTM and GRU operators in PyTorch's arrangement.

ONNX stacks an LSTM's gates as i, o, f, c, its peepholes as i, o, f, a GRU's gates as z, r, h; both biases stand behind
one another in B. Directions are the first axis.

Axes: I input features, H hidden units, K gates, D directions, B batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from mmap import ACCESS_READ, mmap
from typing import Any, cast

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import ModelProto, NodeProto
from torch import Tensor

from cells.checkpoints.assemble import sizes_of, stackable
from cells.checkpoints.contents import Contents, FoundLayer, Strand
from cells.checkpoints.onnx_cells import cells_of, directions_of
from cells.checkpoints.onnx_graph import STANDARD, Array, Graph, as_tensor, attributes, named
from cells.checkpoints.onnx_tables import tables_of
from cells.checkpoints.refusals import custom, misfit, no_floats
from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.source import Source
from cells.registry import CELLS

ORDERS = {
    "RNN": ("hidden",),
    "LSTM": ("input", "output", "forget", "candidate"),
    "GRU": ("update", "reset", "candidate"),
}
PEEPHOLES = ("weight_pi", "weight_po", "weight_pf")
WRONG_KINDS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)  # of attributes
LOOPS = ("Scan", "Loop")
QUANTISED = ("DynamicQuantizeLSTM", "DequantizeLinear", "QLinearMatMul")
STATE_INPUTS = {"RNN": (5,), "LSTM": (5, 6), "GRU": (5,)}  # of the initial states among the inputs


def read_onnx(source: Source) -> Contents:
    """Read the layers of a model. Files that it names for its weights are not opened."""
    try:
        model = parse_model(source)
    except (DecodeError, ValueError, RuntimeError, RecursionError, MemoryError) as error:
        raise damaged_onnx() from error
    if not model.graph.node and not model.graph.initializer:
        raise damaged_onnx()
    try:
        return contents_of_graph(Graph(model))
    except InputError:
        raise
    except WRONG_KINDS as error:
        raise damaged_onnx() from error


def parse_model(source: Source) -> ModelProto:
    """Parse the whole message. A file on disk is mapped and not read, so that it is in memory once."""
    with source.opened() as file:
        if source.path is None:
            return cast(ModelProto, ModelProto.FromString(file.read()))
        with mmap(file.fileno(), 0, access=ACCESS_READ) as mapped, memoryview(mapped) as view:
            return cast(ModelProto, ModelProto.FromString(view))


def damaged_onnx() -> InputError:
    """Return the error for a file that the library stumbles over."""
    return InputError(N_("The file is no ONNX model, or is damaged or cut off."))


def contents_of_graph(graph: Graph) -> Contents:
    """Return the layers of a graph, those that PyTorch stacks in one module made into one again."""
    found_layers: list[tuple[NodeProto, FoundLayer]] = []
    refused = list(map(refusal_of, filter(is_refused, graph.nodes)))
    for node in graph.nodes:
        if node.op_type in ORDERS and node.domain in STANDARD:
            try:
                found_layers += [(node, layer) for layer in Operator(graph, node).layers()]
            except InputError as problem:
                refused.append(problem)
    layers = [with_neighbours(graph, nodes, layer) for nodes, layer in join_stacks(graph, found_layers)]
    return Contents("ONNX", tuple(layers), tuple(refused), tuple(dict.fromkeys(node.op_type for node in graph.nodes)))


def is_refused(node: NodeProto) -> bool:
    """Tell whether a node computes something recurrent in a way of its own."""
    return node.op_type in (*LOOPS, "DynamicQuantizeLSTM")


def refusal_of(node: NodeProto) -> InputError:
    """Return the error for a node that is refused."""
    return no_floats(named(node), "int8") if node.op_type in QUANTISED else custom(named(node))


@dataclass(frozen=True)
class Operator:
    """One recurrent operator of a graph."""

    graph: Graph
    node: NodeProto

    def layers(self) -> list[FoundLayer]:
        """Return one layer, or one for each direction where these are not alike."""
        settings, operator, name = attributes(self.node), self.node.op_type, named(self.node)
        reversed_flags = directions_of(name, settings)
        peepholes = self.peepholes()
        cells = cells_of(operator, name, settings, peepholes=peepholes is not None)
        strands = self.strands(cells, peepholes)
        for strand in strands:
            sizes_of(name, strand)
        batch_first = bool(settings.get("layout", 0))
        states, notes = self.states((len(strands), strands[0].w_hh.shape[1]), batch_first=batch_first)
        if self.input_name(4):
            notes.append(InputError(N_("The lengths that the file gives for each sequence are left out.")))
        if len(set(cells)) == 1:
            back = reversed_flags == (True,)
            one = FoundLayer(name, [strands], (cells[0],), batch_first=batch_first, backwards=back, state=states)
            return [replace(one, notes=tuple(notes))]
        return [
            FoundLayer(
                f"{name}.{'reverse' if back else 'forward'}",
                [[strand]],
                (cell,),
                batch_first=batch_first,
                backwards=back,
                state=tuple(values[at : at + 1] for values in states),
                notes=tuple(notes),
            )
            for at, (strand, cell, back) in enumerate(zip(strands, cells, reversed_flags, strict=True))
        ]

    def input_name(self, index: int) -> str:
        """Return the name of an input, "" where it is left out."""
        return str(self.node.input[index]) if index < len(self.node.input) else ""

    def weights(self, index: int) -> Array | None:
        """Return a weight among the inputs, None where it is left out.

        Raises InputError for one that is not in the file.
        """
        name = self.input_name(index)
        if not name:
            return None
        values = self.graph.constant(name)
        if values is None:
            maker = self.graph.maker(name)
            if maker is not None and maker.op_type in QUANTISED:
                raise no_floats(named(self.node), "int8")
            raise InputError(
                N_("The weights of “{name}” are not in the file: they come from outside or are computed in a run."),
                name=shortened(named(self.node)),
            )
        return values

    def peepholes(self) -> Array | None:
        """Return the peepholes, (D, 3 H); None for an operator without, or with none but zeros."""
        values = self.weights(7) if self.node.op_type == "LSTM" else None
        return values if values is not None and np.any(values) else None

    def strands(self, cells: Sequence[str], peepholes: Array | None) -> list[Strand]:
        """Return the weights of each direction."""
        w, r, b = (self.weights(index) for index in (1, 2, 3))
        name, order = named(self.node), ORDERS[self.node.op_type]
        given = {"W": w, "R": r, "B": b, "P": peepholes}
        shapes = {key: values.shape for key, values in given.items() if values is not None}
        if w is None or r is None or w.ndim != 3 or r.ndim != 3 or any(s[0] != len(cells) for s in shapes.values()):
            raise misfit(name, shapes)
        rows, units = w.shape[1], r.shape[2]
        extra_sizes = [(b, 2 * rows), (peepholes, 3 * units)]
        fits = rows == len(order) * units == r.shape[1]
        if not fits or any(values is not None and values.shape != (len(cells), n) for values, n in extra_sizes):
            raise misfit(name, shapes)
        strands = []
        for at, cell in enumerate(cells):
            gates = [order.index(gate) for gate in CELLS[cell].gates]
            turn = partial(pick_blocks, name, len(order), gates)
            b_ih, b_hh = (None, None) if b is None else (turn(half) for half in np.split(b[at], 2))
            extras = {} if peepholes is None else split_peepholes(name, peepholes[at])
            strands.append(Strand(turn(w[at]), turn(r[at]), b_ih, b_hh, extras))
        return strands

    def states(self, shape: tuple[int, int], *, batch_first: bool) -> tuple[tuple[Tensor, ...], list[InputError]]:
        """Return the file's initial states, (D, H) each, none where they are zero; and what to say of them."""
        indices = [index for index in STATE_INPUTS[self.node.op_type] if self.input_name(index)]
        if not indices:
            return (), []
        read = {index: self.state(self.input_name(index), shape, batch_first=batch_first) for index in indices}
        if any(values is None for values in read.values()):
            return (), [InputError(N_("Its initial state comes from outside the layer; here it starts from zeros."))]
        known = {index: values for index, values in read.items() if values is not None}
        if not any(bool(values.any()) for values in known.values()):
            return (), []
        like = next(iter(known.values()))
        return tuple(known.get(index, torch.zeros_like(like)) for index in STATE_INPUTS[self.node.op_type]), []

    def state(self, name: str, shape: tuple[int, int], *, batch_first: bool) -> Tensor | None:
        """Return one initial state (D, H); None where it is not in the file, or differs within a batch."""
        maker = self.graph.maker(name)
        if maker is not None and maker.op_type == "ConstantOfShape":
            value = attributes(maker).get("value")
            return None if value is not None and np.any(onnx.numpy_helper.to_array(value)) else torch.zeros(shape)
        expanded = maker is not None and maker.op_type == "Expand"
        values = self.graph.constant(maker.input[0] if maker is not None and expanded else name)
        if values is None:
            return None
        if not np.any(values):
            return torch.zeros(shape)
        if values.ndim != 3:
            return None
        each = values.swapaxes(0, 1) if batch_first else values
        if (each.shape[0], each.shape[2]) != shape or not np.array_equal(
            each, np.broadcast_to(each[:, :1], each.shape)
        ):
            return None
        return as_tensor(name, each[:, 0])


def pick_blocks(name: str, blocks: int, order: Sequence[int], values: Array) -> Tensor:
    """Pick rows by blocks of gates, in the given order."""
    parts = np.split(values, blocks)
    return as_tensor(name, np.concatenate([parts[at] for at in order]))


def split_peepholes(name: str, values: Array) -> dict[str, Tensor]:
    """Return the peepholes by the names of the cell's parameters."""
    parts: list[Any] = np.split(values, len(PEEPHOLES))
    return {key: as_tensor(name, part) for key, part in zip(PEEPHOLES, parts, strict=True)}


def join_stacks(
    graph: Graph, found_layers: Sequence[tuple[NodeProto, FoundLayer]]
) -> list[tuple[list[NodeProto], FoundLayer]]:
    """Make layers that PyTorch stacks in one module into one again."""
    stacks: list[tuple[list[NodeProto], FoundLayer]] = []
    for node, layer in found_layers:
        below = next((stack for stack in stacks if stacks_on(graph, stack, node, layer)), None)
        if below is None:
            stacks.append(([node], layer))
            continue
        nodes, lower = below
        stacks[stacks.index(below)] = ([*nodes, node], merge_layers(lower, layer))
    return stacks


def stacks_on(graph: Graph, stack: tuple[list[NodeProto], FoundLayer], node: NodeProto, layer: FoundLayer) -> bool:
    """Tell whether `node` reads what the top of the stack gives, and nothing else does, as in PyTorch's own stacks."""
    nodes, lower = stack
    path = list(graph.upstream(node.input[0]))
    if not path or path[-1] is not nodes[-1] or layer.cells != lower.cells or layer.batch_first or lower.batch_first:
        return False
    reading = [reader for _, reader in graph.downstream([nodes[-1].output[0]]) if reader.op_type in ORDERS]
    if reading != [node] or lower.backwards or layer.backwards:
        return False
    rows = [*lower.strands, *layer.strands]
    return stackable(rows, [[sizes_of(lower.name, one) for one in row] for row in rows])


def merge_layers(lower: FoundLayer, upper: FoundLayer) -> FoundLayer:
    """Merge two found layers into one module of more layers."""
    states: tuple[Tensor, ...] = ()
    if lower.state or upper.state:
        known = lower.state or upper.state
        below, above = (
            one.state or tuple(values.new_zeros(count, values.shape[1]) for values in known)
            for one, count in ((lower, len(lower.strands) * len(lower.strands[0])), (upper, len(upper.strands[0])))
        )
        states = tuple(torch.cat(pair) for pair in zip(below, above, strict=True))
    notes = tuple({str(note): note for note in chain(lower.notes, upper.notes)}.values())
    return replace(lower, strands=[*lower.strands, *upper.strands], state=states, notes=notes)


def with_neighbours(graph: Graph, nodes: Sequence[NodeProto], layer: FoundLayer) -> FoundLayer:
    """Add the embedding in front and the readout behind a layer, as the graph connects them."""
    strand = layer.strands[0][0]
    inputs, outputs = strand.w_ih.shape[1], strand.w_hh.shape[1] * len(layer.strands[0])
    tables = tables_of(graph, nodes[0], nodes[-1], inputs, outputs)
    return replace(layer, tables=tables, connected=True)
