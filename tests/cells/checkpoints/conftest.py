"""Fixtures that several tests of checkpoints share."""

from __future__ import annotations

import pytest

from tests.cells.checkpoints.keras_models import L, as_keras, as_keras_2, as_weights
from tests.cells.checkpoints.keras_models import model_of as keras_model
from tests.cells.checkpoints.saved import SIDE, as_old_pt, as_pt, as_safetensors, lstm, onnx_file


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a good file of each format."""
    model, folder = keras_model(L.LSTM(SIDE)), tmp_path_factory.mktemp("whole")
    keras = {save.__name__: save(model, folder).read_bytes() for save in (as_keras, as_weights, as_keras_2)}
    weights = lstm()
    ours = {"pt": as_pt(weights), "old-pt": as_old_pt(weights), "safetensors": as_safetensors(weights)}
    return {**ours, **keras, "onnx": onnx_file()}
