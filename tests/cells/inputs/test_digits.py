"""The shipped digits are those that their source describes."""

from __future__ import annotations

import hashlib

import torch

from cells.inputs.digits import DIGITS, FILE, digits, training_digits
from cells.inputs.digits import test_digits as digits_kept

# As the source's own description counts them (optdigits.names, "Number of Instances", test set).
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"


def test_the_file_is_its_sources_byte_for_byte() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256


def test_every_picture_has_its_digit() -> None:
    pictures, classes = digits()
    assert pictures.shape == (1797, 1, 8, 8)
    assert pictures.dtype == torch.float32
    assert (pictures.min().item(), pictures.max().item()) == (0, 1)
    assert torch.equal(pictures * 16, (pictures * 16).round()), "sixteen steps of grey"
    assert classes.dtype == torch.int64
    assert classes.bincount(minlength=DIGITS).tolist() == COUNTS
    assert classes[:10].tolist() == list(range(10))


def test_a_zero_looks_like_one() -> None:
    """Row by row: the first picture of the file, as its source prints it."""
    first = (digits().pictures[0, 0] * 16).long().tolist()
    assert first[0] == [0, 0, 5, 13, 9, 1, 0, 0]
    assert first[3] == [0, 4, 12, 0, 0, 8, 8, 0]
    assert first[7] == [0, 0, 6, 13, 10, 0, 0, 0]


def test_the_split_leaves_nothing_out_and_shares_nothing() -> None:
    learnt, kept, whole = training_digits(), digits_kept(), digits()
    assert (len(learnt.digits), len(kept.digits)) == (1297, 500)
    for part, joined in zip(zip(learnt, kept, strict=True), whole, strict=True):
        assert torch.equal(torch.cat(part), joined)
    assert kept.digits.bincount(minlength=DIGITS).min() > 40, "every digit is asked"
