"""The numbers of a payload, found in it as the browser finds them."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pages.shared.scene.run import TracedRun, open_scene
from tests.pages.scenes import scene_of

BEFORE = ".before"


def opened_of(cell: str, sequence: str = "pulse", weights: str = "random", **settings: Any) -> TracedRun:
    _, opened, problems = open_scene(scene_of(cell, sequence, weights, **settings))
    assert problems == []
    return opened


def floats_of(model: dict[str, Any]) -> NDArray[np.floating]:
    return np.frombuffer(b64decode(model["blob"]), dtype=f"<f{model['width']}")


def array_of(model: dict[str, Any], name: str) -> NDArray[np.floating]:
    place = model["arrays"][name]
    flat = floats_of(model)[place["offset"] : place["offset"] + place["rows"] * place["cols"]]
    return flat.reshape(place["rows"], place["cols"])


def number_at(model: dict[str, Any], name: str, step: int, unit: int) -> float | None:
    """Return the number that model.js finds under a name."""
    place = model["arrays"].get(name.removesuffix(BEFORE))
    if place is None:
        return None
    row = step + place["rows"] - model["steps"] - (1 if name.endswith(BEFORE) else 0)
    col = unit - place["first"]
    if row < 0 or not 0 <= col < place["cols"]:
        return None
    return float(floats_of(model)[place["offset"] + row * place["cols"] + col])


def same_bits(left: NDArray[np.float32], right: torch.Tensor) -> bool:
    """Equal to the last bit; a NaN equals itself."""
    other = right.numpy().astype("<f4")
    return left.shape == other.shape and left.tobytes() == other.tobytes()
