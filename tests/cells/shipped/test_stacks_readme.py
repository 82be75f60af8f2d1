"""The README beside the shipped stacks tells the success that each file has."""

from __future__ import annotations

import re

from cells.depth.units import UNITS
from cells.shipped.stacks import FOLDER, names_by_recipe, shipped_stack
from cells.training.gallery import STACK_DEPTHS

README = FOLDER / "README.md"
WORDS = {"bare": "without", "norm": "with"}


def test_the_readme_tells_the_success_of_each() -> None:
    recipes = {name: recipe for recipe, name in names_by_recipe().items()}
    rows = re.findall(r"^\| (\w+) \| (with|without) \| (.*) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    told = {(kind, norm): tuple(successes.split(" | ")) for kind, norm, successes in rows}
    expected = {}
    for kind in UNITS:
        for norm, word in WORDS.items():
            found = [shipped_stack(recipes[f"{kind}-{depth}-{norm}"]) for depth in STACK_DEPTHS]
            expected[kind, word] = tuple(f"{100 * one.success:.0f} %" for one in found if one is not None)
    assert told == expected
