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

pytest_plugins = [f"tests.checking.{plugin}" for plugin in ("stages", "sampling", "only", "notes")]

# The same examples in every run, and no failure because a machine was busy.
STEADY = settings(derandomize=True, deadline=None, database=None)
settings.register_profile("usual", STEADY, max_examples=25)
settings.register_profile("exhaustive", STEADY, max_examples=300)


def pytest_configure(config: pytest.Config) -> None:
    """Properties are tried on more examples where the exhaustive tests run too."""
    settings.load_profile("usual" if config.option.markexpr == "not exhaustive" else "exhaustive")


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
