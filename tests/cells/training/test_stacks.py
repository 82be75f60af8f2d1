"""Stacks that learn: their recipes, their learners, and their files.

Axes: T time steps, H hidden units.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from cells import InputError, load_checkpoint, load_trained, save_trained, trace
from cells.checkpoints.predictions import predictions
from cells.checkpoints.success import success_at_task
from cells.core.residual_stack import ResidualStack
from cells.core.stepwise import first_weight
from cells.training import follow, recipe, restored
from cells.training.learner import Learner
from cells.training.learning import initial_learner
from cells.training.recipe import Recipe
from cells.training.task import Value, seeded
from tests.cells.cases import SOME_CELLS
from tests.cells.checkpoints.trained import changed, say

LENGTH = 9
STACKS = {
    "layers": {"layers": 3},
    "residual": {"layers": 3, "residual": 1},
    "both": {"layers": 2, "directions": 2},
    "both-residual": {"layers": 2, "directions": 2, "residual": 1},
}


def of(cell: str, **options: Value) -> Recipe:
    return recipe("latch", cell, {"length": LENGTH}, units=4, updates=2, batch=3, **options)


@pytest.mark.each_value
@pytest.mark.parametrize("shape", STACKS)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_stack_learns_is_kept_and_is_opened_as_the_same(cell: str, shape: str) -> None:
    made = of(cell, **STACKS[shape])
    first, *_, last = follow(made)
    assert all(not torch.equal(values, last.state[name]) for name, values in first.state.items())
    module, readout = restored(made, last)
    content = save_trained(made, last)
    loaded, layer = load_trained(content), load_checkpoint(content).layers["cell"]
    batch = made.problem().judged_by(5, seeded(1))
    outputs, _ = module(batch.inputs)
    ends = outputs[-1] if made.directions == 1 else torch.cat([outputs[-1, :, :4], outputs[0, :, 4:]], dim=-1)
    expected, _, _ = learner_at(made, last.state)(batch)
    torch.testing.assert_close(readout(ends), expected)
    for opened in (loaded.module, layer.module):
        assert isinstance(opened, ResidualStack) == bool(made.residual)
        assert torch.equal(opened(batch.inputs)[0], outputs)
    assert layer.notes == ()
    assert success_at_task(layer) == last.success
    layers, answer = trace(layer.module, batch.inputs[:, 0]), expected[0].softmax(dim=-1).max()
    forward = predictions(layer, layers)
    assert forward is not None
    torch.testing.assert_close(forward.values[-1, 0], answer)
    if made.directions == 2:
        backward = predictions(layer, layers, backwards=True)
        assert backward is not None
        torch.testing.assert_close(backward.values[0, 0], answer)


def learner_at(made: Recipe, state: Mapping[str, Tensor]) -> Learner:
    learner = initial_learner(made, made.problem())
    assert isinstance(learner, Learner)
    learner.load_state_dict(dict(state))
    return learner


def test_one_layer_is_written_as_ever() -> None:
    plain = of("lstm")
    assert plain == of("lstm", layers=1, directions=1, residual=0) == of("lstm", residual=1)
    assert "--layers" not in plain.command
    *_, last = follow(plain)
    saved = json.loads(load_trained(save_trained(plain, last)).metadata["recipe"])
    assert list(saved) == ["task", "cell", "units", "updates", "seed", "optimiser", "learning_rate", "clip",
                           "forget_bias", "batch", "settings"]  # fmt: skip
    assert "--layers 2" in of("lstm", layers=2, residual=1).command


def test_a_keeping_gates_bias_is_set_in_every_layer_and_direction() -> None:
    made = of("lstm", layers=2, directions=2, forget_bias=3.0)
    learner = initial_learner(made, made.problem())
    assert isinstance(learner, Learner)
    cell = learner.cell
    biases = [values[4:8] for name, values in cell.named_parameters() if name.startswith("bias_ih")]
    assert len(biases) == 4
    assert all(bool((bias == 3).all()) for bias in biases)
    assert first_weight(cell).abs().max() <= 0.5


@pytest.mark.parametrize(
    ("task", "options", "message"),
    [
        ("latch", {"layers": 5}, "layers must be a whole number from 1 to 4"),
        ("echo", {"directions": 2}, "Both directions can learn only what is asked at the end"),
        ("latch", {"layers": 4, "directions": 2, "units": 256, "batch": 256}, "too large for the memory"),
    ],
)
def test_what_no_stack_can_be_is_named(task: str, options: dict[str, Value], message: str) -> None:
    with pytest.raises(InputError, match=message):
        recipe(task, "rnn", None, **options)


def test_a_file_whose_recipe_says_another_stack_is_not_opened_as_one() -> None:
    made = of("gru", layers=2, residual=1)
    *_, last = follow(made)
    content = save_trained(made, last)
    for told in ("{", json.dumps({"layers": 3, "residual": 1}), json.dumps({"layers": 2, "residual": 7}), "[]"):
        lying = changed(say(recipe=told), content)
        with pytest.raises(InputError, match="not those of the cell"):
            load_trained(lying)
        checkpoint = load_checkpoint(lying)
        assert "by the names and shapes" in " ".join(map(str, checkpoint.notes))
