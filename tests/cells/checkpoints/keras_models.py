"""Keras itself, on PyTorch, and the files that it writes. It keeps its settings in a folder of its own making."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"
os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="keras-")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import keras

from absl import logging
from torch import Tensor

from tests.cells.checkpoints.agree import I

atexit.register(shutil.rmtree, os.environ["KERAS_HOME"], ignore_errors=True)
logging.set_verbosity(logging.ERROR)  # it calls its older format old, each time
keras.config.disable_interactive_logging()
# Once Keras is imported, Streamlit calls this after every run of a page, and it collects all garbage: the tests of
# pages, which never use Keras, would take four times as long.
keras.backend.clear_session = lambda: None
__all__ = ["WAYS", "L", "as_keras", "as_keras_2", "as_weights", "keras", "model_of", "run", "shake"]

L = keras.layers
Layer = Any


def model_of(*layers: Layer, features: int | None = I) -> Any:
    """A sequential model that reads (B, T, features), or (B, T) whole numbers for None; its biases are not zero."""
    shape = (None,) if features is None else (None, features)
    model = keras.Sequential([L.Input(shape), *layers])
    shake(model)
    return model


def shake(model: Any) -> None:
    """Draw weights that are lively, biases among them."""
    generator = keras.random.SeedGenerator(1)
    for variable in model.weights:
        if variable.dtype not in {"uint32", "int64"}:
            variable.assign(keras.random.uniform(variable.shape, -0.6, 0.6, seed=generator))


def as_keras(model: Any, folder: Path) -> Path:
    model.save(path := folder / "model.keras")
    return path


def as_weights(model: Any, folder: Path) -> Path:
    model.save_weights(path := folder / "model.weights.h5")
    return path


def as_keras_2(model: Any, folder: Path) -> Path:
    model.save(path := folder / "model.h5")
    return path


WAYS: dict[str, Callable[[Any, Path], Path]] = {"keras": as_keras, "weights": as_weights, "keras-2": as_keras_2}


def run(model: Any, xs: Tensor) -> Tensor:
    """Return the outputs of a model that returns sequences for (T, B, I): (T, B, ·)."""
    output: Tensor = model(xs.transpose(0, 1)).detach()
    return output.transpose(0, 1)
