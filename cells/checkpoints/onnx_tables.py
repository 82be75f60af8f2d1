"""The embedding in front of an ONNX operator and the readout behind it, by following the graph.

Axes: I input features, P hidden units, D directions, V vocabulary, O outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from onnx import NodeProto
from torch import Tensor

from cells.checkpoints.contents import Table
from cells.checkpoints.onnx_graph import PICKS, THROUGH, Array, Graph, as_tensor, attributes, named

ACTIVATIONS = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Relu": "relu", "Tanh": "tanh"}


def tables_of(graph: Graph, first: NodeProto, last: NodeProto, inputs: int, outputs: int) -> tuple[Table, ...]:
    """Return the embedding (V, I = inputs) before `first` and the readouts (O, D P = outputs) behind `last`."""
    return (*embeddings(graph, first, inputs), *readouts(graph, last, outputs))


def embeddings(graph: Graph, node: NodeProto, inputs: int) -> Iterator[Table]:
    """Yield the table that the operator's input is gathered from."""
    for before in graph.upstream(node.input[0]):
        if before.op_type != "Gather" or attributes(before).get("axis", 0) != 0:
            continue
        name = str(before.input[0])
        shape = graph.shape(name)
        if shape is not None and len(shape) == 2 and shape[1] == inputs and shape[0] > 0:
            rows, columns = shape
            yield Table(name.removesuffix(".weight"), (rows, columns), partial(stored, graph, name), "embedding")


def stored(graph: Graph, name: str) -> tuple[Tensor, None]:
    """Return the numbers of a value that is in the file."""
    values = graph.constant(name)
    assert values is not None
    return as_tensor(name, values), None


def readouts(graph: Graph, node: NodeProto, outputs: int) -> Iterator[Table]:
    """Yield the products with a constant matrix that read what the operator gives."""
    states = [str(name) for name in list(node.output)[:2] if name]
    for value, behind in graph.downstream(states, (*THROUGH, *PICKS)):
        if behind.op_type == "MatMul" and behind.input[0] == value:
            table = from_matmul(graph, behind)
        elif behind.op_type == "Gemm" and behind.input[0] == value:
            table = from_gemm(graph, behind)
        else:
            continue
        if table is not None and table.shape[1] == outputs:
            yield table


def from_matmul(graph: Graph, node: NodeProto) -> Table | None:
    """Read a readout x W, and the bias that is added to it next."""
    weight = graph.constant(str(node.input[1]))
    if weight is None or weight.ndim != 2:
        return None
    bias, last = None, node
    for reader in graph.readers(str(node.output[0])):
        if reader.op_type == "Add":
            other = (
                next(str(name) for name in reader.input if name != node.output[0]) if len(set(reader.input)) > 1 else ""
            )
            values = graph.constant(other) if other else None
            if values is not None and values.shape == (weight.shape[1],):
                bias, last = values, reader
    return table_of(graph, node, last, weight.T, bias)


def from_gemm(graph: Graph, node: NodeProto) -> Table | None:
    """Read a readout x W + b, W transposed where the node says so."""
    settings = attributes(node)
    weight = graph.constant(str(node.input[1]))
    bias = graph.constant(str(node.input[2])) if len(node.input) > 2 and node.input[2] else None
    plain = settings.get("alpha", 1.0) == settings.get("beta", 1.0) == 1.0 and not settings.get("transA", 0)
    if weight is None or weight.ndim != 2 or not plain:
        return None
    turned = weight if settings.get("transB", 0) else weight.T
    if bias is not None and bias.shape != (len(turned),):
        return None
    return table_of(graph, node, node, turned, bias)


def table_of(graph: Graph, node: NodeProto, last: NodeProto, weight: Array, bias: Array | None) -> Table:
    """Return the readout with what is applied to its result."""
    after = [ACTIVATIONS[one.op_type] for one in graph.readers(str(last.output[0])) if one.op_type in ACTIVATIONS]
    name = named(node)
    rows, columns = weight.shape
    return Table(
        name, (rows, columns), partial(as_pair, name, weight, bias), "readout", bias is not None, (*after, "linear")[0]
    )


def as_pair(name: str, weight: Array, bias: Array | None) -> tuple[Tensor, Tensor | None]:
    """Return weight and bias as tensors."""
    return as_tensor(name, weight), None if bias is None else as_tensor(name, bias)
