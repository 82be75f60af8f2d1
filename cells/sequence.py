"""What a sequence is: numbers for a cell to read, and words for a person.

Axes: T time steps, I input features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from cells.settings import Setting


@dataclass(frozen=True)
class Sequence:
    """A sequence that a cell can read.

    values: (T, I) float32. labels: one a step, for a person to read. channels: the names of the I features.
    start: the step, from 0, at which a first look should open. symbolic: whether a step reads one of the channels,
    one-hot, and not a number for each.
    """

    values: Tensor
    labels: tuple[str, ...]
    channels: tuple[str, ...]
    start: int = 0
    symbolic: bool = False


@dataclass(frozen=True)
class SequenceKind:
    """One way to a sequence: an entry of the menu and of the link's vocabulary.

    `make` takes a keyword for each setting, all optional, and raises InputError for a value that cannot be used.
    """

    key: str
    title: str
    make: Callable[..., Sequence]
    settings: tuple[Setting, ...]
