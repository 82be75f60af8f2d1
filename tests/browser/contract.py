"""The page contract of the README, held against an open page: every attribute that it names is there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.readme import README

# Where a row of the table can be seen: words of the row -> a name for the place. A row without any is of every stepper.
PLACES = {
    "number at the current step, at the full": "signal",
    "on the train page": "train",
    "on the compare page, where": "answer",
    "on the compare page": "compare",
    "on the order page": "order",
    "on the gradient page": "gradient",
    "on the arrange page": "arrange",
    "on the depth page": "depth",
    "of a stack": "stack",
    "the same, where a run is held": "held",
    "where a clamp holds": "held",
    "where a trained model has a readout": "prediction",
    "of the original run, where": "prediction held",
}
EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Promise:
    """A row of the contract: where it can be seen, which elements have it, and their attributes."""

    place: str
    selectors: tuple[str, ...]
    attributes: tuple[str, ...]


def promises() -> list[Promise]:
    """Every row of the contract, in the order of the README; one that names no element is about the same as before."""
    section = README.read_text(encoding="utf-8").split("## The page contract")[1].split("\n## ")[0]
    found: list[Promise] = []
    for row in re.findall(r"^\| *(.*?) *\| *(.*?) *\| *(.*?) *\|$", section, re.MULTILINE):
        selectors, attributes = selectors_in(row[0]), tuple(re.findall(r"`(data-[\w-]+|aria-[\w-]+)`", row[1]))
        if not attributes and not selectors:
            continue  # the head of the table
        place = next((name for words, name in PLACES.items() if words in " ".join(row)), EVERYWHERE)
        found.append(Promise(place, selectors or found[-1].selectors, attributes))
    return found


def selectors_in(cell: str) -> tuple[str, ...]:
    """The selectors that a cell of the table names; `"rest"` after `[data-way="highway"]` is `[data-way="rest"]`."""
    named = re.findall(r'`(\[[^\]]+\]|"[\w-]+")`', cell)
    if not named:
        return ()
    attribute = named[0][1:].partition("=")[0]
    return tuple(name if name.startswith("[") else f"[{attribute}={name}]" for name in named)


def keeps_its_promises(page: Page, *places: str) -> None:
    """Assert that the open page has what the README promises of every stepper, and of what is seen in these places."""
    wanted = [promise for promise in promises() if promise.place in (EVERYWHERE, *places)]
    assert {promise.place for promise in wanted} == {EVERYWHERE, *places}
    for promise in wanted:
        for selector in promise.selectors:
            element = page.locator(f'[data-testid="stepper"]{selector}, [data-testid="stepper"] {selector}').first
            for attribute in promise.attributes:
                assert element.get_attribute(attribute) is not None, f"{selector} {attribute}"
            assert promise.attributes or element.count(), selector
