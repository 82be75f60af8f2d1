"""ONNX models of one recurrent operator, made by onnx and run by onnxruntime.

Axes: T time steps, B batch, I input features, H hidden units, D directions, K gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor

from tests.cells.checkpoints.agree import B, H, I

Array = NDArray[Any]
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
INPUTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}


def weights_of(operator: str, directions: int, *, features: int = I, units: int = H) -> dict[str, Array]:
    """Draw weights by the names of the operator's inputs, without peepholes and initial states."""
    random, rows = np.random.default_rng(0), GATES[operator] * units
    shapes = {"W": (rows, features), "R": (rows, units), "B": (2 * rows,)}
    return {name: uniform(random, (directions, *shape)) for name, shape in shapes.items()}


def extras_of(operator: str, directions: int, batch: int, *names: str) -> dict[str, Array]:
    """Draw peepholes "P" and initial states, the same for every sequence of a batch."""
    random = np.random.default_rng(1)
    made = {"P": uniform(random, (directions, 3 * H))}
    for name in ("initial_h", "initial_c"):
        made[name] = np.repeat(uniform(random, (directions, 1, H)), batch, axis=1)
    return {name: made[name] for name in names if name != "initial_c" or operator == "LSTM"}


def uniform(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return random.uniform(-0.7, 0.7, shape).astype(np.float32)


def node_of(operator: str, weights: Mapping[str, Any], **attributes: Any) -> NodeProto:
    """Return the operator, reading X and what is in `weights`."""
    names = [name if name == "X" or name in weights else "" for name in INPUTS]
    while not names[-1]:
        names.pop()
    attributes = {"hidden_size": H, **attributes}
    return helper.make_node(operator, names, ["Y", "Y_h"], name=f"/{operator.lower()}/{operator}", **attributes)


def model_of(
    nodes: Sequence[NodeProto], weights: Mapping[str, Array], output: str = "Y", *, ids: bool = False
) -> ModelProto:
    """Return a checked model that reads X, (T, B, I), or whole numbers `ids` (T, B)."""
    given = ("ids", TensorProto.INT64, [None, None]) if ids else ("X", TensorProto.FLOAT, [None, None, None])
    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info(*given)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None] * 4)],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def run(model: ModelProto, xs: Tensor) -> Tensor:
    """Return the model's output for its one input."""
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run(None, {session.get_inputs()[0].name: xs.numpy()})[0])


def joined(output: Tensor) -> Tensor:
    """Join Y (T, D, B, H) -> (T, B, D H), as PyTorch gives it."""
    return output.transpose(1, 2).reshape(len(output), B, -1)
