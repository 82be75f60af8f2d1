"""What holds for every test: nothing random, one thread, and the options of the browser tests."""

from __future__ import annotations

import os
import random
import sys

# Before torch or numpy is imported: the arrays here are small, and one thread gives the same sums on every machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("gatescope", derandomize=True, deadline=None, database=None)
settings.load_profile("gatescope")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options are known before tests/browser is looked into, so they stand here."""
    parser.addoption("--retake", action="store_true", help="take the pictures that the browser tests compare with anew")


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Each test starts from the same seeds, whichever ran before it."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - code that uses the global generator is what this is for
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
