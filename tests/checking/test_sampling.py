"""The cases that a usual run takes."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest

from tests.cells.cases import Case
from tests.checking.sampling import covering, flattened, together

pytest_plugins = ["pytester"]

MANY = """
import pytest

LAST = pytest.param("z", marks=pytest.mark.exhaustive)

@pytest.mark.each_value
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", LAST])
def test_values(cell, size): pass

@pytest.mark.each_pair
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_pairs(cell, layers, bias): pass

@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_all(cell): pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a project of its own with many cases."""
    pytester.makepyfile(test_many=MANY)
    pytester.makeini("[pytest]\nmarkers = exhaustive\n each_value\n each_pair\naddopts = -p tests.checking.sampling\n")
    return pytester


def run(project: pytest.Pytester, marks: str) -> Counter[str]:
    """Run the project. Returns how many cases of each test are run."""
    passed, _, _ = project.inline_run("-m", marks).listoutcomes()
    return Counter(report.nodeid.partition("::")[2].partition("[")[0] for report in passed)


def test_a_usual_run_shows_each_value_and_an_exhaustive_one_all_cases(project: pytest.Pytester) -> None:
    assert run(project, "not exhaustive") == {"test_values": 3, "test_pairs": 6, "test_all": 3}
    assert run(project, "exhaustive or not exhaustive") == {"test_values": 8, "test_pairs": 12, "test_all": 3}


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_what_is_kept_shows_all_that_any_case_shows(strength: int) -> None:
    names = ("cell", "layers", "bias", "dtype")
    cases = [
        together(dict(zip(names, values, strict=True)), strength)
        for values in product(["rnn", "lstm", "gru"], [1, 2, 3], [False, True], ["float32", "float64"])
    ]
    kept = covering(cases)
    assert set().union(*(cases[place] for place in kept)) == set().union(*cases)
    assert len(kept) < len(cases)


def test_a_case_shows_itself_where_there_are_fewer_values_than_asked_for() -> None:
    assert together({"cell": "gru"}, 2) == {(("cell", "gru"),)}
    assert together({"values": [1, 2]}, 1) == {(("values", "[1, 2]"),)}


def test_the_fields_of_a_dataclass_count_for_themselves() -> None:
    shown = dict(flattened("case", Case("gru", layers=2)))
    assert (shown["case.cell"], shown["case.layers"]) == ("gru", 2)
    assert len(list(combinations(shown, 2))) == len(together({"case": Case("gru")}, 2))
