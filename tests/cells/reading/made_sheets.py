"""Workbooks of Excel and OpenDocument, written with no more than the formats ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.cells.reading.made_files import zipped

Cell = int | float | str | None
Rows = Sequence[Sequence[Cell]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def xlsx(sheets: Mapping[str, Rows | str], hidden: Sequence[str] = (), merged: Sequence[str] = ()) -> bytes:
    """Write sheets by name: rows of cells, or the XML inside `sheetData` as it is. merged: ranges of each sheet."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}" '
        f'state="{"hidden" if name in hidden else "visible"}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    below = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return zipped(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>'
            ).encode(),
            **{
                f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
                f"{rows if isinstance(rows, str) else sheet_data(rows)}</sheetData>{below}</worksheet>".encode()
                for number, rows in enumerate(sheets.values(), start=1)
            },
        }
    )


def sheet_data(rows: Rows) -> str:
    """Return the rows of a sheet, None as no cell at all."""
    return "".join(
        f'<row r="{row}">'
        + "".join(excel_cell(cell, f"{chr(ord('A') + column)}{row}") for column, cell in enumerate(cells))
        + "</row>"
        for row, cells in enumerate(rows, start=1)
    )


def excel_cell(cell: Cell, place: str) -> str:
    """Return a cell of a sheet; a text that begins with "=" is a formula whose stored value is 42."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    if cell.startswith("="):
        return f'<c r="{place}"><f>{escape(cell[1:])}</f><v>42</v></c>'
    if cell.startswith("#"):
        return f'<c r="{place}" t="e"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def ods(tables: Mapping[str, Rows | str], manifest: str = "") -> bytes:
    """Write tables by name: rows of cells, or the XML inside the table as it is."""
    spaces = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    written = "".join(
        f"<table:table table:name={quoteattr(name)}>{rows if isinstance(rows, str) else table_rows(rows)}</table:table>"
        for name, rows in tables.items()
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{written}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">{manifest}</manifest:manifest>'
            ).encode(),
            "content.xml": content.encode(),
        }
    )


def table_rows(rows: Rows) -> str:
    """Return the rows of a table."""
    return "".join(f"<table:table-row>{''.join(map(open_cell, cells))}</table:table-row>" for cells in rows)


def open_cell(cell: Cell) -> str:
    """Return a cell of a table."""
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )
