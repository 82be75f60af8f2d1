"""Parquet files as sequences: every type of a column that is a number, a time or a word, and limits that hold."""

from __future__ import annotations

import datetime
import decimal
import io
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from cells import InputError, read_sequence
from cells.reading import Raw, raw_of, source_of
from cells.reading.limits import MAX_ARRAY_BYTES, MAX_READ_STEPS, MEGABYTE
from cells.reading.parquet_pages import unpacked_size

TABLE = pa.table(
    {
        "t": pa.array([1, 2, 4], pa.timestamp("us", "Asia/Seoul")),
        "x": [1.5, None, 3],
        "n": pa.array([1, 2, 2], pa.int16()),
        "half": pa.array([1, 2, 3], pa.float16()),
        "exact": [decimal.Decimal("1.25"), decimal.Decimal("2.5"), None],
        "yes": [True, None, False],
        "long": [datetime.timedelta(minutes=1)] * 3,
        "kind": pa.array([4, 5, 4]).dictionary_encode(),
        "word": ["a", None, "a"],
        "bytes": [b"\xff"] * 3,
        "list": [[1], [], None],
    }
)


def written(table: pa.Table = TABLE, **options: Any) -> bytes:
    file = io.BytesIO()
    parquet.write_table(table, file, **options)
    return file.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        read_sequence(data)
    return str(raised.value)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"data_page_version": "2.0", "compression": "zstd"},
        {"compression": "none", "use_dictionary": False},
        {"row_group_size": 2, "write_page_checksum": True},
    ],
)
def test_every_type_of_column(options: dict[str, Any]) -> None:
    raw = raw_of(source_of(written(**options)), required=True)
    assert isinstance(raw, Raw)
    reading = read_sequence(written(**options), time=False)
    assert reading.channels == ("x", "n", "half", "exact", "yes", "long", "kind")
    assert reading.values[0].tolist() == [1.5, 1, 1, 1.25, 1, 60, 4]
    assert reading.filled.sum(dim=0).tolist() == [1, 0, 0, 1, 1, 0, 0]
    assert reading.left_out == ("t", "word", "bytes", "list")
    assert read_sequence(written(**options), interval="1us").preview.shape == (3, 11)
    assert raw.table["word"].tolist()[::2] == ["a", "a"]


def test_the_size_of_its_pages_is_what_is_made_room_for() -> None:
    data = written(pa.table({"x": list(range(10_000))}), compression="none", use_dictionary=False)
    column = parquet.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(0)
    size = unpacked_size(data, column.data_page_offset, column.total_compressed_size)
    assert 80_000 <= size <= column.total_uncompressed_size


def test_a_bomb_of_pages_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cells.reading.parquet_tables.MAX_ARRAY_BYTES", 8 * MEGABYTE)
    table = pa.table({"x": ["a" * 100_000] * 100})
    data = written(table, use_dictionary=False, compression="zstd")
    assert len(data) < 20_000
    before = pa.default_memory_pool().bytes_allocated()
    assert refused(data).startswith("The file is too large: it unpacks to")
    assert pa.default_memory_pool().bytes_allocated() - before < MEGABYTE


def test_a_text_that_is_said_many_times_counts_as_often() -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["a" * 100_000])
    data = written(pa.table({"word": words, "x": [1.0] * 100_000}))
    assert len(data) < 1_000_000
    before = pa.default_memory_pool().max_memory()
    assert refused(data).startswith("The file is too large: it unpacks to")
    assert pa.default_memory_pool().max_memory() - before < MAX_ARRAY_BYTES
    few = written(pa.table({"word": words.slice(0, 100), "x": [1.0] * 100}))
    assert read_sequence(few).channels == ("x",)


def test_more_rows_or_columns_than_fit() -> None:
    many = pa.table({"x": pa.nulls(MAX_READ_STEPS + 1, pa.int8())})
    assert refused(written(many)) == f"The table has {MAX_READ_STEPS + 1} rows; at most {MAX_READ_STEPS} fit."
    wide = pa.table({f"c{place}": [1] for place in range(600)})
    assert refused(written(wide)) == "The table has 600 columns; at most 512 fit."


def test_texts_as_differences_are_told() -> None:
    data = written(pa.table({"a": ["x", "y"]}), use_dictionary=False, column_encoding={"a": "DELTA_BYTE_ARRAY"})
    assert refused(data) == "The Parquet file holds texts as differences: save it without DELTA_BYTE_ARRAY."


@pytest.mark.parametrize("cut", [5, 300, -1, -9])
def test_one_that_is_cut_off(cut: int) -> None:
    assert refused(written()[:cut]) == "The Parquet file is damaged or cut off."


def test_one_with_a_password() -> None:
    assert refused(b"PARE" + bytes(20)) == "This is a Parquet file with a password: save it without one."
