"""Files of trained models, and what may have been changed in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

from safetensors.torch import load, save
from torch import Tensor

from cells import save_trained
from cells.training import follow, recipe
from tests import ROOT

SHIPPED = ROOT / "cells" / "data" / "models"

Change = Callable[[dict[str, Tensor], dict[str, str]], object]


@cache
def file_of(task: str = "reber", cell: str = "lstm", **settings: int | str) -> bytes:
    made = recipe(task, cell, settings, units=4, updates=1, seed=3)
    return save_trained(made, list(follow(made))[-1])


def changed(change: Change, content: bytes | None = None) -> bytes:
    content = content or file_of()
    tensors, length = load(content), int.from_bytes(content[:8], "little")
    about = json.loads(content[8 : 8 + length])["__metadata__"]
    change(tensors, about)
    return save(tensors, about)


def say(**entries: str) -> Change:
    return lambda _tensors, about: about.update(entries)
