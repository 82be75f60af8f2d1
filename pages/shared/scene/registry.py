"""The registry of pages by address: how pages and shared controls name one that they must not import.

The table of pages fills it; so whoever is imported by the pages can ask it, and nobody below them knows the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pages.shared.broken import BrokenProject
from pages.shared.scene.scene import PageKind, Scene
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.weights import ALL_WEIGHTS

KINDS: dict[str, PageKind[Any]] = {}


def register(kinds: Iterable[PageKind[Any]]) -> None:
    """Make pages known by their addresses, in their order; once more with the same ones changes nothing.

    Raises BrokenProject for two pages with one address, and for a field of a link that is not one page's alone.
    """
    kinds = tuple(kinds)
    if tuple(KINDS.values()) == kinds:
        return
    check_addresses([kind.address for kind in kinds])
    check_fields(kinds)
    KINDS.clear()
    KINDS.update({kind.address: kind for kind in kinds})


def check_addresses(addresses: list[str]) -> None:
    """Raise BrokenProject for an address that two pages have."""
    for address in addresses:
        if addresses.count(address) > 1:
            raise BrokenProject(f"pages/table.py lists two pages with the address “{address}”.")


def check_fields(kinds: Iterable[PageKind[Any]]) -> None:
    """Raise BrokenProject for a field of a link that two pages claim, or that is no field of the page's record."""
    claimed = dict.fromkeys(names_of_all_pages(), "all pages")
    for kind in kinds:
        file = f"pages/{kind.address}/kind.py"
        for name in kind.fields:
            if name in claimed:
                raise BrokenProject(f"{file} claims the field “{name}” of a link, which belongs to {claimed[name]}.")
            claimed[name] = f"the page “{kind.address}”"
        if set(kind.fields) != set(kind.own.__dataclass_fields__):
            raise BrokenProject(f"{file} does not say how a link spells the fields of {kind.own.__name__}.")


def names_of_all_pages() -> set[str]:
    """Return the parameters of a link that are no page's own: fields of every Scene, and settings."""
    settings = {setting.name for one in (*INPUTS.values(), *ALL_WEIGHTS.values()) for setting in one.settings}
    return settings | set(Scene.__dataclass_fields__)


def kind_of(page: str) -> PageKind[Any]:
    """Return the kind of the page with that address. Raises KeyError where there is none."""
    return KINDS[page]


def fields_of_some_pages() -> set[str]:
    """Return the parameters of a link that not every page has."""
    return {name for kind in KINDS.values() for name in (*kind.shared, *kind.fields)}


def kinds_that_run() -> list[PageKind[Any]]:
    """Return the pages on which a cell runs."""
    return [kind for kind in KINDS.values() if kind.runs]
