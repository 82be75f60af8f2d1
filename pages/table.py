"""The table of pages, in the order in which the header shows them; the first one opens without an address.

Only what runs, serves or writes all pages imports it. Everybody else asks `pages.shared.scene.registry` for a page.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from pages.shared.broken import BrokenProject
from pages.shared.scene.registry import register
from pages.shared.scene.scene import PageKind

# The folders in which they lie, which are their addresses too.
FOLDERS = (
    "step",
    "compare",
    "order",
    "gradient",
    "depth",
    "arrange",
    "units",
    "train",
    "study",
    "data",
    "model",
)
PARTS = ("__init__.py", "kind.py", "page.py")


def kind_in(folder: str) -> PageKind[Any]:
    """Return the kind of page that a folder holds. Raises BrokenProject where the folder is not whole."""
    for part in PARTS:
        if not (Path(__file__).parent / folder / part).is_file():
            raise BrokenProject(f"pages/{folder}/{part} is missing, but pages/table.py lists the page.")
    kinds = [one for one in vars(import_module(f"pages.{folder}.kind")).values() if isinstance(one, PageKind)]
    if len(kinds) != 1:
        raise BrokenProject(f"pages/{folder}/kind.py declares {len(kinds)} kinds of page instead of one.")
    if kinds[0].address != folder:
        raise BrokenProject(
            f"pages/{folder}/kind.py declares the address “{kinds[0].address}” instead of its folder’s."
        )
    return kinds[0]


PAGES = tuple(map(kind_in, FOLDERS))
register(PAGES)
