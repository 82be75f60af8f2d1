"""The yearly sunspot numbers that are shipped in `data/`; its README gives source and licence.

Axes: T time steps (years), I = 1.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import torch

from cells.core.messages import N_
from cells.core.sequence import Sequence
from cells.core.settings import Number, check_number
from cells.inputs.kind import SequenceKind

FILE = Path(__file__).parents[1] / "data" / "sunspots.csv"
SCALE = 100  # brings the counts, 0 to 190, into the range in which a cell is sensitive

YEARS = Number("years", N_("years, up to 2008"), 309, 8, 309, 1)


@cache
def observed() -> tuple[tuple[str, float], ...]:
    """Return every year of the shipped file with its mean sunspot number."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple((row["year"], float(row["sunspots"])) for row in csv.DictReader(file))


def sunspots(years: int = 309) -> Sequence:
    """Return the last `years` yearly sunspot numbers, in hundreds: (T, 1)."""
    check_number(YEARS, years)
    chosen = observed()[-years:]
    exact = torch.tensor([[count / SCALE] for _, count in chosen], dtype=torch.float64)
    years_read = tuple(year for year, _ in chosen)
    return Sequence(exact.float(), years_read, (N_("sunspots / 100"),), exact=exact, dated=True)


SUNSPOTS = SequenceKind("sunspots", N_("sunspots"), sunspots, (YEARS,))
