"""Files with faults, read as a page reads them: finite numbers or an InputError, and never anything else."""

from __future__ import annotations

import io
from random import Random

import pytest

from cells.core.messages import InputError
from cells.core.settings import Choice
from cells.inputs.tabular import OPENING, READING, open_as_chosen, read_as_chosen, section_of
from cells.reading import source_of
from tests.fuzzing.files import real_files
from tests.fuzzing.mutations import HOSTILE, mutation

PIECE = 100  # cases a test
LIKELY = {
    "time": ("t", "time", "day", "x", "A", "year", "-"),
    "columns": ("x", "a", "A", "x,y", "t", "day,x"),
    "rows": ("2-3", "1-2", "1-3", "3-3", "1-999999999"),
    "interval": (
        "1h",
        "7D",
        "MS",
        "1ns",
        "99999999D",
        "9999999YS",
        "0D",
        "-1D",
        "1us",
        "QE",
        "W-SUN",
        "B",
        "1D1h",
        "300000D",
    ),
    "sheet": ("second", "rows", "a", "meta"),
    "header": ("1", "2", "3", "4", "-", "99"),
}


def case(seed: int) -> tuple[str, bytes, dict[str, str]]:
    """Return the name, the bytes and the choices of a case."""
    random = Random(seed)
    suffix, data = random.choice(real_files())
    data = mutation(data, random) if random.random() < 0.8 else data
    choices = {}
    for setting in READING:
        if random.random() < 0.2:
            pool = tuple(setting.choices) if isinstance(setting, Choice) else LIKELY[setting.name]
            choices[setting.name] = random.choice(pool if random.random() < 0.9 else HOSTILE)
    return f"own.{random.choice((suffix, suffix, 'csv', 'txt'))}", data, choices


def read(name: str, data: bytes, choices: dict[str, str]) -> str:
    """Read a file with its choices. Returns how it is written, or why it cannot be read."""
    file = io.BytesIO(data)
    file.name = name
    opening = {setting.name: choices[setting.name] for setting in OPENING if setting.name in choices}
    try:
        raw = open_as_chosen(source_of(file), required=False, **opening)
        reading = read_as_chosen(raw, **choices)
        sequence = section_of(reading, "standard", 0, 50)
    except InputError as problem:
        return str(problem)
    assert sequence.values.isfinite().all()
    assert len(sequence.labels) == len(sequence.values)
    return reading.written


def check(first: int, count: int) -> None:
    """Read the cases from `first` on; a case that fails is named by its number."""
    for seed in range(first, first + count):
        try:
            read(*case(seed))
        except BaseException as error:
            error.add_note(f"case {seed}: {case(seed)!r:.2000}")
            raise


@pytest.mark.parametrize("first", range(0, 500, PIECE))
def test_500_files_with_faults_are_read_or_told(first: int) -> None:
    check(first, PIECE)


@pytest.mark.exhaustive
@pytest.mark.parametrize("first", range(500, 10_000, 500))
def test_10_000_files_with_faults_are_read_or_told(first: int) -> None:
    check(first, 500)
