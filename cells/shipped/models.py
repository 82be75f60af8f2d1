"""The trained models that are shipped in `data/models`; its README says what each has learnt, and how."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cells.core.stepwise import Recurrent
from cells.reading.characters import characters_of
from cells.training.saved import load_trained

FOLDER = Path(__file__).parents[1] / "data" / "models"


def load_shipped(name: str) -> Recurrent:
    """Load the cell of a shipped model, a new module at every call, so that who changes it changes no other."""
    return load_trained(FOLDER / f"{name}.safetensors").module


def trained_counter(_cell_key: str, _input_size: int) -> Recurrent:
    """Load an LSTM that has learnt aⁿbⁿ up to n = 10."""
    return load_shipped("counter")


def trained_latch(cell_key: str, _input_size: int) -> Recurrent:
    """Load a cell that has learnt to hold a signal through noise: an RNN, an LSTM or a GRU."""
    return load_shipped(f"latch-{cell_key}")


def trained_reber(_cell_key: str, _input_size: int) -> Recurrent:
    """Load an LSTM that has learnt the embedded Reber grammar."""
    return load_shipped("reber")


def trained_rhyme(_cell_key: str, _input_size: int) -> Recurrent:
    """Load an LSTM that has learnt to foretell the next character of `rhyme.txt`."""
    return load_shipped("rhyme")


def trained_poem(_cell_key: str, _input_size: int) -> Recurrent:
    """Load an LSTM that has learnt to foretell the next character of `poem.txt`."""
    return load_shipped("poem")


@cache
def alphabet_of(text: str) -> tuple[str, ...]:
    """Return the characters of a shipped text, "rhyme" or "poem", in its order, that of the model's channels."""
    return tuple(dict.fromkeys(characters_of((FOLDER / f"{text}.txt").read_text(encoding="utf-8"))))
