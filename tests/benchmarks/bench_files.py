"""How long does a large table take to become a sequence, and how much memory, against pandas alone?

Run it alone with `python -m tests.benchmarks.bench_files`. The file has a million rows and about 50 MB. The times are
medians of turns taken in one run; the memory is what a process of its own needs at most beyond what it has after its
imports.
"""

from __future__ import annotations

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd

from cells import read_sequence
from tests.benchmarks.turns import in_turns

ROWS, COLUMNS = 1_000_000, 4
TURNS = 5
SECTION = 200  # steps: what a page shows first
TIME_TARGET, MEMORY_TARGET = 3.0, 4.0  # times pandas.read_csv, times the file, at most
MEGABYTE = 1 << 20


def main() -> None:
    """Measure and print the table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        write(path)
        size = path.stat().st_size
        print(f"a CSV of {ROWS:,} rows, {size / MEGABYTE:.0f} MB; medians of {TURNS} turns\n")
        print(f"{'what':<56}{'measured':>12}{'ratio':>8}{'target':>10}")
        for what, file in (("a path", path), ("bytes in memory", path.read_bytes())):
            alone, preview, plain = seconds_of(file)
            print(f"{f'pandas.read_csv of {what}':<56}{alone:>10.2f} s")
            for told, seconds in (("times recognised", preview), ("without a time column", plain)):
                line = f"{f'preview of {what}, {told}':<56}{seconds:>10.2f} s{seconds / alone:>8.2f}"
                print(f"{line}{f'<= {TIME_TARGET:g}':>10}")
        needed = peak(path)
        line = f"{'memory, a path, times recognised':<56}{needed / MEGABYTE:>9.0f} MB{needed / size:>8.2f}"
        print(f"{line}{f'<= {MEMORY_TARGET:g}':>10}")


def write(path: Path) -> None:
    """A table of a time every second and columns of numbers."""
    random = np.random.default_rng(0)
    times = pd.date_range("2024-01-01", periods=ROWS, freq="s").strftime("%Y-%m-%d %H:%M:%S")
    numbers = pd.DataFrame(random.standard_normal((ROWS, COLUMNS)), columns=list("abcd"))
    numbers.insert(0, "time", times)
    numbers.to_csv(path, index=False, float_format="%.4f")


def seconds_of(file: Path | bytes) -> list[float]:
    """The median seconds of pandas alone, of a preview, and of one whose times are not looked at."""
    return in_turns(
        TURNS,
        lambda: pd.read_csv(file if isinstance(file, Path) else BytesIO(file)),
        lambda: read_sequence(file).section(0, SECTION),
        lambda: read_sequence(file, time=False).section(0, SECTION),
        clock=perf_counter,
        warm=False,
    )


def peak(path: Path) -> int:
    """The most bytes that reading takes in a process of its own, beyond what it has before."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_files", str(path)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def measure(path: Path) -> None:
    """Print how many bytes this process needs at most for a reading, after a small one that loads what is needed."""
    read_sequence(b"time,x\n2024-01-01,1\n2024-01-02,2\n").section(0, SECTION)
    before = most()
    read_sequence(path).section(0, SECTION)
    print(most() - before)


def most() -> int:
    """The most bytes that this process has had in memory, as Linux says it (getrusage counts the parent's too)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024  # type: ignore[index]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
    else:
        main()
