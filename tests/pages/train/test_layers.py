"""Trainings of several layers and both directions: what a link makes of them, and which layer is stepped through."""

from __future__ import annotations

import pytest
import torch

from cells import trace
from cells.training import follow, restored
from pages.train.training import Training
from tests.pages.arrays import array_of
from tests.pages.train.links import training_in
from tests.pages.visit import data_of, told, visit

SIZES = (("directions", 2), ("layers", 2), ("length", 8), ("residual", 1), ("units", 2), ("updates", 2))
STACKED = "latch,length:8,units:2,updates:2,layers:2,directions:2,residual:1"


def test_layers_directions_and_the_connection_are_read_and_learnt() -> None:
    training, recipe, problems = training_in(STACKED)
    assert (training, problems) == (Training("latch", SIZES), [])
    assert (recipe.layers, recipe.directions, recipe.residual) == (2, 2, 1)
    assert "--layers 2 --directions 2 --residual 1" in recipe.command


@pytest.mark.parametrize(
    ("text", "kept", "reasons"),
    [
        ("echo,directions:2,units:2", (("units", 2),), ["Both directions can learn only", "Left out"]),
        ("latch,layers:5", (), ["layers=5 in the link’s training"]),
        ("latch,residual:yes", (), ["residual=yes in the link’s training"]),
    ],
)
def test_what_cannot_be_stacked_costs_only_itself(
    text: str, kept: tuple[tuple[str, int], ...], reasons: list[str]
) -> None:
    training, _, problems = training_in(text)
    assert training.values == kept
    assert [problem.startswith(reason) for problem, reason in zip(problems, reasons, strict=True)] == [True] * len(
        reasons
    ), problems


@pytest.mark.parametrize("layer", [0, 3])
def test_each_layer_and_direction_is_stepped_through_as_it_reads(layer: int) -> None:
    app = visit({"training": STACKED, "trained_layer": layer}, page="train")
    assert told(app) == []
    _, recipe, _ = training_in(STACKED)
    checkpoint = next(iter(follow(recipe)))
    module, _ = restored(recipe, checkpoint)
    sequence = recipe.problem().sequence()
    made = trace(module, sequence.values)[layer].as_read()
    pane = data_of(app)
    hidden = torch.from_numpy(array_of({**pane, "blob": pane["moments"][0]["blob"]}, "hidden").copy())
    torch.testing.assert_close(hidden[-len(made["hidden"]) :], made["hidden"], rtol=0, atol=0)
    assert pane["labels"] == list(sequence.as_read(layer % 2 == 1).labels)
