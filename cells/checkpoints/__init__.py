"""Trained models of other programs as modules: see `load_checkpoint`."""

from cells.checkpoints.load import load_checkpoint
from cells.checkpoints.result import Checkpoint, LoadedLayer, Question

__all__ = ["Checkpoint", "LoadedLayer", "Question", "load_checkpoint"]
