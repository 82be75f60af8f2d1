"""Workbooks as sequences: a sheet is chosen, stored values count, and a bomb fills no memory."""

from __future__ import annotations

import io
import pickle
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest

from cells import InputError, read_sequence
from cells.reading.limits import MEGABYTE
from cells.reading.sheets import MOST_TRIED, UnreadSheet
from tests.cells.reading.made_files import zipped
from tests.cells.reading.made_sheets import Rows, ods, sheet_data, table_rows, xlsx

TABLE: Rows = [["day", "x", "y"], ["2024-01-01", 1, 2.125], ["2024-01-02", 3, None], ["2024-01-03", 5, "=A1+41"]]
BOTH = pytest.mark.parametrize("write", [xlsx, ods], ids=["xlsx", "ods"])


def refused(data: bytes, sheet: str = "") -> str:
    with pytest.raises(InputError) as raised:
        read_sequence(data, sheet=sheet)
    return str(raised.value)


class TestSheets:
    def test_a_table_is_read_with_its_times_holes_and_formulas(self) -> None:
        reading = read_sequence(xlsx({"first": TABLE}))
        assert reading.channels == ("x", "y")
        assert reading.values.tolist() == [[1, 2.125], [3, 22.0625], [5, 42]], (
            "a hole is filled, a formula has its value"
        )
        assert reading.time is not None
        assert reading.time.column == "day"
        assert reading.written == "XLSX · first"

    def test_an_open_document_is_read(self) -> None:
        reading = read_sequence(ods({"one": TABLE[:3]}))
        assert (reading.channels, reading.written) == (("x", "y"), "ODS · one")
        assert reading.values.tolist() == [[1, 2.125], [3, 2.125]]

    @BOTH
    def test_of_several_sheets_the_first_that_holds_something_is_read_or_the_one_that_is_named(
        self, write: Callable[..., bytes]
    ) -> None:
        data = write({"empty": [], "second": [[1], [2]], "third": [[7], [8]]})
        reading = read_sequence(data)
        assert (reading.sheets, reading.sheet) == (("empty", "second", "third"), "second")
        assert read_sequence(data, sheet="third").values.tolist() == [[7], [8]]
        assert refused(data, "fourth") == "There is no sheet “fourth”; there are empty, second, third."
        assert refused(data, "empty") == "The sheet “empty” is empty."
        assert refused(write({"empty": []})) == "The workbook is empty."

    @BOTH
    def test_a_note_before_the_table_is_passed_over_however_the_table_is_read(
        self, write: Callable[..., bytes]
    ) -> None:
        data = write({"note": [["Read me first"]], "data": [["x"], [1], [2]], "more": [["y"]] * 9 + [[7]]})
        reading = read_sequence(data)
        assert (reading.sheets, reading.sheet) == (("note", "data", "more"), "data")
        assert read_sequence(data, rows=(3, 3)).values.tolist() == [[2]]
        with pytest.raises(InputError, match="Row 9 cannot name the columns"):
            read_sequence(data, header=9)
        assert refused(data, "note") == "There are no rows below the header."

    @BOTH
    def test_where_none_can_be_read_the_error_knows_the_sheets(self, write: Callable[..., bytes]) -> None:
        data = write({"empty": [], "note": [["Read me"]], "other": [["later"]]})
        for sheet, told in (("", "note"), ("other", "other"), ("empty", "empty")):
            with pytest.raises(UnreadSheet) as raised:
                read_sequence(data, sheet=sheet)
            error = pickle.loads(pickle.dumps(raised.value))
            assert (error.sheets, error.sheet, str(error)) == (("empty", "note", "other"), told, str(raised.value))

    def test_a_workbook_of_notes_alone_is_not_looked_through(self) -> None:
        data = xlsx({**{f"n{number}": [["note"]] for number in range(MOST_TRIED)}, "data": [[1], [2]]})
        assert refused(data) == "There are no rows below the header."
        assert read_sequence(data, sheet="data").values.tolist() == [[1], [2]]

    def test_hidden_sheets_come_last(self) -> None:
        reading = read_sequence(xlsx({"notes": [[1], [2]], "data": [[3], [4]]}, hidden=["notes"]))
        assert (reading.sheets, reading.values.tolist()) == (("data", "notes"), [[3], [4]])

    def test_rows_have_the_numbers_of_the_sheet(self) -> None:
        rows = '<row r="3"><c r="B3" t="str"><v>x</v></c></row><row r="4"><c r="B4"><v>1</v></c></row>'
        reading = read_sequence(xlsx({"far": rows + '<row r="5"><c r="B5"><v>2</v></c></row>'}))
        assert (reading.channels, reading.preview.index.tolist()) == (("x",), [4, 5])

    def test_an_error_of_a_formula_is_a_hole_and_a_truth_value_a_number(self) -> None:
        reading = read_sequence(xlsx({"a": [["x", "y"], [1, True], ["#DIV/0!", False], [3, True]]}))
        assert reading.values.tolist() == [[1, 1], [2, 0], [3, 1]]
        assert reading.filled[:, 0].tolist() == [False, True, False]

    @pytest.mark.parametrize("names", [[], ["x", "y"]], ids=["alone", "below names"])
    @BOTH
    def test_formulas_without_stored_values_are_told(self, write: Callable[..., bytes], names: list[str]) -> None:
        top = [names] if names else []
        if write is xlsx:
            cells = "".join(f'<row r="{row}"><c r="A{row}"><f>ROW()</f><v/></c></row>' for row in range(2, 5))
            sheet = (sheet_data(top) if top else "") + cells
        else:
            cell = '<table:table-cell table:formula="of:=ROW()"/>'
            sheet = table_rows(top) + f"<table:table-row>{cell}</table:table-row>" * 3
        data = write({"note": [["Read me"]], "sums": sheet})
        assert refused(data) == refused(data, "note") == "There are no rows below the header."
        assert refused(data, "sums").startswith(
            "The formulas of the sheet “sums” have no stored values: open the file in a spreadsheet program"
        )

    def test_names_of_groups_of_columns_stand_before_those_of_the_columns(self) -> None:
        rows: Rows = [
            ["day", "north", None, "south", None],
            [None, "low", "high", "low", "high"],
            ["2024-01-01", 1, 2, 3, 4],
        ]
        reading = read_sequence(xlsx({"a": [*rows, ["2024-01-02", 5, 6, 7, 8]]}, merged=["A1:A2", "B1:C1", "D1:E1"]))
        assert reading.channels == ("north low", "north high", "south low", "south high")
        assert reading.preview.index.tolist() == [3, 4]

    def test_a_number_of_three_decimals_stays_what_it_is(self) -> None:
        assert read_sequence(xlsx({"a": [["x"], [1.237], [12.5], [2]]})).steps["x"].tolist() == [1.237, 12.5, 2]  # type: ignore[index]


class TestHostileWorkbooks:
    @pytest.mark.parametrize(
        "data",
        [
            xlsx({"s": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'}),
            xlsx(
                {"s": '<row><c r="A1"><v>1</v></c></row><row r="9999999"><c><v>2</v></c><c r="AAA9"><v>2</v></c></row>'}
            ),
            ods(
                {
                    "s": '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value="1" '
                    'table:number-columns-repeated="16384"/></table:table-row>'
                }
            ),
        ],
        ids=["corners", "no references", "repeated"],
    )
    def test_a_few_bytes_that_stand_for_many_cells(self, data: bytes) -> None:
        tracemalloc.start()
        assert "at most 8000000 cells fit" in refused(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MEGABYTE

    def test_cells_that_are_only_formatted_count_for_nothing(self) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
        reading = read_sequence(xlsx({"s": rows + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'}))
        assert reading.values.tolist() == [[1], [2]]

    def test_what_it_says_that_it_unpacks_to_is_held_to(self) -> None:
        data = xlsx({"s": f'<row r="1"><c r="A1" t="str"><v>{"a" * (8 << 20)}</v></c></row>'})
        honest = unzipped(data)["xl/worksheets/sheet1.xml"]
        said = honest[:200]
        for true, false in ((len(honest), len(said)), (zlib.crc32(honest), zlib.crc32(said))):
            data = data.replace(struct.pack("<I", true), struct.pack("<I", false))
        tracemalloc.start()
        message = refused(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert message == "The sheet is damaged: line 1 of its XML cannot be read."
        assert peak < MEGABYTE

    def test_a_bomb_that_says_so_is_not_unpacked(self) -> None:
        data = xlsx({"s": [[1], [2]]})
        name = b"xl/worksheets/sheet1.xml"
        central = data.rindex(name) - 46
        lie = data[: central + 24] + struct.pack("<I", 300 * MEGABYTE) + data[central + 28 :]
        assert refused(lie) == "The file is too large: it unpacks to 300 MB; at most 256 MB fit."

    def test_entities_are_not_declared(self) -> None:
        xml = (
            b'<!DOCTYPE a [<!ENTITY b "bb">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>'
        )
        entries = unzipped(xlsx({"s": [[1]]})) | {"xl/worksheets/sheet1.xml": xml}
        assert refused(zipped(entries)) == "The sheet is damaged, or not written by a spreadsheet program."

    def test_a_locked_open_document_is_told(self) -> None:
        locked = ods({"s": [[1]]}, manifest="<manifest:encryption-data/>")
        assert refused(locked) == "This is an OpenDocument file with a password: save it without one."


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
