"""The trained models that are shipped in `data/models`; its README says what each has learnt, and how."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cells.checkpoints import LoadedLayer
from cells.checkpoints.load import assemble
from cells.checkpoints.safetensors_files import read_safetensors
from cells.reading.characters import characters_of
from cells.reading.source import source_of

FOLDER = Path(__file__).parents[1] / "data" / "models"


def load_shipped(name: str) -> LoadedLayer:
    """Load a shipped model as `load_checkpoint` loads a file: its cell, its readout, and what it has learnt.

    A new one at every call, so that who changes it changes no other.
    """
    contents = read_safetensors(source_of(FOLDER / f"{name}.safetensors"))
    (layer,) = assemble(contents, {}).layers.values()
    return layer


@cache
def alphabet_of(text: str) -> tuple[str, ...]:
    """Return the characters of a shipped text, "rhyme" or "poem", in its order, that of the model's channels."""
    return tuple(dict.fromkeys(characters_of((FOLDER / f"{text}.txt").read_text(encoding="utf-8"))))
