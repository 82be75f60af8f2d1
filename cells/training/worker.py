"""A worker of our own cluster, made fit to train: Dask runs this file in each worker before anything else."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import click
import psutil

MODEST = 10  # of nineteen: people who step through their gates on the same machine come first


@click.command()
@click.option("--app", type=int, help="the process that this worker works for, and is not to outlive")
def dask_setup(worker: object, app: int | None) -> None:
    """Find `cells` wherever the app was started from, leave the processors to others, and end with the app."""
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.insert(0, root)
    if hasattr(os, "nice"):
        os.nice(MODEST)
    if app is not None:
        threading.Thread(target=_end_with, args=(app,), name="end with the app", daemon=True).start()


def _end_with(app: int) -> None:
    """End this worker, and Dask's process that would start another one, once the app has ended, however that was.

    Left alone, workers that are only just starting would wait for the app for ever.
    """
    with suppress(psutil.NoSuchProcess):
        psutil.Process(app).wait()
    os.kill(os.getppid(), signal.SIGTERM)
    os._exit(1)
