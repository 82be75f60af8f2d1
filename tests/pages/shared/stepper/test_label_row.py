"""How the labels of every sequence stand above the strips: what is text, what comes first, and what may be thinned."""

from __future__ import annotations

import pytest

from cells.sequences import SEQUENCES
from pages.shared.stepper.label_row import label_row

WHOLE_TEXTS = {"text", "bits", "anbn", "order", "reber", "rhyme", "poem"}
AXES = {"sunspots", "co2", "table"}


@pytest.mark.parametrize("key", SEQUENCES)
def test_every_sequence_has_the_row_that_suits_it(key: str) -> None:
    sequence = SEQUENCES[key].make()
    kind = "text" if key in WHOLE_TEXTS else "axis" if key in AXES else "values"
    row = label_row(sequence.labels, symbolic=sequence.symbolic)
    assert row["kind"] == kind
    assert row["between"] == "" or kind != "text"
    words = [step for step, label in enumerate(sequence.labels) if label.startswith("write")]
    assert row["first"] == words


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["1", "2", "3", "4"], "axis"),
        (["2008", "2007", "2006"], "axis"),
        (["x1", "x2", "x3"], "axis"),
        (["0.5 s", "1 s", "1.5 s"], "axis"),
        (["2024-01-31", "2024-02-29", "2024-03-31"], "axis"),
        (["09:00", "10:00", "11:00"], "axis"),
        (["2024-03-01 09:00", "2024-03-01 10:00", "2024-03-02 09:00"], "axis"),
        (["2024-03-02", "2024-03-01", "2024-03-03"], "values"),  # shuffled
        (["2007", "2008", "1700"], "values"),  # rotated
        (["−1", "+1", "−1"], "values"),
        (["1/0", "1/0.5", "0/inf"], "values"),
        (["1.0e+05", "∞", "nan"], "values"),
        (["1", "2"], "text"),
        (["나", "␣", "👨‍👩‍👧"], "text"),
        (["the", "cat", "3"], "text"),
        (["write +1", "−1", "+1"], "values"),
        (["●−0.01", "+0.54", "−0.82"], "values"),
        (["1" * 400, "2" * 400, "3" * 400], "values"),
    ],
)
def test_the_kind_follows_from_the_labels(labels: list[str], kind: str) -> None:
    row = label_row(labels, symbolic=False)
    assert row["kind"] == kind
    explains = [step for step, label in enumerate(labels) if "write" in label or "●" in label]
    assert row["first"] == explains


def test_symbols_are_a_text_even_where_they_are_numbers_and_tokens_are_parted() -> None:
    assert label_row(["1", "2", "3"], symbolic=True)["kind"] == "text"
    assert label_row(["1", "2", "3"], symbolic=True)["between"] == ""
    assert label_row(["👨‍👩‍👧", "é"], symbolic=True)["between"] == ""
    assert label_row(["the", "cat"], symbolic=True)["between"] == " "


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        (["1961", "1962", "1963"], (1961, 1)),
        (["2008", "2007", "2006"], (2008, -1)),
        (["−1", "0", "1"], (-1, 1)),
        (["1700", "1710", "1720"], (0, 1)),
        (["2024-01-01", "2024-01-02", "2024-01-03"], (0, 1)),
        (["0.5", "1.5", "2.5"], (0, 1)),
    ],
)
def test_an_axis_that_counts_tells_its_numbers(labels: list[str], count: tuple[int, int]) -> None:
    row = label_row(labels, symbolic=False)
    assert (row["begin"], row["by"]) == count


def test_a_changed_input_comes_first_and_leaves_the_axis_as_it_is() -> None:
    years = [str(year) for year in range(1700, 1720)]
    changed = [*years[:4], "0.5", *years[5:]]
    row = label_row(changed, symbolic=False, original=years)
    assert (row["kind"], row["first"], row["begin"]) == ("axis", [4], 1700)
    held = label_row(["−1", "0.5", "−1"], symbolic=False, original=["−1", "+1", "−1"])
    assert (held["kind"], held["first"]) == ("values", [1])


def test_long_digits_take_no_time() -> None:
    assert label_row(["1" * 5000 + "x"] * 3, symbolic=False)["kind"] == "text"
