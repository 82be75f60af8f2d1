"""The 1,797 handwritten digits that are shipped in `data/`; its README gives source and licence.

Axes: N pictures, one channel, H = W = 8 points.
"""

from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

FILE = Path(__file__).parents[1] / "data" / "digits.csv.gz"
POINTS, LARGEST = 8, 16  # points a side; the largest number of a point
DIGITS = 10
COUNT, TEST = 1797, 500
FIRST_TEST = COUNT - TEST  # the split: the last 500 pictures are never learnt from


class Digits(NamedTuple):
    """Pictures, (N, 1, 8, 8) float32 from 0 (paper) to 1 (ink), and the digit that each shows, (N) int64."""

    pictures: Tensor
    digits: Tensor


@cache
def digits() -> Digits:
    """Return every picture of the shipped file in its order, its points divided by 16."""
    with gzip.open(FILE, "rt", encoding="ascii", newline="") as file:
        rows = torch.tensor([[int(float(field)) for field in row] for row in csv.reader(file)])
    pictures = (rows[:, :-1].float() / LARGEST).reshape(-1, 1, POINTS, POINTS)
    return Digits(pictures, rows[:, -1].contiguous())


def training_digits() -> Digits:
    """Return the first 1,297 pictures, those that are learnt from."""
    return Digits(*(values[:FIRST_TEST] for values in digits()))


def test_digits() -> Digits:
    """Return the last 500 pictures, those that success is measured on."""
    return Digits(*(values[FIRST_TEST:] for values in digits()))
