"""The trained stacks that are shipped in `data/stacks`, each found by the recipe that made it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from safetensors import safe_open

from cells.training.gallery import STACKS, recipe_for
from cells.training.learning import Checkpoint
from cells.training.recipe import Recipe

FOLDER = Path(__file__).parents[1] / "data" / "stacks"


@cache
def names_by_recipe() -> Mapping[Recipe, str]:
    """Return the names of the shipped stacks, by their recipes."""
    return {recipe_for(name): name for name in STACKS}


def shipped_stack(recipe: Recipe) -> Checkpoint | None:
    """Return the last checkpoint of a shipped training of a stack, or None where none of this recipe is shipped."""
    name = names_by_recipe().get(recipe)
    if name is None:
        return None
    with safe_open(FOLDER / f"{name}.safetensors", framework="pt") as file:
        about = file.metadata()
        state = {one: file.get_tensor(one) for one in file.keys()}  # noqa: SIM118 - it is no mapping
    return Checkpoint(int(about["update"]), float(about["loss"]), float(about["success"]), state)
