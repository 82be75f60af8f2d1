"""Parquet files as tables: read a batch of rows at a time, within limits that hold whatever the file says of itself."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from cells.core.messages import N_, InputError
from cells.reading.archives import too_large
from cells.reading.dialect import check_names
from cells.reading.limits import MAX_ARRAY_BYTES, MAX_COLUMNS, MAX_READ_STEPS
from cells.reading.notes import Notes
from cells.reading.parquet_pages import damaged, unpacked_size
from cells.reading.raw import NESTED, Raw
from cells.reading.source import Source
from cells.reading.totals import without_totals

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet as pq

MAGIC, LOCKED = b"PAR1", b"PARE"
BATCH = 16_384  # rows
NUMBER_BYTES = 8


def read_parquet(source: Source) -> Raw:
    """Read the table of a Parquet file. Raises InputError for one that is too large, damaged or locked."""
    import pyarrow as pa  # noqa: PLC0415 - few need it
    from pyarrow import parquet as pq  # noqa: PLC0415

    with source.opened() as file:
        data = file.read()
    try:
        schema = pq.ParquetFile(io.BytesIO(data)).schema_arrow
        names = read_names(schema)
        # A text is kept once, however often it stands there: a few bytes may say a million times.
        parquet = pq.ParquetFile(io.BytesIO(data), read_dictionary=[one.name for one in schema if is_text(one.type)])
        check_size(parquet.metadata, data, len(names))
        pieces = list(batches(parquet, names))
        count = sum(piece.num_rows for piece in pieces)
        if not count:
            raise InputError(N_("There are no rows."))
        table = pa.Table.from_batches(pieces)
        columns = {name: table.column(name) for name in names}
        frame, totals = without_totals(as_frame(columns, list(schema.names), count))
        return Raw("table", frame, "Parquet", notes=Notes(totals=totals))
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, LookupError, OverflowError) as error:
        raise damaged() from error


def read_names(schema: pa.Schema) -> list[str]:
    """Return the names of the columns that are read: of numbers, times or words, one value a row.

    Raises InputError for two columns of one name, or too many.
    """
    if len(schema.names) > MAX_COLUMNS:
        raise InputError(
            N_("The table has {count} columns; at most {limit} fit."), count=len(schema.names), limit=MAX_COLUMNS
        )
    check_names(tuple(schema.names))
    return [one.name for one in schema if is_read(one.type)]


def is_read(kind: pa.DataType) -> bool:
    """Tell whether a column of that type is read."""
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind) or is_text(kind)


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column of that type holds words."""
    import pyarrow as pa  # noqa: PLC0415

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def check_size(metadata: pq.FileMetaData, data: bytes, columns: int) -> None:
    """Raise InputError for more rows, numbers or bytes than fit: as the file says, and as its pages' headers do."""
    if metadata.num_rows > MAX_READ_STEPS:
        raise too_many(metadata.num_rows)
    size = metadata.num_rows * columns * NUMBER_BYTES
    if size > MAX_ARRAY_BYTES:
        raise too_large(size)
    size = 0
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for chunk in map(group.column, range(group.num_columns)):
            starts = [chunk.data_page_offset, chunk.dictionary_page_offset or chunk.data_page_offset]
            size += unpacked_size(data, min(starts), chunk.total_compressed_size)
            if size > MAX_ARRAY_BYTES:
                raise too_large(size)


def too_many(count: int) -> InputError:
    """Return the error for more rows than fit."""
    return InputError(N_("The table has {count} rows; at most {limit} fit."), count=count, limit=MAX_READ_STEPS)


def batches(parquet: pq.ParquetFile, names: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows in pieces, and stop with an InputError at more than fit."""
    rows = size = 0
    for batch in parquet.iter_batches(BATCH, columns=names, use_threads=False):
        rows, size = rows + batch.num_rows, size + sum(map(unfolded_size, batch.columns))
        if rows > MAX_READ_STEPS:
            raise too_many(rows)
        if size > MAX_ARRAY_BYTES:
            raise too_large(size)
        yield batch


def unfolded_size(column: pa.Array) -> int:
    """Return how many bytes a column takes, each of its texts counted as often as it stands there."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    size = len(column) * NUMBER_BYTES
    if not pa.types.is_dictionary(column.type) or not is_text(column.type.value_type):
        return size
    lengths = compute.binary_length(column.dictionary).take(column.indices)
    return size + int(compute.sum(lengths.cast(pa.int64())).as_py() or 0)


def as_frame(columns: Mapping[str, pa.ChunkedArray], names: list[str], count: int) -> pd.DataFrame:
    """Return the columns as pandas has them, in the order of `names`; NESTED in the rows of one that is not read."""
    return pd.DataFrame({name: as_series(columns[name]) if name in columns else NESTED for name in names}, range(count))


def as_series(column: pa.ChunkedArray) -> pd.Series:
    """Return a column of numbers, times or words as pandas has it: truth as 0 and 1, durations in seconds."""
    import pyarrow as pa  # noqa: PLC0415

    kind = column.type
    if pa.types.is_boolean(kind):
        column = column.cast(pa.uint8())
    elif pa.types.is_null(kind) or pa.types.is_decimal(kind) or pa.types.is_float16(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_date(kind):
        column = column.cast(pa.timestamp("ms"))
    elif pa.types.is_time(kind):
        column = column.cast(pa.string())
    series: pd.Series = column.to_pandas()
    if pa.types.is_duration(kind):
        series = series.dt.total_seconds()
    elif pa.types.is_dictionary(kind):
        series = series.astype(object)
    elif pa.types.is_timestamp(kind) and kind.tz:
        series = series.dt.tz_localize(None)
    return series
