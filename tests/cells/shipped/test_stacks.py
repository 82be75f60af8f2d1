"""The trained stacks that are shipped: each is what its recipe makes, and opens from its file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cells import InputError, load_checkpoint, load_stack
from cells.inputs.digits import test_digits as digits_of_the_test
from cells.shipped.stacks import FOLDER, shipped_stack
from cells.training.gallery import STACKS, recipe_for
from cells.training.loop import restored_stack
from tests.checking.sampling import few

stacks = pytest.mark.parametrize("name", few(STACKS, "plain-20-norm", "dense-4-bare"))


def test_there_is_a_file_for_each_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.safetensors" for name in STACKS} | {"README.md"}


@stacks
def test_a_stack_has_the_success_that_its_file_says(name: str) -> None:
    recipe = recipe_for(name)
    shipped = shipped_stack(recipe)
    assert shipped is not None
    assert shipped.update == recipe.updates
    pictures, digits = digits_of_the_test()
    stack = restored_stack(recipe, shipped)
    success = (stack(pictures).argmax(dim=1) == digits).double().mean().item()
    assert success == pytest.approx(shipped.success, abs=0.005)
    loaded = load_stack(FOLDER / f"{name}.safetensors")
    assert torch.equal(loaded(pictures), stack(pictures))


def test_no_recurrent_layer_is_found_in_a_stack() -> None:
    with pytest.raises(InputError, match="This is a deep stack of units and has no recurrent layer"):
        load_checkpoint(FOLDER / "residual-4-norm.safetensors")


def test_a_file_of_a_cell_is_no_stack(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say that it is a trained deep stack"):
        load_stack(FOLDER.parent / "models" / "counter.safetensors")
    with pytest.raises(InputError, match="broken, or no safetensors file"):
        load_stack(b"x" * 20)
    with pytest.raises(FileNotFoundError):
        load_stack(tmp_path / "nothing")
