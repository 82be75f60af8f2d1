"""A pytest plugin that takes one of many: `--only cell=gru` runs what goes over all cells for the GRU alone.

A test is left out when it has a parameter of that name with another value, and the same test has a case with this one.
"""

from __future__ import annotations

from collections import defaultdict

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only", action="append", default=[], metavar="NAME=VALUE", help="of a test's cases take those with this value"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases with other values."""
    for wanted in config.getoption("--only"):
        name, _, value = wanted.partition("=")
        cases: dict[str, dict[pytest.Item, object]] = defaultdict(dict)
        for item in items:
            if isinstance(item, pytest.Function) and (found := value_of(item, name)) is not None:
                cases[item.nodeid.partition("[")[0]][item] = found
        others = {item for found in cases.values() if value in found.values() for item in found if found[item] != value}
        config.hook.pytest_deselected(items=list(others))
        items[:] = [item for item in items if item not in others]


def value_of(item: pytest.Function, name: str) -> object:
    """A test's parameter of that name, or that field of one of its parameters; None where it has neither."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if name in parameters:
        return parameters[name]
    return next((getattr(value, name) for value in parameters.values() if hasattr(value, name)), None)
