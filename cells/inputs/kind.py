"""The declaration of a kind of sequence: its name, its settings, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cells.core.sequence import Sequence
from cells.core.settings import Setting
from cells.reading import Reading


@dataclass(frozen=True)
class SequenceKind:
    """One way to a sequence: an entry of the menu and of the link's vocabulary.

    `make` takes a keyword for each setting, all optional, and raises InputError for a value that cannot be used.
    `read`, for data that may be irregular, takes the same and gives the whole Reading of which `make` shows a section.
    `private`: whether it is somebody's own, and must be gone with the visit.
    """

    key: str
    title: str
    make: Callable[..., Sequence]
    settings: tuple[Setting, ...]
    read: Callable[..., Reading] | None = None
    private: bool = False
