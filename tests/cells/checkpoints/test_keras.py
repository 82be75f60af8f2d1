"""Files that Keras has saved, in each of its formats: every cell, direction and depth.

Axes: T time steps, B batch, I input features, H hidden units.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from cells import load_checkpoint
from tests.cells.checkpoints.agree import H, I, assert_agrees, given, sequence
from tests.cells.checkpoints.keras_models import WAYS, L, as_keras, as_weights, keras, model_of, run, shake

# Keras, of the parameters that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "rnn": ("SimpleRNN", {}),
    "rnn-relu": ("SimpleRNN", {"activation": "relu"}),
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
    "gru-reset-before": ("GRU", {"reset_after": False}),
}
EVERY = list(product(KINDS, (1, 3), (False, True), (True, False), WAYS))


def layer_of(kind: str, *, both: bool = False, **options: Any) -> Any:
    """Return a layer that returns sequences."""
    name, own = KINDS[kind]
    layer = getattr(L, name)(H, return_sequences=True, **own, **options)
    return L.Bidirectional(layer) if both else layer


@pytest.mark.each_pair
@pytest.mark.parametrize(("kind", "depth", "both", "bias", "way"), EVERY)
def test_a_saved_model_computes_what_it_did(
    kind: str, depth: int, both: bool, bias: bool, way: str, tmp_path: Path
) -> None:
    model = model_of(*(layer_of(kind, both=both, use_bias=bias) for _ in range(depth)))
    path = WAYS[way](model, tmp_path)
    names = [layer.name for layer in model.layers]
    checkpoint = load_checkpoint(path, {name: {"cell": kind} for name in names})
    assert sorted(checkpoint) == sorted(names)
    hidden = xs = sequence()
    for name in names:
        layer = checkpoint.layers[name]
        assert layer.cell == kind
        assert layer.module.bidirectional == both
        hidden = given(layer, hidden)
    assert_agrees(hidden, run(model, xs))


@pytest.mark.parametrize("way", WAYS)
def test_embedding_and_readout_come_with_it(way: str, tmp_path: Path) -> None:
    model = model_of(
        L.Embedding(11, I),
        L.Dropout(0.5),
        L.GRU(H, return_sequences=True),
        L.Dropout(0.5),
        L.TimeDistributed(L.Dense(3, activation="softmax")),
        features=None,
    )
    layer = next(iter(load_checkpoint(WAYS[way](model, tmp_path)).layers.values()))
    assert layer.embedding is not None
    assert layer.readout is not None
    assert layer.activation == ("" if way == "weights" else "softmax")
    words = torch.tensor([[1], [4], [0], [10], [4]])
    with torch.no_grad():
        ours = layer.readout(layer.module(layer.embedding(words))[0]).softmax(dim=-1)
    assert_agrees(ours, run(model, words))


def test_the_file_says_which_layer_is_in_front_and_behind(tmp_path: Path) -> None:
    """Of tables that all fit by their shapes."""
    ids = keras.Input((None,))
    first, second = L.Embedding(7, H, name="first")(ids), L.Embedding(9, H, name="second")(ids)
    below = L.LSTM(H, return_sequences=True, name="below")(L.Dropout(0.1)(second))
    other = L.LSTM(H, return_sequences=True, name="other")(first)
    above = L.LSTM(H, name="above")(L.Add()([below, other]))
    model = keras.Model(ids, [L.Dense(2, name="score")(above), L.Dense(4, activation="relu", name="wide")(below)])
    shake(model)
    layers = load_checkpoint(as_keras(model, tmp_path)).layers
    chosen = {name: {one.about: one.chosen for one in layer.questions} for name, layer in layers.items()}
    assert chosen == {
        "below": {"cell": "lstm", "embedding": "second", "readout": "wide"},
        "other": {"cell": "lstm", "embedding": "first", "readout": ""},
        "above": {"cell": "lstm", "embedding": "", "readout": "score"},
    }
    assert not any(layer.unsure or layer.notes for layer in layers.values())
    assert layers["below"].activation == "relu"


@pytest.mark.parametrize("way", WAYS)
def test_models_inside_models_are_looked_into(way: str, tmp_path: Path) -> None:
    inner = keras.Sequential([L.Input((None, I)), layer_of("lstm", name="inside")], name="block")
    model = model_of(inner, layer_of("gru", name="outside"))
    checkpoint = load_checkpoint(WAYS[way](model, tmp_path), {"outside": {"cell": "gru"}})
    assert set(checkpoint) == {"inside", "outside"}
    hidden = given(checkpoint.layers["inside"], xs := sequence())
    assert_agrees(given(checkpoint.layers["outside"], hidden), run(model, xs))


@pytest.mark.parametrize("way", WAYS)
def test_stacked_cells_are_one_module_where_they_fit(way: str, tmp_path: Path) -> None:
    alike = model_of(L.RNN([L.LSTMCell(H), L.LSTMCell(H), L.LSTMCell(H)], return_sequences=True, name="stack"))
    checkpoint = load_checkpoint(WAYS[way](alike, tmp_path))
    assert checkpoint.layers["stack"].module.num_layers == 3
    assert_agrees(given(checkpoint.layers["stack"], xs := sequence()), run(alike, xs))


@pytest.mark.parametrize("way", ["keras", "keras-2"])
def test_stacked_cells_that_differ_come_one_by_one(way: str, tmp_path: Path) -> None:
    model = model_of(L.RNN([L.LSTMCell(H), L.GRUCell(3), L.SimpleRNNCell(2)], return_sequences=True, name="stack"))
    checkpoint = load_checkpoint(WAYS[way](model, tmp_path))
    assert [layer.cell for layer in checkpoint.layers.values()] == ["lstm", "gru", "rnn"]
    hidden = xs = sequence()
    for layer in checkpoint.layers.values():
        hidden = given(layer, hidden)
    assert_agrees(hidden, run(model, xs))


def test_a_layer_that_reads_from_the_end_says_so(tmp_path: Path) -> None:
    model = model_of(layer_of("lstm", go_backwards=True, name="back"))
    layer = load_checkpoint(as_keras(model, tmp_path)).layers["back"]
    assert layer.backwards
    assert_agrees(given(layer, xs := sequence()).flip(0), run(model, xs))


def test_both_directions_merged_otherwise_are_told(tmp_path: Path) -> None:
    model = model_of(L.Bidirectional(L.LSTM(H, return_sequences=True), merge_mode="sum", name="both"))
    layer = load_checkpoint(as_keras(model, tmp_path)).layers["both"]
    assert "sum" in str(layer.notes[0])
    forward, backward = given(layer, xs := sequence()).chunk(2, dim=-1)
    assert_agrees(forward + backward, run(model, xs))


def test_weights_alone_leave_a_gru_s_reset_open(tmp_path: Path) -> None:
    model = model_of(layer_of("gru", use_bias=False, name="gru"))
    layer = load_checkpoint(as_weights(model, tmp_path)).layers["gru"]
    (question,) = layer.unsure
    assert question.options == ("gru", "gru-reset-before")
    assert any("tanh" in str(note) for note in layer.notes)


@pytest.mark.each_pair
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("way", WAYS)
def test_half_precision_is_cast_and_said(dtype: str, way: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "dtype": dtype,
        "recurrent_initializer": "glorot_uniform",
    }  # it draws orthogonal ones in single only
    model = model_of(layer_of("lstm", **options, name="half"))
    layer = load_checkpoint(WAYS[way](model, tmp_path)).layers["half"]
    assert any(dtype in str(note) for note in layer.notes)
    kernel = model.layers[0].cell.kernel.value.detach().float()
    assert_agrees(layer.module.get_parameter("weight_ih_l0"), kernel.T)


@pytest.mark.parametrize(
    ("layer", "value"),
    [
        (lambda: L.LSTM(H, activation="relu", name="odd"), "relu, sigmoid"),
        (lambda: L.GRU(H, recurrent_activation="hard_sigmoid", name="odd"), "tanh, hard_sigmoid"),
        (lambda: L.SimpleRNN(H, activation="selu", name="odd"), "selu"),
        (lambda: L.Bidirectional(L.LSTM(H, recurrent_activation="relu"), name="odd"), "tanh, relu"),
    ],
)
def test_activations_that_no_cell_has_are_named(layer: Any, value: str, tmp_path: Path) -> None:
    model = model_of(L.LSTM(H, return_sequences=True, name="usual"), layer())
    checkpoint = load_checkpoint(as_keras(model, tmp_path))
    assert list(checkpoint) == ["usual"]
    (note,) = checkpoint.notes
    assert note.values == {"name": "odd", "setting": "activation", "value": value}


@pytest.mark.parametrize("way", WAYS)
def test_a_convolutional_layer_is_named_and_left_out(way: str, tmp_path: Path) -> None:
    model = keras.Sequential([L.Input((None, 6, I)), L.ConvLSTM1D(3, 2, name="conv"), L.Flatten(), L.Dense(2)])
    with pytest.raises(ValueError, match=r"conv.* is a convolutional recurrent layer"):
        load_checkpoint(WAYS[way](model, tmp_path))


def test_a_custom_cell_is_named_and_left_out(tmp_path: Path) -> None:
    @keras.saving.register_keras_serializable(package="own")
    class Slow(L.SimpleRNNCell):  # type: ignore[misc]
        pass

    model = model_of(L.RNN(Slow(H), name="slow"))
    with pytest.raises(ValueError, match=r"slow.* is a custom recurrent layer"):
        load_checkpoint(as_keras(model, tmp_path))
