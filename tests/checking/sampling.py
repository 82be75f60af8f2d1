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

# Mark -> how many values are seen together.
STRENGTHS = {"each_value": 1, "each_pair": 2}


def rare(*values: Any) -> Any:
    """A case of a test that another one is enough for: it is exhaustive."""
    return pytest.param(*values, marks=pytest.mark.exhaustive)


def few(every: Iterable[Any], *usual: Any) -> list[Any]:
    """Every value as a case of a test, a tuple as several parameters; all but the usual ones are rare."""
    cases = {one: one if isinstance(one, tuple) else (one,) for one in every}
    assert not cases.keys().isdisjoint(usual)
    return [pytest.param(*values) if one in usual else rare(*values) for one, values in cases.items()]


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
        kept = covering([together(case.callspec.params, strength) for case in usual])
        for place, case in enumerate(usual):
            if place not in kept:
                case.add_marker("exhaustive")


def together(parameters: Mapping[str, object], strength: int) -> set[Hashable]:
    """Every `strength` values that a case with these parameters shows together."""
    shown = [one for name, value in parameters.items() for one in flattened(name, value)]
    return set(combinations(shown, min(strength, len(shown))))


def flattened(name: str, value: object) -> Iterator[tuple[str, Hashable]]:
    """A parameter as its name and value, or as several such where it is a dataclass."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from flattened(f"{name}.{field.name}", getattr(value, field.name))
    else:
        yield name, value if isinstance(value, Hashable) else repr(value)


def covering(cases: Sequence[Collection[Hashable]]) -> set[int]:
    """The places of a few cases that show all that any shows: always the one that adds most, of equals the first."""
    missing = set().union(*cases)
    kept: set[int] = set()
    while missing:
        best = max(range(len(cases)), key=lambda place: (len(missing.intersection(cases[place])), -place))
        kept.add(best)
        missing.difference_update(cases[best])
    return kept
