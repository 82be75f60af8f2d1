"""An ONNX graph: who makes and who reads each value, and the numbers of those that are constant."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import Tensor

from cells.checkpoints.limits import MAX_DEPTH, MAX_ENTRIES
from cells.checkpoints.numbers import Budget
from cells.checkpoints.refusals import absent, elsewhere, no_floats, too_many

Array = NDArray[Any]
STANDARD = ("", "ai.onnx")
# Operators that put weights into shape when a model starts: what they give is as large as what they take.
FOLDED = ("Concat", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze")
# Operators between a layer and its neighbour that move numbers and change none.
THROUGH = ("Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze")
PICKS = ("Concat", "Gather", "Slice", "Split", "ReduceSum")  # of the outputs: the last step, both directions


class Graph:
    """A model's main graph, indexed by the names of its values."""

    def __init__(self, model: ModelProto) -> None:
        graph: GraphProto = model.graph
        if len(graph.node) > MAX_ENTRIES or len(graph.initializer) > MAX_ENTRIES:
            raise too_many(MAX_ENTRIES)
        self.nodes: list[NodeProto] = list(graph.node)
        self.budget = Budget()
        self._opsets = list(model.opset_import)
        self._constants: dict[str, TensorProto] = {tensor.name: tensor for tensor in graph.initializer}
        self._makers: dict[str, NodeProto] = {}
        self._readers: dict[str, list[NodeProto]] = {}
        for node in self.nodes:
            if node.op_type == "Constant" and (value := attributes(node).get("value")) is not None:
                self._constants[node.output[0]] = value
            self._makers |= dict.fromkeys(filter(None, node.output), node)
            for name in set(filter(None, node.input)):
                self._readers.setdefault(name, []).append(node)

    def maker(self, name: str) -> NodeProto | None:
        """Return the node that makes a value."""
        return self._makers.get(name)

    def readers(self, name: str) -> list[NodeProto]:
        """Return the nodes that read a value."""
        return self._readers.get(name, [])

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape of a value that is stored in the file as it is, without reading it."""
        return tuple(self._constants[name].dims) if name in self._constants else None

    def constant(self, name: str, depth: int = 0) -> Array | None:
        """Return the numbers of a value that does not depend on the input, else None.

        Raises InputError for lying sizes.
        """
        if name in self._constants:
            tensor = self._constants[name]
            self.budget.take(math.prod(max(length, 0) for length in tensor.dims) * 4)
            return numbers_of(tensor)
        node = self._makers.get(name)
        if node is None or node.op_type not in FOLDED or node.domain not in STANDARD or depth > MAX_DEPTH:
            return None
        read = {value: self.constant(value, depth + 1) for value in filter(None, node.input)}
        if any(values is None for values in read.values()):
            return None
        self.budget.take(sum(cast(Array, read[value]).nbytes for value in node.input if value))
        return self._folded(node, read, list(node.output).index(name))

    def _folded(self, node: NodeProto, read: dict[str, Array | None], output: int) -> Array:
        """Compute what a node gives for constant inputs, by ONNX's own reference."""
        graph = helper.make_graph(
            [node],
            "constant",
            [helper.make_value_info(name, onnx.TypeProto()) for name in read],
            [helper.make_value_info(name, onnx.TypeProto()) for name in node.output],
        )
        model = helper.make_model(graph, opset_imports=self._opsets)
        return np.asarray(cast(list[Any], ReferenceEvaluator(model).run(None, read))[output])

    def upstream(self, name: str) -> Iterator[NodeProto]:
        """Yield the nodes that a value comes from, past those that change nothing, along each node's first input."""
        for _ in range(MAX_DEPTH):
            node = self._makers.get(name)
            if node is None:
                return
            yield node
            if node.op_type not in THROUGH or not node.input:
                return
            name = node.input[0]

    def downstream(self, names: list[str], passing: tuple[str, ...] = THROUGH) -> Iterator[tuple[str, NodeProto]]:
        """Yield the nodes that read one of the values, and the value, past those in `passing`; the nearest first."""
        waiting, seen = list(names), set(names)
        for name in waiting:  # it grows
            for node in self.readers(name):
                yield name, node
                if node.op_type in passing:
                    new = [value for value in node.output if value and value not in seen]
                    waiting += new
                    seen.update(new)


def attributes(node: NodeProto) -> dict[str, Any]:
    """Return a node's attributes by name."""
    return {one.name: helper.get_attribute_value(one) for one in node.attribute}


def named(node: NodeProto) -> str:
    """Return the name of a node for a person: "/lstm/LSTM" is lstm/LSTM."""
    return node.name.strip("/") or next(iter(filter(None, node.output)), "") or node.op_type


def numbers_of(tensor: TensorProto) -> Array:
    """Return the numbers of a stored tensor.

    Raises InputError where they lie elsewhere, or are not as many as it says.
    """
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise elsewhere(tensor.name)
    lying = absent(tensor.name, tuple(tensor.dims))
    try:
        dtype = helper.tensor_dtype_to_np_dtype(tensor.data_type)
        if tensor.HasField("raw_data") and dtype.itemsize * 8 == BITS.get(dtype.name, dtype.itemsize * 8):
            values: Array = np.frombuffer(tensor.raw_data, dtype)
        else:
            values = numpy_helper.to_array(tensor)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise lying from error
    if values.size != math.prod(tensor.dims) or any(length < 0 for length in tensor.dims):
        raise lying
    return values.reshape(tuple(tensor.dims))


BITS = {"int4": 4, "uint4": 4, "int2": 2, "uint2": 2, "float4_e2m1fn": 4}  # packed, several to a byte


def as_tensor(name: str, values: Array) -> Tensor:
    """Return floating point numbers, not copied: `numbers_of` has taken them out of the file.

    Raises InputError for others.
    """
    own = np.ascontiguousarray(values)
    short = own.dtype.name == "bfloat16"
    if not short and (own.dtype.kind != "f" or own.dtype.itemsize > 8):
        raise no_floats(name, own.dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are bytes, which Python takes for constant; nobody else has them
        return torch.from_numpy(own.view(np.int16)).view(torch.bfloat16) if short else torch.from_numpy(own)
