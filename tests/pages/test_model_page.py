"""The model page, and a model of one's own on the others, run through the app's entry point without a browser."""

from __future__ import annotations

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from cells import trace
from cells.model_sequences import noise_of
from pages.scene.scene import PAGES
from tests.cells.checkpoints.saved import as_pt, as_safetensors
from tests.pages.test_payload import array_of
from tests.pages.visit import data_of, link_of, run, told, visit

VOCABULARY = list("abcdefgh ")


class Speller(nn.Module):
    """A letter model as many a tutorial has it."""

    def __init__(self, layers: int = 1, both: bool = False) -> None:
        super().__init__()
        self.embedding = nn.Embedding(9, 5)
        self.lstm = nn.LSTM(5, 6, num_layers=layers, bidirectional=both)
        self.fc = nn.Linear(12 if both else 6, 9)


def speller(layers: int = 1, both: bool = False) -> Speller:
    torch.manual_seed(3)
    return Speller(layers, both)


def upload(data: bytes, name: str = "net.pt", app: AppTest | None = None, **query: str) -> AppTest:
    """A visit to the model page in which a file is dropped."""
    app = app or visit(query, page="model")
    app.file_uploader(key="model-upload").clear().upload(name, data)
    return run(app)


def give_vocabulary(app: AppTest, data: bytes | None = None) -> AppTest:
    data = json.dumps(VOCABULARY).encode() if data is None else data
    app.file_uploader(key="vocabulary-upload").clear().upload("vocabulary.json", data)
    return run(app)


def step_through(app: AppTest) -> AppTest:
    app.button(key="step-through").click()
    run(app)
    app.switch_page(PAGES["step"].script)  # AppTest does not notice that the script has turned the page
    return run(app)


def close(app: AppTest, name: str, expected: Tensor) -> bool:
    return bool(array_of(data_of(app), name)[-len(expected) :] == pytest.approx(expected.numpy(), abs=1e-6))


def test_a_first_visit_asks_for_a_file() -> None:
    app = visit(page="model")
    assert (link_of(app), told(app)) == ({}, [])


@pytest.mark.parametrize("module", [nn.LSTM(4, 7), nn.GRU(4, 7), nn.RNN(4, 7)], ids=["lstm", "gru", "rnn"])
def test_a_layer_without_an_embedding_is_stepped_through_with_seeded_numbers(module: nn.RNNBase) -> None:
    app = upload(as_safetensors(module.state_dict()), "net.safetensors")
    assert told(app) == []
    table = app.dataframe[0].value.iloc[0]
    assert (table["input size"], table["units"]) == (4, 7)
    assert table["parameters"] == sum(one.numel() for one in module.parameters())
    step_through(app)
    assert told(app) == []
    expected = trace(module, noise_of(24, 4, 0).values)[0]
    assert data_of(app)["cell"] == expected.cell.key
    for name, values in expected.items():
        assert close(app, name, values)


def test_a_text_is_read_through_the_models_own_vocabulary_and_each_step_predicts() -> None:
    net = speller()
    app = give_vocabulary(upload(as_pt(net.state_dict())))
    app.button(key="input-text").click()
    app = run(app)
    app.text_input(key="type text").set_value("bad cabbage feed")
    app = step_through(run(app))
    assert told(app) == []
    places = torch.tensor([VOCABULARY.index(letter) for letter in "bad cabbage feed"])
    expected = trace(net.lstm, net.embedding(places))[0]
    assert close(app, "cell", expected["cell"])
    data = data_of(app)
    assert data["labels"][:4] == ["b", "a", "d", "␣"]
    shares = net.fc(expected["hidden"]).softmax(dim=-1)
    prediction = data["about"]["prediction"]
    for row, share in zip(prediction["rows"], shares, strict=True):
        values, best = share.topk(5)
        assert [name.replace("␣", " ") for name, _ in row] == [VOCABULARY[place] for place in best]
        assert [value for _, value in row] == pytest.approx(values.tolist(), abs=1e-6)
