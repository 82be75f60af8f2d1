"""Workbooks of Excel (.xlsx) and OpenDocument (.ods): a sheet's stored values, formulas' too, as rows of a table.

Calamine reads them. It is given an archive that has been unpacked within limits and packed anew, of which it can thus
unpack no more; and of a sheet whose extent has been looked at before.
"""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from xml.etree import ElementTree

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.reading.archives import MIMETYPE, packed, unpacked
from cells.reading.choices import Choices
from cells.reading.extent import check_extent, extent_of_excel, extents_of_open_document, refuse_declarations
from cells.reading.merged import Ranges, without_merged_headers
from cells.reading.numbers import number_as_text
from cells.reading.raw import Raw
from cells.reading.sheets import read_sheets
from cells.reading.source import source_of
from cells.reading.tables import read_table

EXCEL, OPEN = "xl/workbook.xml", "content.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
PARTS = ("[Content_Types].xml", "_rels/.rels", EXCEL, RELATIONS, "xl/sharedStrings.xml", "xl/styles.xml")
MANIFEST = "META-INF/manifest.xml"
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
SHEET_PART = "worksheets/"
ENTRIES_OF_TEXT = 1 << 62  # a workbook written as text may be larger than a file that comes in
HIDDEN = ("hidden", "veryHidden")
# What programs that only write workbooks leave, as openpyxl does.
NOT_STORED = N_(
    "The formulas of the sheet “{name}” have no stored values: open the file in a spreadsheet program and save it, "
    "which stores them."
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of an Excel workbook: its name, the entry of the archive that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


def is_excel(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is an Excel workbook."""
    return EXCEL in archive.namelist()


def is_open_document(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is an OpenDocument spreadsheet."""
    names = archive.namelist()
    if MIMETYPE not in names or OPEN not in names:
        return False
    return unpacked(archive, [MIMETYPE])[MIMETYPE].startswith(SPREADSHEET)


def read_excel(archive: zipfile.ZipFile, choices: Choices) -> Raw:
    """Read the chosen sheet of an Excel workbook, by itself the first that can be read, hidden ones last."""
    parts = {one.name: one.part for one in sorted(sheets_of(archive), key=lambda one: one.hidden)}
    there = [name for name in PARTS if name in archive.namelist()]

    def read(name: str, choices: Choices) -> Raw | None:
        entries = unpacked(archive, [*there, parts[name]])
        extent = extent_of_excel(entries[parts[name]])
        check_extent(name, extent.rows, extent.columns)
        return sheet_as_table(entries, name, choices, "XLSX", extent.formulas) if extent.rows else None

    return read_sheets(tuple(parts), read, choices)


def sheets_of(archive: zipfile.ZipFile) -> list[Sheet]:
    """Return the sheets of an Excel workbook that hold cells: no charts, no macros."""
    entries = unpacked(archive, [EXCEL, RELATIONS])
    targets = {one.get("Id"): one.get("Target", "") for one in elements(entries[RELATIONS], "Relationship")}
    sheets = []
    for one in elements(entries[EXCEL], "sheet"):
        identity = next((value for key, value in one.attrib.items() if key.rpartition("}")[2] == "id"), None)
        target = targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        if SHEET_PART in part and part in archive.namelist():
            sheets.append(Sheet(one.get("name", ""), part, one.get("state") in HIDDEN))
    if not sheets:
        raise InputError(N_("The workbook holds no sheet of cells."))
    return sheets


def elements(xml: bytes, name: str) -> Iterator[ElementTree.Element]:
    """Yield the elements of that name, in whatever namespace."""
    if b"<!DOCTYPE" in xml:
        refuse_declarations()
    try:
        tree = ElementTree.fromstring(xml)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError(N_("The workbook is damaged: its list of sheets cannot be read.")) from error
    return (one for one in tree.iter() if one.tag.rpartition("}")[2] == name)


def read_open_document(archive: zipfile.ZipFile, choices: Choices) -> Raw:
    """Read the chosen sheet of an OpenDocument spreadsheet, by itself the first that can be read."""
    there = [name for name in (MIMETYPE, MANIFEST, OPEN) if name in archive.namelist()]
    entries = unpacked(archive, there)
    if b"encryption-data" in entries.get(MANIFEST, b""):
        raise InputError(N_("This is an OpenDocument file with a password: save it without one."))
    extents = extents_of_open_document(entries[OPEN])
    for name, extent in extents.items():
        check_extent(name, extent.rows, extent.columns)
    check_extent(" + ".join(extents), sum(extent.rows * extent.columns for extent in extents.values()), 1)

    def read(name: str, choices: Choices) -> Raw | None:
        extent = extents[name]
        return sheet_as_table(entries, name, choices, "ODS", extent.formulas) if extent.rows else None

    return read_sheets(tuple(extents), read, choices)


def sheet_as_table(entries: dict[str, bytes], sheet: str, choices: Choices, written: str, has_formulas: bool) -> Raw:
    """Read the rows of one sheet as every table is read: its header is found, its texts are judged, in one way."""
    rows, merged = rows_of(entries, sheet)
    rows = [row if any(row) else [] for row in without_merged_headers(rows, merged)]
    if has_formulas and sum(map(bool, rows)) <= 1:  # the names of the columns, perhaps
        raise InputError(NOT_STORED, name=shortened(sheet))
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    source = source_of(text.getvalue().encode("utf-8", "replace"), ENTRIES_OF_TEXT)
    raw = read_table(source, "utf-8", "\t", choices)
    return replace(raw, written=f"{written} · {shortened(sheet)}")


def rows_of(entries: dict[str, bytes], sheet: str) -> tuple[list[list[str]], Ranges]:
    """Return the cells of a sheet as text, down from its first row, and which of them are merged."""
    import python_calamine as calamine  # noqa: PLC0415 - few need it

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        packed(entries, archive)
    file.seek(0)
    try:
        with calamine.load_workbook(file) as workbook:
            found = workbook.get_sheet_by_name(sheet)
            left = found.start[1] if found.start else 0
            merged = [
                (top, first - left, bottom, last - left)
                for (top, first), (bottom, last) in found.merged_cell_ranges or []
            ]
            return [list(map(written_as, row)) for row in found.iter_rows()], merged
    except calamine.CalamineError as error:
        raise InputError(N_("The sheet “{name}” is damaged."), name=shortened(sheet)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a fault of the library raises
            raise
        raise InputError(N_("The sheet “{name}” is damaged."), name=shortened(sheet)) from error


def written_as(cell: object) -> str:
    """Write a cell so that it can be read in one way only: whole numbers as such, others not as thousands."""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return number_as_text(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.timedelta):
        return number_as_text(cell.total_seconds())
    return str(cell)
