"""Real files of every kind that is read, from which the fuzzing tests begin."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from cells.inputs.tabular import EXAMPLE
from tests.cells.reading.bad_tables import BAD
from tests.cells.reading.made_files import npy, npz, tone, wav
from tests.cells.reading.made_sheets import Rows, ods, xlsx

ROWS: Rows = [["day", "x", "y"], ["2024-01-01", 1, 2.5], ["2024-01-02", 3, None], ["2024-01-04", 4.125, -1]]
YEARS = "year,x\n1,1\n2,3\n9999,4\n"
TEXTS = (
    EXAMPLE,
    "a;b\n1,5;2\n2,5;3\n",
    "when\tflow\n01/02/2024\t1\n13/02/2024\t2\n",
    "t,x\n0001-01-01,1\n9999-12-31,2\n",
    "t,x\n0001-01-01,1\n0001-01-02,2\n0001-01-03,2\n",
    "t,x\n9999-12-29,1\n9999-12-30,2\n9999-12-31,4\n",
    "date,x\n1600-01-01,1\n1700-01-01,2\n2300-01-01,3\n",
    "time,x\n1e300,1\n2e300,2\n",
    "time,x\n1700000000000,1\n1700000060000,2\n",
    "x\n" + "1" * 320 + "\n2\n",
    YEARS,
    "once upon a time\n",
    "[1, 2.5, null, 4]",
    '[{"a": 1, "t": "2024-01-01"}, {"a": 2, "t": "2024-01-02"}]',
    '{"time": ["2024-01-01", "2024-01-02"], "x": [1, 2]}',
    '{"a": {"0": 1, "1": 2}}\n',
    '{"a": 1, "b": [1]}\n{"a": 2}\n',
    '{"meta": {"n": 1}, "rows": [[1, 2], [3, 4]], "more": [5, 6]}',
)


@cache
def real_files() -> tuple[tuple[str, bytes], ...]:
    """Return files by the endings of their names, some of which are hostile as they are."""
    months = np.array(["2024-01", "2024-02", "2024-04"], "datetime64[M]")
    early = np.array(["0001-01-01", "9999-12-31"], "datetime64[D]")
    files = [("csv", text.encode()) for text in TEXTS] + [("json", text.encode()) for text in TEXTS if text[0] in "[{"]
    files += [("tsv", TEXTS[2].encode("utf-16")), ("csv", "날짜,값\n2024-01-01,1\n2024-01-02,2\n".encode("cp949"))]
    files += [("npy", npy(np.arange(12.0).reshape(6, 2))), ("npy", npy(months)), ("npy", npy(early))]
    files += [("npz", npz(t=months, x=np.arange(3.0))), ("npz", npz(t=early, x=np.arange(2)))]
    files += [("wav", wav(tone(440.0, 0.01)))]
    files += [
        ("xlsx", xlsx({"first": ROWS, "second": [[1], [2]]})),
        ("ods", ods({"first": ROWS, "second": [[1], [2]]})),
    ]
    return (*files, *(("parquet", one) for one in parquet_files()), *(("csv", data) for data, _ in BAD.values()))


def parquet_files() -> list[bytes]:
    """Return Parquet files as several programs write them."""
    table = pa.table(
        {
            "t": pa.array([1, 2, 4], pa.timestamp("s")),
            "x": [1.5, None, 3],
            "n": pa.array([1, 2, 2], pa.int32()),
            "word": ["a", None, "a"],
            "list": [[1], [], None],
        }
    )
    files = []
    for version, packed in (("1.0", "snappy"), ("2.0", "zstd"), ("1.0", "none")):
        file = io.BytesIO()
        parquet.write_table(table, file, data_page_version=version, compression=packed)
        files.append(file.getvalue())
    return files
