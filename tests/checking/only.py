"""A pytest plugin that takes one of many: `--only cell=gru` runs what goes over all cells for the GRU alone.

A test is left out when it has a parameter of that name with another value, and the same test has a case with this one.
Where `make test` takes other values only, one case with this value is run in their place.
"""

from __future__ import annotations

from collections import defaultdict

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only", action="append", default=[], metavar="NAME=VALUE", help="of a test's cases take those with this value"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases with other values, before the rest are marked exhaustive."""
    for wanted in config.getoption("--only"):
        name, _, value = wanted.partition("=")
        others = {case for cases in cases_by_test(items) for case in other_cases(cases, name, value)}
        config.hook.pytest_deselected(items=list(others))
        items[:] = [item for item in items if item not in others]


def cases_by_test(items: list[pytest.Item]) -> list[list[pytest.Item]]:
    """Group cases by their test."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        cases[item.nodeid.partition("[")[0]].append(item)
    return list(cases.values())


def other_cases(cases: list[pytest.Item], name: str, value: str) -> list[pytest.Item]:
    """Return the cases of a test with another value; none if none has this one."""
    values = {case: parameter_value(case, name) for case in cases}
    wanted = [case for case in cases if values[case] == value]
    if wanted and all(map(is_exhaustive, wanted)) and not all(map(is_exhaustive, cases)):
        wanted[0].own_markers = [mark for mark in wanted[0].own_markers if mark.name != "exhaustive"]
    return [case for case in cases if wanted and values[case] not in (None, value)]


def is_exhaustive(case: pytest.Item) -> bool:
    """Tell whether `make test` leaves a case out."""
    return case.get_closest_marker("exhaustive") is not None


def parameter_value(item: pytest.Item, name: str) -> object:
    """Return a test's parameter of that name, or that field of one of its parameters; None where it has neither."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if name in parameters:
        return parameters[name]
    return next((getattr(value, name) for value in parameters.values() if hasattr(value, name)), None)
