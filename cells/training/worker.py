"""What makes a process of our own cluster fit to train: Dask runs this file in each worker before anything else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MODEST = 10  # of nineteen: people who step through their gates on the same machine come first


def dask_setup(worker: object) -> None:
    """Find `cells` wherever the app was started from, and leave the processors to others while they need them."""
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.insert(0, root)
    if hasattr(os, "nice"):
        os.nice(MODEST)
