"""The limits of a file: past these a message says so, and nothing is cut."""

from __future__ import annotations

MEGABYTE = 1 << 20
MAX_BYTES = 64 * MEGABYTE  # of a file
MAX_ARRAY_BYTES = 256 * MEGABYTE  # of what an NPZ, a workbook or a Parquet file unpacks to
MAX_ARRAYS = 512  # in an NPZ
MAX_ENTRIES = 10_000  # in any archive
MAX_CELLS = 8_000_000  # of a sheet, empty ones between others included, and values of a JSON file
MAX_COLUMNS = 512
MAX_TEXT = 16 * MEGABYTE  # numbers that a text is spelled with: its characters times the different ones
MAX_READ_STEPS = 4_000_000
