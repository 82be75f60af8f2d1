"""A model's own vocabulary, in every form in which people keep one, and what a layer reads through it."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

from cells import InputError, trace
from cells.analysis.units import saturation
from cells.checkpoints import LoadedLayer
from cells.checkpoints.inputs import Misfit, noise_of, read_by, sample_for
from cells.checkpoints.vocabulary import read_vocabulary
from cells.inputs.edit import Edit, edited
from cells.inputs.typed import numbers, text
from cells.readouts.prediction import top_outputs, top_predictions
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from tests.cells.cases import SOME_CELLS
from tests.checking.sampling import few

ABC = {"a": 0, "b": 1, "c": 2, " ": 3}


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(list(ABC)).encode(),
        json.dumps(ABC).encode(),
        json.dumps({str(row): token for token, row in ABC.items()}).encode(),
        json.dumps({"version": 1, "model": {"type": "char", "vocab": ABC}}).encode(),
        json.dumps({"class_name": "Tokenizer", "config": {"word_index": json.dumps(ABC)}}).encode(),
        b"a\nb\nc\n \n",
        b"a\r\nb\r\nc\r\n ",
        b"\xef\xbb\xbfabc ",
    ],
    ids=["list", "mapping", "reversed", "tokenizer", "keras", "lines", "crlf", "one line"],
)
def test_every_form_is_the_same_vocabulary(data: bytes) -> None:
    vocabulary = read_vocabulary(data)
    assert vocabulary.row_of == ABC
    assert vocabulary.rows_of_text("a cab") == [0, 3, 2, 0, 1]
    assert [vocabulary.name(row) for row in range(5)] == ["a", "b", "c", "␣", "#4"]


@pytest.mark.parametrize(
    "data", [b"", b"[1, 2]", b'{"a": ', b'{"a": -1}', b'{"a": true}', b"\xff\xfe\x00", b"[" * 100_000, b"[]", b"{}"]
)
def test_what_is_no_vocabulary_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_vocabulary(data)


def test_rows_beyond_every_embedding_are_refused() -> None:
    with pytest.raises(InputError, match="from 1 to 1,000,000 tokens"):
        read_vocabulary(b'{"a": 1000000}')


def test_words_are_cut_at_marks_and_looked_up_in_small_letters() -> None:
    vocabulary = read_vocabulary(json.dumps(["<pad>", "<unk>", "the", "cat", "isn't", ","]).encode())
    assert vocabulary.words
    assert vocabulary.rows_of_text("The cat, isn't DOG") == [2, 3, 5, 4, 1]


def test_unknown_tokens_are_named() -> None:
    vocabulary = read_vocabulary(json.dumps(ABC).encode())
    with pytest.raises(InputError, match="Not in the model’s vocabulary: d ⏎"):
        vocabulary.rows_of_text("abd\nd")


def layer_of(embedding: nn.Embedding | None = None, features: int = 3) -> LoadedLayer:
    module = WEIGHTS["random"].make("gru", features, units=4)
    return LoadedLayer("it", module, "gru", embedding=embedding)


def test_a_text_is_read_through_vocabulary_and_embedding() -> None:
    embedding, vocabulary = nn.Embedding(4, 3), read_vocabulary(json.dumps(ABC).encode())
    read = read_by(layer_of(embedding), text("a cab"), vocabulary)
    assert torch.equal(read.values, embedding(torch.tensor([0, 3, 2, 0, 1])))
    assert (read.labels, read.channels) == (("a", "␣", "c", "a", "b"), ("a", "b", "c", "␣"))
    other = edited(read, [Edit(0, "b")])
    assert torch.equal(other.values[0], embedding.weight[1])
    assert torch.equal(read.in_double().targets.argmax(dim=1), torch.tensor([0, 3, 2, 0, 1]))


def test_without_an_embedding_a_text_is_one_hot_over_the_vocabulary() -> None:
    vocabulary = read_vocabulary(json.dumps(ABC).encode())
    read = read_by(layer_of(features=4), text("cab"), vocabulary)
    assert torch.equal(read.values, torch.eye(4)[[2, 0, 1]])


def test_two_tokens_that_look_the_same_are_told_apart() -> None:
    vocabulary = read_vocabulary(json.dumps({"\n": 0, "⏎": 1}).encode())
    read = read_by(layer_of(nn.Embedding(2, 3)), numbers("0,1"), vocabulary)
    assert len(set(read.labels)) == len(set(read.channels)) == 2


@pytest.mark.parametrize("key", few(SEQUENCES, "text", "pulse", "co2"))
def test_every_sequence_is_read_or_refused_as_a_misfit(key: str) -> None:
    made = SEQUENCES[key].make()
    width = made.values.shape[1]
    assert torch.equal(read_by(layer_of(features=width), made).values, made.values)
    with pytest.raises(Misfit):
        read_by(layer_of(features=width + 1), made)


@pytest.mark.parametrize("embedding", [None, nn.Embedding(9, 3)])
def test_a_sample_is_of_the_right_width_and_the_same_for_a_seed(embedding: nn.Embedding | None) -> None:
    layer = layer_of(embedding)
    one, again, other = (sample_for(layer, 20, seed) for seed in (1, 1, 2))
    assert one.values.shape == (20, 3)
    assert torch.equal(one.values, again.values)
    assert not torch.equal(one.values, other.values)


def test_a_sample_draws_only_tokens_that_the_vocabulary_has() -> None:
    vocabulary = read_vocabulary(b'{"a": 2, "b": 5}')
    read = sample_for(layer_of(nn.Embedding(9, 3)), 40, 0, vocabulary)
    assert set(read.labels) == {"a", "b"}


@pytest.mark.parametrize("outputs", [1, 3, 12])
def test_the_prediction_is_the_largest_outputs(outputs: int) -> None:
    module, readout = nn.LSTM(2, 3, num_layers=2, bidirectional=True), nn.Linear(6, outputs)
    xs = noise_of(11, 2, 0).values
    hidden = top_outputs(trace(module, xs))
    assert torch.allclose(hidden, module(xs)[0], atol=1e-6)
    prediction = top_predictions(readout, hidden, "softmax")
    shares, indices = readout(hidden).softmax(dim=-1).topk(min(5, outputs), dim=-1)
    assert torch.equal(prediction.indices, indices)
    assert torch.allclose(prediction.values, shares)
    assert prediction.shares
    assert not top_predictions(readout, hidden, "linear").shares


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_saturation_counts_the_values_of_every_gate(cell: str) -> None:
    (layer,) = trace(WEIGHTS["random"].make(cell, 2, gain=3.0), 4 * noise_of(30, 2, 0).values)
    found = saturation(layer)
    assert list(found) == [signal.name for signal in layer.cell.shown if signal.kind == "gate"]
    for name, one in found.items():
        values = layer[name].flatten().tolist()
        assert one.shut == pytest.approx(sum(value < 0.1 for value in values) / len(values))
        assert one.open == pytest.approx(sum(value > 0.9 for value in values) / len(values))
