"""A visit to the model page with a model of one's own."""

from __future__ import annotations

import json

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from pages.shared.scene.registry import KINDS
from tests.pages.arrays import array_of
from tests.pages.visit import data_of, run, visit

VOCABULARY = list("abcdefgh ")


class Speller(nn.Module):
    """A letter model as in many tutorials: embedding, LSTM, readout."""

    def __init__(self, layers: int = 1, both: bool = False) -> None:
        super().__init__()
        self.embedding = nn.Embedding(9, 5)
        self.lstm = nn.LSTM(5, 6, num_layers=layers, bidirectional=both)
        self.fc = nn.Linear(12 if both else 6, 9)


def speller(layers: int = 1, both: bool = False) -> Speller:
    torch.manual_seed(3)
    return Speller(layers, both)


def upload(data: bytes, name: str = "net.pt", app: AppTest | None = None, **query: str) -> AppTest:
    """Visit the model page and drop a file there."""
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
    app.switch_page(KINDS["step"].script)  # AppTest does not notice that the script has turned the page
    return run(app)


def close(app: AppTest, name: str, expected: Tensor) -> bool:
    return bool(array_of(data_of(app), name)[-len(expected) :] == pytest.approx(expected.numpy(), abs=1e-6))
