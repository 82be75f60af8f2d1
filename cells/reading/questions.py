"""Questions that a file leaves open: both readings of the same entries, for a person to decide."""

from __future__ import annotations

from dataclasses import dataclass

SHOWN = 5  # entries


@dataclass(frozen=True)
class Question:
    """An entry of a file can be read in more than one way.

    setting: the choice that answers it ("decimal", "dates"). column: where the entries stand. written: the first of
    them, as the file has them. readings: the values of the choice, the likely one first, each with these entries as it
    reads them. answered: whether the choice was made, so that it need not be asked again.
    """

    setting: str
    column: str
    written: tuple[str, ...]
    readings: dict[str, tuple[str, ...]]
    answered: bool = False
