"""The tables of a file that can have several, by their names: the sheets of a workbook, the lists of a JSON record."""

from __future__ import annotations

from collections.abc import Collection

from cells.core.messages import N_, InputError
from cells.core.readable import shortened


def check_sheet(sheet: str, names: Collection[str]) -> None:
    """Raise InputError for the name of a table that is not there; "" is the one that is taken by itself."""
    if not sheet or sheet in names:
        return
    if not names:
        raise InputError(N_("There is no sheet “{name}”: the file holds a single table."), name=shortened(sheet))
    raise InputError(
        N_("There is no sheet “{name}”; there are {names}."),
        name=shortened(sheet),
        names=", ".join(map(shortened, names)),
    )
