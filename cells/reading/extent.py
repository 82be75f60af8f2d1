"""The extent of a sheet, from its XML alone: a spreadsheet's reader makes room for every cell up to the last one.

Two cells in opposite corners, or one that says it is repeated, are few bytes and would be billions of cells. So the XML
is read through once beforehand, by a parser that keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.limits import MAX_CELLS

REFERENCE = re.compile(r"([A-Za-z]{1,7})(\d{1,10})", re.ASCII)
FILLED = {"v", "is", "f"}  # what a cell of an Excel sheet holds if it holds anything
MOST_DIGITS = 18


@dataclass
class Extent:
    """The rows and columns down to the last cell that holds something; the current ones count from 1.

    formulas: whether any cell holds one.
    """

    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = 0
    formulas: bool = False

    def include(self) -> None:
        """Reach to the current cell."""
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)


def extent_of_excel(xml: bytes) -> Extent:
    """Return the extent of an Excel sheet. Raises InputError for XML that cannot be read."""
    extent = Extent()

    def start(name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            extent.row, extent.column = whole(attributes.get("r"), extent.row + 1), 0
        elif name == "c":
            match = REFERENCE.fullmatch(attributes.get("r", ""))
            extent.column = column_number(match[1]) if match else extent.column + 1
            extent.row = int(match[2]) if match else extent.row
        elif name in FILLED:
            extent.include()
            extent.formulas = extent.formulas or name == "f"

    parse(xml, start)
    return extent


@dataclass
class OpenExtents:
    """The extents of the tables of an OpenDocument file, in their order, by name; `repeats` of the current row."""

    tables: dict[str, Extent] = field(default_factory=dict)
    repeats: int = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Count an element of the file."""
        if name == "table:table":
            self.tables[attributes.get("table:name", "")] = Extent()
        elif self.tables and name == "table:table-row":
            extent = self.last()
            self.repeats = whole(attributes.get("table:number-rows-repeated"), 1)
            extent.row, extent.column = extent.row + self.repeats, 0
        elif self.tables and name in ("table:table-cell", "table:covered-table-cell"):
            extent = self.last()
            extent.column += whole(attributes.get("table:number-columns-repeated"), 1)
            has_formula = "table:formula" in attributes
            extent.formulas = extent.formulas or has_formula
            if has_formula or any(key.startswith(("office:", "calcext:value")) for key in attributes):
                extent.include()
        elif self.tables and name == "text:p":
            self.last().include()

    def last(self) -> Extent:
        """Return the extent of the table that is being read."""
        return next(reversed(self.tables.values()))


def extents_of_open_document(xml: bytes) -> dict[str, Extent]:
    """Return the extent of each table of an OpenDocument file, by name."""
    extents = OpenExtents()
    parse(xml, extents.start)
    return extents.tables


def parse(xml: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Let `start` see every element of `xml`, which is UTF-8 whatever it says, and may declare no entities."""
    parser = ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_declarations
    try:
        parser.Parse(xml, True)
    except ExpatError as error:
        raise InputError(
            N_("The sheet is damaged: line {line} of its XML cannot be read."), line=error.lineno
        ) from error


def refuse_declarations(*_: object) -> None:
    """Raise InputError: no spreadsheet program declares anything in a sheet."""
    raise InputError(N_("The sheet is damaged, or not written by a spreadsheet program."))


def check_extent(name: str, rows: int, columns: int) -> None:
    """Raise InputError for a sheet that would need room for too many cells."""
    if rows * columns > MAX_CELLS:
        raise InputError(
            N_("The sheet “{name}” reaches to row {row}, column {column}: at most {limit} cells fit."),
            name=shortened(name),
            row=rows,
            column=columns,
            limit=MAX_CELLS,
        )


def whole(text: str | None, usual: int) -> int:
    """Return the number that an attribute writes; `usual` where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else usual


def column_number(letters: str) -> int:
    """Return the number, from 1, of a spreadsheet's column: 27 of "AA"."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
