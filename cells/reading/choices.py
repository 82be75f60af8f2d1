"""What a person chooses of how a file is read; by itself everything is found out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.categories import WAYS
from cells.reading.dates import DATES
from cells.reading.numbers import DECIMALS
from cells.reading.timeline import METHODS


@dataclass(frozen=True)
class Choices:
    """The choices of `read_sequence`, as it describes them. Raises InputError for a word that is none of its choice."""

    time: str | bool | None = None
    columns: Collection[str] | None = None
    interval: str | None = None
    method: str = "mean"
    rows: tuple[int, int] | None = None
    header: int | None = None
    decimal: str = "found"
    dates: str = "found"
    words: str = "out"
    sheet: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            names = ", ".join(METHODS)
            raise InputError(N_("There is no method “{method}”; there are {names}."), method=self.method, names=names)
        for name, known in (("decimal", DECIMALS), ("dates", DATES), ("words", WAYS)):
            value = getattr(self, name)
            if value not in known:
                raise InputError(
                    N_("“{value}” is no choice of {name}; there are {names}."),
                    value=shortened(value),
                    name=name,
                    names=", ".join(known),
                )

    @property
    def insist_on_table(self) -> bool:
        """True where something of a table was chosen: then nothing else will do."""
        return bool(self.columns or self.time or self.interval or self.rows or self.header is not None)
