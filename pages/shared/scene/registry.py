"""The registry of pages by address: how pages and shared controls name one that they must not import.

The table of pages fills it; so whoever is imported by the pages can ask it, and nobody below them knows the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pages.shared.broken import BrokenProject
from pages.shared.scene.link_reader import Field, LinkReader
from pages.shared.scene.scene import PageKind, Scene
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.weights import ALL_WEIGHTS

KINDS: dict[str, PageKind[Any]] = {}


def register(kinds: Iterable[PageKind[Any]]) -> None:
    """Make pages known by their addresses, in their order; once more with the same ones changes nothing.

    Raises BrokenProject for two pages with one address, and for fields of a link that cannot be told apart.
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
    """Raise BrokenProject for a field that two pages claim, that reads another parameter, or is not in the record."""
    claimed = dict.fromkeys(Scene.__dataclass_fields__, "a field of every Scene")
    claimed |= dict.fromkeys(names_of_settings(), "a setting of sequences or weights")
    for kind in kinds:
        file = f"pages/{kind.address}/kind.py"
        for name, field in kind.fields.items():
            if name in claimed:
                raise BrokenProject(f"{file} claims “{name}” in a link, which is {claimed[name]}.")
            if not takes(field, name):
                raise BrokenProject(f"{file} lets the field “{name}” read another parameter of a link.")
            claimed[name] = f"a field of the page “{kind.address}”"
        for name in set(kind.fields) ^ set(kind.own.__dataclass_fields__):
            there, not_there = ("fields", kind.own.__name__) if name in kind.fields else (kind.own.__name__, "fields")
            raise BrokenProject(f"{file} has “{name}” in {there}, but not in {not_there}.")


def takes(field: Field, name: str) -> bool:
    """Tell whether a field takes the parameter of that name out of a link."""
    reader = LinkReader({name: ""})
    field.read(reader)
    return name not in reader.rest


def names_of_settings() -> set[str]:
    """Return the parameters of a link that set a sequence or weights."""
    return {setting.name for one in (*INPUTS.values(), *ALL_WEIGHTS.values()) for setting in one.settings}


def kind_of(page: str) -> PageKind[Any]:
    """Return the kind of the page with that address. Raises KeyError where there is none."""
    return KINDS[page]


def fields_of_some_pages() -> set[str]:
    """Return the parameters of a link that not every page has."""
    return {name for kind in KINDS.values() for name in (*kind.shared, *kind.fields)}


def kinds_that_run() -> list[PageKind[Any]]:
    """Return the pages on which a cell runs."""
    return [kind for kind in KINDS.values() if kind.runs]
