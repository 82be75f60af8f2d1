"""The tables of a file that can have several, by their names: the sheets of a workbook, the lists of a JSON record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.choices import Choices
from cells.reading.numbers import FOUND
from cells.reading.raw import Raw

MOST_TRIED = 16  # sheets that cannot be read: then the others are left to a choice


class UnreadSheet(InputError):
    """An error about one sheet of several: `sheets` can be chosen from, and `sheet` is the one that cannot be read."""

    def __init__(self, error: InputError, sheets: Sequence[str], sheet: str) -> None:
        super().__init__(error.template, **error.values)
        self.sheets, self.sheet = tuple(sheets), sheet

    def __reduce__(self) -> tuple[Callable[..., InputError], Any]:
        """Return what pickle needs, so that the error can come from another process."""
        return rebuild_unread, (self.template, self.values, self.sheets, self.sheet)


def rebuild_unread(template: str, values: Mapping[str, object], sheets: tuple[str, ...], sheet: str) -> UnreadSheet:
    """Rebuild an error that came from another process."""
    return UnreadSheet(InputError(template, **values), sheets, sheet)


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


def read_sheets(names: Sequence[str], read: Callable[[str, Choices], Raw | None], choices: Choices) -> Raw:
    """Read the chosen sheet, by itself the first that can be read: neither empty nor, for instance, a note.

    read: reads a sheet, and returns None for an empty one. Raises UnreadSheet where there is none to read.
    """
    check_sheet(choices.sheet, names)
    if choices.sheet or len(names) == 1:
        return first_readable(names, [choices.sheet or names[0]], read, choices)
    # Which one is taken by itself does not hang on how it is to be read: else another row of names would open another.
    found = replace(choices, rows=None, header=None, decimal=FOUND)
    try:
        raw = first_readable(names, names, read, found)
    except UnreadSheet:
        if found == choices:
            raise
        return first_readable(names, names, read, choices)
    return raw if found == choices else first_readable(names, [raw.sheet], read, choices)


def first_readable(
    names: Sequence[str], tried: Sequence[str], read: Callable[[str, Choices], Raw | None], choices: Choices
) -> Raw:
    """Read the first of the sheets that are tried that can be read. Raises InputError if there is none."""
    problems: list[UnreadSheet] = []
    for name in tried:
        try:
            raw = read(name, choices)
        except InputError as error:
            problems.append(UnreadSheet(error, names, name))
            if len(problems) == MOST_TRIED:
                break
        else:
            if raw is not None:
                return replace(raw, sheets=tuple(names), sheet=name)
    if problems:
        raise problems[0]
    if choices.sheet:
        empty = InputError(N_("The sheet “{name}” is empty."), name=shortened(choices.sheet))
        raise UnreadSheet(empty, names, choices.sheet)
    raise InputError(N_("The workbook is empty."))
