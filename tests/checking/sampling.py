"""A pytest plugin for tests with many cases: `make test` takes a few that leave no kind out, `make test-all` takes all.

`@pytest.mark.each_value` on a test keeps, of all combinations of its parameters, as few as show each value of each at
least once, and `@pytest.mark.each_pair` as few as show each two values together that any case has; the other cases
become `exhaustive`. Of a parameter that is a dataclass, each field counts for itself. `few` and `rare` make cases
exhaustive by hand, and those stay so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import combinations
from typing import Any

import pytest

# By mark: how many values are seen together.
STRENGTHS = {"each_value": 1, "each_pair": 2}


def rare(*values: Any) -> Any:
    """Mark a case of a test as exhaustive: `make test` leaves it out, another case is enough there."""
    return pytest.param(*values, marks=pytest.mark.exhaustive)


def few(every: Iterable[Any], *usual: Any) -> list[Any]:
    """Make every value a case of a test, a tuple as several parameters; all but the usual ones are rare."""
    cases = {value: value if isinstance(value, tuple) else (value,) for value in every}
    assert not cases.keys().isdisjoint(usual)
    return [pytest.param(*values) if value in usual else rare(*values) for value, values in cases.items()]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test` leaves out, before pytest chooses by the marks."""
    tests: dict[tuple[str, int], list[pytest.Function]] = defaultdict(list)
    for item in items:
        for mark, strength in STRENGTHS.items():
            if isinstance(item, pytest.Function) and item.get_closest_marker(mark):
                tests[item.nodeid.partition("[")[0], strength].append(item)
    for (_, strength), cases in tests.items():
        usual = [case for case in cases if case.get_closest_marker("exhaustive") is None]
        chosen = covering([together(case.callspec.params, strength) for case in usual])
        for index, case in enumerate(usual):
            if index not in chosen:
                case.add_marker("exhaustive")


def together(parameters: Mapping[str, object], strength: int) -> set[Hashable]:
    """Return every `strength` values that a case with these parameters shows together."""
    pairs = [pair for name, value in parameters.items() for pair in flattened(name, value)]
    return set(combinations(pairs, min(strength, len(pairs))))


def flattened(name: str, value: object) -> Iterator[tuple[str, Hashable]]:
    """Yield a parameter's name and value, or each field's where it is a dataclass."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from flattened(f"{name}.{field.name}", getattr(value, field.name))
    else:
        yield name, value if isinstance(value, Hashable) else repr(value)


def covering(cases: Sequence[Collection[Hashable]]) -> set[int]:
    """Return the indices of a few cases that show all that any shows: always the one that adds most, or the first."""
    missing = set().union(*cases)
    chosen: set[int] = set()
    while missing:
        best = max(range(len(cases)), key=lambda index: (len(missing.intersection(cases[index])), -index))
        chosen.add(best)
        missing.difference_update(cases[best])
    return chosen
