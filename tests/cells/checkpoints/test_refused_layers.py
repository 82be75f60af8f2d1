"""Layers and weights that cannot be had: each is named, no other file is opened, and nothing grows past the limit."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.torch
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn

from cells import InputError, load_checkpoint
from tests.cells.checkpoints.agree import H, I
from tests.cells.checkpoints.keras_models import L, as_keras, as_keras_2, as_weights
from tests.cells.checkpoints.keras_models import model_of as keras_model
from tests.cells.checkpoints.onnx_models import model_of, node_of, weights_of
from tests.cells.checkpoints.saved import SIDE, as_pt, as_safetensors, in_torch, lstm, zipped

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")


def test_no_recurrent_layer_says_what_there_is() -> None:
    with pytest.raises(InputError, match=r"no recurrent layer in the file; it holds bias, weight\."):
        load_checkpoint(as_safetensors(dict(nn.Linear(I, H).state_dict())))
    with pytest.raises(InputError, match="no recurrent layer in the file; it holds Relu"):
        load_checkpoint(model_of([helper.make_node("Relu", ["X"], ["Y"])], {}).SerializeToString())


def test_no_recurrent_layer_of_keras(tmp_path: Path) -> None:
    model = keras_model(L.Dense(3, name="scores"))
    for save in (as_keras, as_weights, as_keras_2):
        with pytest.raises(InputError, match="no recurrent layer in the file; it holds scores"):
            load_checkpoint(save(model, tmp_path))


def test_nothing_in_it() -> None:
    for data in (in_torch({}), in_torch([1, 2]), in_torch(3)):
        with pytest.raises(InputError, match="There is no recurrent layer in the file"):
            load_checkpoint(data)


def test_quantised_weights_are_named() -> None:
    weights = {name: values.mul(10).to(torch.int8) for name, values in lstm().items()}
    for data in (as_safetensors(weights), as_pt(weights)):
        with pytest.raises(InputError, match=r"weights of “.*” are int8: quantised"):
            load_checkpoint(data)
    eighths = {name: values.to(torch.float8_e4m3fn) for name, values in lstm().items()}
    with pytest.raises(InputError, match="float8_e4m3fn"):
        load_checkpoint(safetensors.torch.save(eighths))


def test_quantised_operators_of_onnx_are_named() -> None:
    weights = weights_of("LSTM", 1)
    model = model_of([node_of("LSTM", weights)], weights)
    model.graph.node[0].op_type, model.graph.node[0].domain = "DynamicQuantizeLSTM", "com.microsoft"
    with pytest.raises(InputError, match="int8: quantised"):
        load_checkpoint(model.SerializeToString())
    whole = weights["W"].astype(np.int8)
    scaled = helper.make_node("DequantizeLinear", ["w8", "scale"], ["W"])
    stored: dict[str, Any] = {"w8": whole, "scale": np.array(0.1, np.float32), "R": weights["R"]}
    with pytest.raises(InputError, match="int8: quantised"):
        load_checkpoint(model_of([scaled, node_of("LSTM", {"W": 0, "R": 0})], stored).SerializeToString())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weight_hh_l0": None}, "lacks one of its weights: it has only"),
        ({"weight_hh_l0": torch.zeros(4 * SIDE, SIDE + 1)}, "shapes that do not fit"),
        ({"weight_hh_l0": torch.zeros(4 * SIDE)}, "shapes that do not fit"),
        ({"bias_ih_l0": torch.zeros(3)}, "shapes that do not fit"),
        ({"weight_ih_l0": torch.zeros(0, I), "weight_hh_l0": torch.zeros(0, 0)}, "shapes that do not fit"),
        ({"weight_ih_l0": torch.zeros(4 * SIDE, I, 3, 3), "weight_hh_l0": torch.zeros(4, 4, 3, 3)}, "convolutional"),
        ({"weight_pi_l0": torch.zeros(SIDE)}, "no cell here has such"),
    ],
)
def test_weights_that_are_no_layer(changed: dict[str, Tensor | None], message: str) -> None:
    weights = {name: values for name, values in (lstm() | changed).items() if values is not None}
    with pytest.raises(InputError, match=message):
        load_checkpoint(as_safetensors({f"rnn.{name}": values for name, values in weights.items()}))


@pytest.mark.parametrize(
    ("shape", "message"),
    [((8, 12), "is a custom recurrent layer"), ((8, 12, 3, 3), "is a convolutional recurrent layer")],
)
def test_layers_of_one_s_own_are_named(shape: tuple[int, ...], message: str) -> None:
    weights = {"encoder.convlstm.cell.conv.weight": torch.zeros(shape), "fc.weight": torch.zeros(2, 2)}
    with pytest.raises(InputError, match=f"“encoder.convlstm” {message}"):
        load_checkpoint(as_safetensors(weights))
    with_another = load_checkpoint(as_safetensors({**weights, **{f"rnn.{name}": v for name, v in lstm().items()}}))
    assert list(with_another) == ["rnn"]
    assert message in str(with_another.notes[0])


def hdf5(write: Callable[[h5py.Group], None]) -> bytes:
    """Return a file of Keras 3's weights, in which `write` makes the variables of an LSTM."""
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        write(opened.create_group("layers/lstm/cell/vars"))
    return file.getvalue()


def test_hdf5_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as secret:
        secret["kernel"] = np.zeros((I, 4 * H), np.float32)

    def link(group: h5py.Group) -> None:
        group["0"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "kernel")

    def external(group: h5py.Group) -> None:
        outside = [(str(tmp_path / "secret.h5"), 0, 4 * I * 4 * H)]
        group.create_dataset("0", (I, 4 * H), np.float32, external=outside)
        group["1"] = np.zeros((H, 4 * H), np.float32)

    def virtual(group: h5py.Group) -> None:
        layout = h5py.VirtualLayout((I, 4 * H), np.float32)
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "kernel", (I, 4 * H))
        group.create_virtual_dataset("0", layout)
        group["1"] = np.zeros((H, 4 * H), np.float32)

    for write in (link, external, virtual):
        with pytest.raises(InputError, match="lies in another file, which is not opened"):
            load_checkpoint(hdf5(write))


def test_hdf5_sizes_that_lie() -> None:
    def empty(group: h5py.Group) -> None:
        group.create_dataset("0", (I, 4 * H), np.float32)
        group.create_dataset("1", (H, 4 * H), np.float32)

    def huge(group: h5py.Group) -> None:
        for name in ("0", "1"):
            made = group.create_dataset(name, (10**6, 4 * 10**6), np.float32, chunks=(10, 10), compression="gzip")
            made[0, 0] = 1

    with pytest.raises(InputError, match="but its numbers are not there"):
        load_checkpoint(hdf5(empty))
    with pytest.raises(InputError, match="unpacks to more than"):
        load_checkpoint(hdf5(huge))


def test_hdf5_that_runs_in_circles() -> None:
    def circle(group: h5py.Group) -> None:
        group["again"] = group

    with pytest.raises(InputError, match="damaged"):
        load_checkpoint(hdf5(circle))


def test_hdf5_texts_that_would_be_looked_for_for_ever(whole: dict[str, bytes]) -> None:
    """The library walks on by the size of each, 0 for ever."""
    data = bytearray(whole["as_weights"])
    at = data.index(b"GCOL") + 16
    for number, length in ((0, 0), (1, 2**64 - 1), (1, 2**63)):
        struct.pack_into("<HHIQ", data, at, number, 0, 0, length)
        with pytest.raises(InputError, match="HDF5 file is damaged"):
            load_checkpoint(bytes(data))


@pytest.mark.parametrize("config", ["{", "[]", "[" * 100_000, '{"config": 3}', '{"config": {"layers": [3]}}', "null"])
def test_a_keras_description_that_is_damaged(config: str, whole: dict[str, bytes]) -> None:
    with pytest.raises(InputError, match="description is damaged"):
        load_checkpoint(zipped({"config.json": config.encode(), "model.weights.h5": whole["as_weights"]}))


def test_onnx_sizes_that_lie() -> None:
    for dims in ([1, 4 * H, 10**9], [1, 4 * H, I + 1], [-1, -4 * H, I]):
        weights = weights_of("LSTM", 1)
        model = model_of([node_of("LSTM", weights)], weights)
        tensor = model.graph.initializer[0]
        assert tensor.name == "W"
        del tensor.dims[:]
        tensor.dims.extend(dims)
        with pytest.raises(InputError, match=r"its numbers are not there|unpacks to more than"):
            load_checkpoint(model.SerializeToString())


def test_onnx_graphs_that_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weight that is joined to itself over and over."""
    monkeypatch.setattr("cells.checkpoints.numbers.MAX_CHECKPOINT_BYTES", 1 << 20)
    weights = weights_of("LSTM", 1)
    nodes = [helper.make_node("Concat", [f"w{at}"] * 10, [f"w{at + 1}"], axis=1) for at in range(10)]
    nodes.append(helper.make_node("LSTM", ["X", "w10", "R"], ["Y"], hidden_size=H))
    model = model_of(nodes, {"w0": weights["W"], "R": weights["R"]})
    with pytest.raises(InputError, match="unpacks to more than"):
        load_checkpoint(model.SerializeToString())


def test_onnx_weights_from_outside_are_named() -> None:
    weights = weights_of("LSTM", 1)
    model = model_of([node_of("LSTM", weights)], weights)
    del model.graph.initializer[0]
    model.graph.input.append(helper.make_tensor_value_info("W", TensorProto.FLOAT, list(weights["W"].shape)))
    with pytest.raises(InputError, match="are not in the file"):
        load_checkpoint(model.SerializeToString())


def test_loops_of_onnx_are_named() -> None:
    weights = weights_of("LSTM", 1)
    model = model_of([node_of("LSTM", weights)], weights)
    loop = model.graph.node.add()
    loop.op_type, loop.name = "Scan", "own"
    (note,) = load_checkpoint(model.SerializeToString()).notes
    assert "“own” is a custom recurrent layer" in str(note)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"other": {"cell": "gru"}}, "no layer “other”; there is lstm"),
        ({"lstm": {"cell": "gru"}}, "can have as its cell: .*; not “gru”"),
        ({"lstm": {"readout": "fc"}}, "can have as its readout: –; not “fc”"),
        ({"lstm": {"colour": "red"}}, "no question about “colour”"),
    ],
)
def test_choices_that_are_none(choices: dict[str, dict[str, str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_checkpoint(as_safetensors(lstm()), choices)
