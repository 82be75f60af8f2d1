"""ONNX's recurrent operators, and models that PyTorch has exported.

Axes: T time steps, B batch, I input features, H hidden units.
"""

from __future__ import annotations

import warnings
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import ModelProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

from cells import CELLS, Checkpoint, load_checkpoint
from tests.cells.checkpoints.agree import B, H, I, T, assert_agrees, given, sequence
from tests.cells.checkpoints.onnx_models import (
    DIRECTIONS,
    extras_of,
    joined,
    model_of,
    node_of,
    run,
    weights_of,
)
from tests.cells.checkpoints.saved import Tagger

STATES = ("initial_h", "initial_c")
PYTORCHS = ("rnn", "rnn-relu", "lstm", "gru")
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "rnn": ("RNN", {}),
    "rnn-relu": ("RNN", {"activations": ["Relu"]}),
    "lstm": ("LSTM", {}),
    "lstm-peephole": ("LSTM", {}),
    "lstm-coupled": ("LSTM", {"input_forget": 1}),
    "lstm-no-input-activation": ("LSTM", {"activations": ["Sigmoid", "Affine", "Tanh"], "activation_alpha": [1.0]}),
    "lstm-no-output-activation": ("LSTM", {"activations": ["Sigmoid", "Tanh", "Affine"], "activation_alpha": [1.0]}),
    "gru": ("GRU", {"linear_before_reset": 1}),
    "gru-reset-before": ("GRU", {}),
}


def loaded(model: ModelProto) -> Checkpoint:
    return load_checkpoint(model.SerializeToString())


def repeated(attributes: dict[str, Any], directions: int) -> dict[str, Any]:
    """Repeat activations for each direction, as they are listed."""
    return {name: value * directions if isinstance(value, list) else value for name, value in attributes.items()}


@pytest.mark.each_pair
@pytest.mark.parametrize(("kind", "direction"), list(product(KINDS, DIRECTIONS)))
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("biased", [True, False])
def test_an_operator_computes_what_onnxruntime_computes(kind: str, direction: str, started: bool, biased: bool) -> None:
    operator, attributes = KINDS[kind]
    directions = DIRECTIONS[direction]
    weights = weights_of(operator, directions)
    if not biased:
        del weights["B"]
    names = [*(STATES if started else ()), *(["P"] if kind == "lstm-peephole" else [])]
    weights |= extras_of(operator, directions, B, *names)
    model = model_of([node_of(operator, weights, direction=direction, **repeated(attributes, directions))], weights)
    (layer,) = loaded(model).layers.values()
    assert layer.cell == kind
    assert layer.backwards == (direction == "reverse")
    assert (layer.state is not None) == started
    assert not layer.notes
    assert not layer.unsure
    assert_agrees(given(layer, xs := sequence()), joined(run(model, xs)))


def test_directions_that_differ_come_one_by_one() -> None:
    weights = weights_of("RNN", 2)
    model = model_of([node_of("RNN", weights, direction="bidirectional", activations=["Tanh", "Relu"])], weights)
    layers = loaded(model).layers
    assert {name: layer.cell for name, layer in layers.items()} == {
        "rnn/RNN.forward": "rnn",
        "rnn/RNN.reverse": "rnn-relu",
    }
    xs = sequence()
    outputs = [given(layer, xs) for layer in layers.values()]
    assert_agrees(torch.cat(outputs, dim=-1), joined(run(model, xs)))


def test_batch_first_is_kept() -> None:
    """onnxruntime does not run it on a CPU: held against the same weights in the usual layout."""
    weights = weights_of("LSTM", 1) | extras_of("LSTM", 1, B, *STATES)
    turned = {name: values.swapaxes(0, 1) if name in STATES else values for name, values in weights.items()}
    model = model_of([node_of("LSTM", weights)], weights)
    (layer,) = loaded(model_of([node_of("LSTM", turned, layout=1)], turned)).layers.values()
    assert layer.module.batch_first
    assert_agrees(given(layer, xs := sequence()), joined(run(model, xs)))


def exported(module: nn.Module, xs: Tensor) -> bytes:
    """Export a module with PyTorch's exporter."""
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        torch.onnx.export(module.eval(), (xs,), path := Path(folder) / "model.onnx", dynamo=False)
        return path.read_bytes()


@pytest.mark.each_pair
@pytest.mark.parametrize(("key", "layers", "both"), list(product(PYTORCHS, (1, 3), (False, True))))
def test_what_pytorch_exports_is_one_module_again(key: str, layers: int, both: bool) -> None:
    module = CELLS[key].module(I, H, num_layers=layers, bidirectional=both)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(2)
    checkpoint = load_checkpoint(exported(module, xs := sequence()))
    (layer,) = checkpoint.layers.values()
    assert (layer.cell, layer.module.num_layers, layer.module.bidirectional) == (key, layers, both)
    assert not layer.notes
    assert_agrees(given(layer, xs), module(xs)[0].detach())


@pytest.mark.parametrize("batch_first", [False, True])
def test_embedding_and_readout_of_an_export_come_with_it(batch_first: bool) -> None:
    class Model(Tagger):
        def forward(self, words: Tensor) -> Tensor:
            return torch.softmax(self.fc(self.rnn(self.embedding(words))[0]), dim=-1)

    model = Model(nn.LSTM(I, H, num_layers=2, bidirectional=True, batch_first=batch_first), 2 * H)
    words = torch.randint(11, (B, T) if batch_first else (T, B))
    (layer,) = load_checkpoint(exported(model, words)).layers.values()
    assert layer.embedding is not None
    assert layer.readout is not None
    assert layer.activation == "softmax"
    time_major = words.T if batch_first else words
    with torch.no_grad():
        ours = layer.readout(layer.module(layer.embedding(time_major))[0]).softmax(-1)
        expected = model(words)
    assert_agrees(ours, expected.transpose(0, 1) if batch_first else expected)


def test_a_readout_of_the_last_step_is_found() -> None:
    class Model(Tagger):
        def forward(self, words: Tensor) -> Tensor:
            _, last = self.rnn(self.embedding(words))
            scores: Tensor = self.fc(last[-1])
            return scores

    model = Model(nn.GRU(I, H))
    words = torch.randint(11, (T, B))
    (layer,) = load_checkpoint(exported(model, words)).layers.values()
    assert layer.readout is not None
    assert layer.embedding is not None
    with torch.no_grad():
        hidden, _ = layer.module(layer.embedding(words))
        assert_agrees(layer.readout(hidden[-1]), model(words))


def test_weights_that_are_put_into_shape_first_are_followed() -> None:
    """As exporters do: turned, cut and joined by operators of the graph."""
    weights = weights_of("LSTM", 1)
    stored = {
        "turned": weights["W"][0].T.copy(),
        "top": weights["R"][:, : 2 * H],
        "bottom": weights["R"][:, 2 * H :],
        "axis": np.array([0]),
    }
    nodes = [
        helper.make_node("Transpose", ["turned"], ["flat"], perm=[1, 0]),
        helper.make_node("Unsqueeze", ["flat", "axis"], ["W"]),
        helper.make_node("Concat", ["top", "bottom"], ["R"], axis=1),
        node_of("LSTM", {"W": 0, "R": 0}),
    ]
    model = model_of(nodes, stored)
    (layer,) = loaded(model).layers.values()
    assert_agrees(given(layer, xs := sequence()), joined(run(model, xs)))


def test_layers_of_other_sizes_stay_apart() -> None:
    below, above = weights_of("GRU", 1), weights_of("GRU", 1, features=H, units=H + 1)
    nodes = [
        helper.make_node("GRU", ["X", "W0", "R0", "B0"], ["Y0"], hidden_size=H, name="below"),
        helper.make_node("Squeeze", ["Y0", "axis"], ["X1"]),
        helper.make_node("GRU", ["X1", "W1", "R1", "B1"], ["Y1"], hidden_size=H + 1, name="above"),
    ]
    weights = {f"{name}{number}": values for number, made in enumerate((below, above)) for name, values in made.items()}
    model = model_of(nodes, {**weights, "axis": np.array([1])}, "Y1")
    checkpoint = loaded(model)
    assert list(checkpoint) == ["below", "above"]
    hidden = given(checkpoint.layers["below"], xs := sequence())
    assert_agrees(given(checkpoint.layers["above"], hidden), joined(run(model, xs)))


@pytest.mark.parametrize("started", [(0, 1), (0,), (1,)])
def test_a_stack_starts_where_each_of_its_layers_does(started: tuple[int, ...]) -> None:
    """The others from zeros."""
    weights: dict[str, Any] = {"axis": np.array([1])}
    nodes = [helper.make_node("Squeeze", ["Y0", "axis"], ["X1"])]
    for number, read in enumerate(("X", "X1")):
        own = weights_of("LSTM", 1, features=(I, H)[number])
        own |= extras_of("LSTM", 1, B, *STATES) if number in started else {}
        weights |= {f"{name}{number}": values for name, values in own.items()}
        given_names = [f"{name}{number}" if name in own else "" for name in ("W", "R", "B", "", *STATES)]
        nodes.insert(2 * number, helper.make_node("LSTM", [read, *given_names], [f"Y{number}"], hidden_size=H))
    model = model_of(nodes, weights, "Y1")
    (layer,) = loaded(model).layers.values()
    assert layer.module.num_layers == 2
    assert_agrees(given(layer, xs := sequence()), joined(run(model, xs)))


@pytest.mark.parametrize("name", STATES)
def test_one_initial_state_alone_leaves_the_other_zero(name: str) -> None:
    weights = weights_of("LSTM", 1) | extras_of("LSTM", 1, B, name)
    model = model_of([node_of("LSTM", weights)], weights)
    (layer,) = loaded(model).layers.values()
    assert_agrees(given(layer, xs := sequence()), joined(run(model, xs)))


def test_initial_states_from_outside_are_told() -> None:
    weights = weights_of("GRU", 1)
    model = model_of(
        [node_of("GRU", {**weights, "initial_h": 0})], {**weights, "initial_h": np.zeros((1, B, H), np.float32)}
    )
    del model.graph.initializer[-1]
    model.graph.input.append(helper.make_tensor_value_info("initial_h", TensorProto.FLOAT, [1, B, H]))
    (layer,) = loaded(model).layers.values()
    assert layer.state is None
    assert "comes from outside" in str(layer.notes[0])


@pytest.mark.parametrize("dtype", [TensorProto.FLOAT16, TensorProto.BFLOAT16])
def test_half_precision_is_cast_and_said(dtype: int) -> None:
    weights = weights_of("LSTM", 1)
    model = model_of([node_of("LSTM", weights)], weights)
    numbers = helper.tensor_dtype_to_np_dtype(dtype)
    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(weights[tensor.name].astype(numbers), tensor.name))
    (layer,) = loaded(model).layers.values()
    assert str(numbers) in str(layer.notes[0])
    rounded = weights["R"].astype(numbers).astype(np.float32)[0]
    assert_agrees(layer.module.get_parameter("weight_hh_l0")[:H], rounded[:H])


def test_numbers_that_are_spelled_out_are_read() -> None:
    """As float_data, not as bytes."""
    weights = weights_of("RNN", 1)
    model = model_of([node_of("RNN", weights)], weights)
    for tensor in model.graph.initializer:
        values = weights[tensor.name]
        tensor.CopyFrom(helper.make_tensor(tensor.name, TensorProto.FLOAT, values.shape, values.flatten().tolist()))
    (layer,) = loaded(model).layers.values()
    assert_agrees(given(layer, xs := sequence()), joined(run(model, xs)))


@pytest.mark.parametrize(
    ("operator", "attributes", "setting"),
    [
        ("LSTM", {"clip": 3.0}, "clip"),
        ("LSTM", {"activations": ["HardSigmoid", "Tanh", "Tanh"]}, "activations"),
        ("LSTM", {"activations": ["Sigmoid", "Relu", "Tanh"]}, "activations"),
        ("LSTM", {"activations": ["Sigmoid", "Affine", "Tanh"], "activation_alpha": [2.0]}, "activations"),
        ("LSTM", {"activations": ["Sigmoid"]}, "activations"),
        ("GRU", {"activations": ["Sigmoid", "Softsign"]}, "activations"),
        ("RNN", {"activations": ["Elu"]}, "activations"),
        ("RNN", {"direction": "sideways"}, "direction"),
    ],
)
def test_what_no_cell_computes_is_named(operator: str, attributes: dict[str, Any], setting: str) -> None:
    weights = weights_of(operator, 1)
    model = model_of([node_of(operator, weights)], weights)
    model.graph.node[0].CopyFrom(node_of(operator, weights, **attributes))
    with pytest.raises(ValueError, match=f"{operator}.* has {setting} = .*Not supported"):
        loaded(model)


def test_peepholes_and_coupled_gates_together_are_named() -> None:
    weights = weights_of("LSTM", 1) | extras_of("LSTM", 1, B, "P")
    with pytest.raises(ValueError, match="input_forget"):
        loaded(model_of([node_of("LSTM", weights, input_forget=1)], weights))


def test_external_data_is_never_opened(tmp_path: Path) -> None:
    weights = {name: np.tile(values, (1, 20, 20)[: values.ndim]) for name, values in weights_of("RNN", 1).items()}
    model = model_of([node_of("RNN", weights_of("RNN", 1))], weights_of("RNN", 1))
    secret = tmp_path / "secret"
    secret.write_bytes(weights["W"].tobytes())
    folder = tmp_path / "models"
    folder.mkdir()
    for location in ("../secret", str(secret), "secret"):
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        del tensor.external_data[:]
        tensor.external_data.append(onnx.StringStringEntryProto(key="location", value=location))
        path = folder / "model.onnx"
        path.write_bytes(model.SerializeToString())
        with pytest.raises(ValueError, match="lies in another file, which is not opened"):
            load_checkpoint(path)
