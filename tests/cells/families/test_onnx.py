"""The cells as other people have written them: ONNX's operators, run by onnxruntime.

ONNX stacks the gates of an LSTM as i, o, f, c and those of a GRU as z, r, h; its peepholes as i, o, f.

Axes: T time steps, B batch, I input features, H hidden units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor
from torch.testing import assert_close

from cells import CELLS
from cells.core.stepwise import Recurrent
from tests.cells.cases import B, Case, H, I

T = 12
TOLERANCE = 1e-5  # float32, in two programs that add up in another order

ORDERS = {
    "RNN": ("hidden",),
    "LSTM": ("input", "output", "forget", "candidate"),
    "GRU": ("update", "reset", "candidate"),
}
AXES = {"Y": ("T", "D", "B", "H"), "Y_h": ("D", "B", "H"), "Y_c": ("D", "B", "H")}
PEEPHOLES = ("weight_pi", "weight_po", "weight_pf")
OPERATORS: dict[str, tuple[str, dict[str, Any]]] = {
    "rnn": ("RNN", {}),
    "rnn-relu": ("RNN", {"activations": ["Relu"]}),
    "lstm": ("LSTM", {}),
    "lstm-no-input-gate": ("LSTM", {}),
    "lstm-no-forget-gate": ("LSTM", {}),
    "lstm-no-output-gate": ("LSTM", {}),
    "lstm-peephole": ("LSTM", {}),
    "lstm-coupled": ("LSTM", {"input_forget": 1}),  # onnxruntime takes f = 1 - i, and reads no rows of the forget gate
    "lstm-no-input-activation": ("LSTM", {"activations": ["Sigmoid", "Affine", "Tanh"], "activation_alpha": [1.0]}),
    "lstm-no-output-activation": ("LSTM", {"activations": ["Sigmoid", "Tanh", "Affine"], "activation_alpha": [1.0]}),
    "gru": ("GRU", {"linear_before_reset": 1}),
    "gru-reset-before": ("GRU", {"linear_before_reset": 0}),
}


def stacked(module: Recurrent, name: str, cell: str, order: Sequence[str]) -> NDArray[Any]:
    """Stack a parameter's gates in ONNX's order; a gate that the cell lacks is held open by its bias, σ(100) = 1."""
    gates, values = CELLS[cell].gates, module.get_parameter(f"{name}_l0").detach()
    rows = dict(zip(gates, values.chunk(len(gates)), strict=True))
    opened = torch.full_like(rows[gates[0]], 50.0 if name.startswith("bias") else 0.0)
    return torch.cat([rows.get(gate, opened) for gate in order]).unsqueeze(0).numpy()


def tensors_of(module: Recurrent, cell: str, operator: str) -> dict[str, NDArray[Any]]:
    """Return the operator's weights by the names of its inputs."""
    order = ORDERS[operator]
    b_ih, b_hh = (stacked(module, name, cell, order) for name in ("bias_ih", "bias_hh"))
    tensors = {
        "W": stacked(module, "weight_ih", cell, order),
        "R": stacked(module, "weight_hh", cell, order),
        "B": np.concatenate([b_ih, b_hh], axis=1),
    }
    if cell == "lstm-peephole":
        peepholes = [module.get_parameter(f"{name}_l0").detach() for name in PEEPHOLES]
        tensors["P"] = torch.cat(peepholes).unsqueeze(0).numpy()
    return tensors


def run_onnx(
    operator: str, attributes: Mapping[str, Any], weights: Mapping[str, NDArray[Any]], inputs: Mapping[str, Tensor]
) -> list[Tensor]:
    """Run one operator; return Y (T, 1, B, H), and every last state (1, B, H)."""
    given = ["X", "W", "R", "B", "", "initial_h", *(["initial_c"] if operator == "LSTM" else [])]
    outputs = ["Y", "Y_h", *(["Y_c"] if operator == "LSTM" else [])]
    names = [*given, "P"] if "P" in weights else given
    node = helper.make_node(operator, names, outputs, hidden_size=H, **attributes)
    graph = helper.make_graph(
        [node],
        "cell",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, tuple(xs.shape)) for name, xs in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, AXES[name]) for name in outputs],
        [numpy_helper.from_array(np.ascontiguousarray(values), name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=9)
    onnx.checker.check_model(model)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = session.run(None, {name: xs.numpy() for name, xs in inputs.items()})
    return [torch.from_numpy(values) for values in found]


@pytest.mark.parametrize("cell", OPERATORS)
def test_it_computes_what_onnxruntime_computes(cell: str) -> None:
    operator, attributes = OPERATORS[cell]
    case = Case(cell)
    module, xs, states = case.module(), torch.randn(T, B, I), case.states()
    inputs = {"X": xs, **{f"initial_{name[0]}": values for name, values in states.items()}}
    found, *lasts = run_onnx(operator, attributes, tensors_of(module, cell, operator), inputs)
    with torch.no_grad():
        output, last = module(xs, case.as_argument(states))
    assert_close(output, found.squeeze(1), rtol=0, atol=TOLERANCE)
    for one, other in zip(last if isinstance(last, tuple) else (last,), lasts, strict=True):
        assert_close(one, other, rtol=0, atol=TOLERANCE)
    assert output.abs().max() > 0.1


@pytest.mark.parametrize(
    ("cell", "other"), [("lstm-peephole", {"P": 0.0}), ("lstm-coupled", "input_forget"), ("gru", "linear_before_reset")]
)
def test_it_would_be_seen_if_the_operator_did_something_else(cell: str, other: str | dict[str, float]) -> None:
    """The difference that a variant makes is far larger than the tolerance of the comparison."""
    operator, attributes = OPERATORS[cell]
    case = Case(cell)
    module, xs, states = case.module(), torch.randn(T, B, I), case.states()
    weights = tensors_of(module, cell, operator)
    if isinstance(other, dict):
        weights |= {name: np.full_like(weights[name], value) for name, value in other.items()}
        changed = dict(attributes)
    else:
        changed = {**attributes, other: 0}
    inputs = {"X": xs, **{f"initial_{name[0]}": values for name, values in states.items()}}
    found = run_onnx(operator, changed, weights, inputs)[0]
    with torch.no_grad():
        output, _ = module(xs, case.as_argument(states))
    assert (output - found.squeeze(1)).abs().max() > 100 * TOLERANCE
