"""A run of only those cases that have one value."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

MANY = """
from collections import namedtuple
import pytest

Case = namedtuple("Case", "cell")
rare = pytest.mark.exhaustive

@pytest.mark.each_value
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_values(cell, size): pass

@pytest.mark.parametrize("case", [Case("lstm"), Case("gru")])
def test_fields(case): pass

@pytest.mark.parametrize("cell", ["lstm", *(pytest.param(cell, marks=rare) for cell in ("gru", "gru", "rnn"))])
def test_few(cell): pass

@rare
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_rare(cell): pass

@pytest.mark.parametrize("cell", ["lstm", "rnn"])
def test_others(cell): pass

def test_without(): pass
"""


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        (
            ["cell=gru"],
            {"values[gru-1]", "values[gru-2]", "fields[case1]", "few[gru0]", "others[lstm]", "others[rnn]", "without"},
        ),
        (
            ["cell=lstm", "page=order"],
            {"values[lstm-1]", "values[lstm-2]", "fields[case0]", "few[lstm]", "others[lstm]", "without"},
        ),
        (
            ["cell=nothing"],
            {"values[rnn-1]", "values[lstm-2]", "values[gru-1]", "fields[case0]", "fields[case1]", "few[lstm]"}
            | {"others[lstm]", "others[rnn]", "without"},
        ),
    ],
)
def test_the_cases_with_a_value_are_run_for_all(pytester: pytest.Pytester, wanted: list[str], cases: set[str]) -> None:
    pytester.makepyfile(test_many=MANY)
    plugins = "-p tests.checking.sampling -p tests.checking.only"
    pytester.makeini(f"[pytest]\nmarkers = exhaustive\n each_value\naddopts = {plugins} -m 'not exhaustive'\n")
    passed, _, _ = pytester.inline_run(*(f"--only={one}" for one in wanted)).listoutcomes()
    assert {report.nodeid.partition("::test_")[2] for report in passed} == cases
