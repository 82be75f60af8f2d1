"""A scene is opened at a place inside its trace, and what cannot be used is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cells import trace
from cells.core.settings import MAX_STEPS
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.scene.run import open_scene
from pages.shared.scene.scene import Scene
from tests.pages.scenes import FITTING, scene_of


@pytest.mark.each_value
@pytest.mark.parametrize(("cell", "sequence", "weights"), FITTING)
def test_the_trace_is_that_of_the_chosen_sequence_and_weights(cell: str, sequence: str, weights: str) -> None:
    scene = scene_of(cell, sequence, weights)
    placed, opened, problems = open_scene(scene)
    assert (placed, problems) == (scene, [])
    read = SEQUENCES[sequence].make(**{s.name: s.default for s in SEQUENCES[sequence].settings})
    kind = WEIGHTS[weights]
    module = kind.make(cell, read.values.shape[1], **{s.name: s.default for s in kind.settings})
    (expected,) = trace(module, read.values)
    assert torch.equal(opened.sequence.values, read.values)
    assert opened.labels() == list(read.labels)
    assert set(opened.layers[0]) == set(expected)
    assert all(torch.equal(opened.layers[0][name], expected[name]) for name in expected)


def test_settings_reach_the_sequence_and_the_weights() -> None:
    _, opened, _ = open_scene(scene_of(weights="random", length=40, units=5))
    assert opened.layers[0]["hidden"].shape == (40, 5)
    _, gentle, _ = open_scene(scene_of(sharpness=2.0))
    assert gentle.layers[0]["forget"].max() < 0.9


@pytest.mark.parametrize(
    ("sequence", "typed", "told"),
    [
        ("numbers", "3,4,x", ["3", "x"]),
        ("numbers", "", []),
        ("numbers", "1,,2", ["2"]),
        ("numbers", "1,nan", ["2", "nan"]),
        ("numbers", "1,2,inf", ["3", "inf"]),
        ("numbers", "1e999", ["1"]),
        ("numbers", "1," * MAX_STEPS + "1", [str(MAX_STEPS)]),
        ("text", "", []),
        ("text", "a" * (MAX_STEPS + 1), [str(MAX_STEPS), str(MAX_STEPS + 1)]),
    ],
)
def test_what_cannot_be_read_is_told_and_the_example_shown(sequence: str, typed: str, told: list[str]) -> None:
    scene = scene_of("lstm", sequence, **{sequence: typed})
    placed, opened, problems = open_scene(scene)
    assert len(problems) == 2, "what is wrong, and that an example stands in"
    assert all(part in str(problems[0]) for part in told), str(problems[0])
    assert len(str(problems[0])) < 300
    assert placed == scene, "what was typed is kept"
    _, example, _ = open_scene(scene_of("lstm", sequence))
    assert opened.labels() == example.labels()


@pytest.mark.each_value
@pytest.mark.parametrize(
    ("name", "value"), [("step", 24), ("step", -2), ("unit", 1), ("unit", -1), ("layer", 1), ("layer", -1)]
)
def test_a_place_outside_the_trace_is_named_and_replaced(name: str, value: int) -> None:
    placed, _, problems = open_scene(replace(scene_of(), **{name: value}))  # type: ignore[arg-type]
    assert len(problems) == 1
    assert f"{name}={value} " in str(problems[0])
    assert placed == scene_of()


def test_every_place_outside_has_a_message_of_its_own() -> None:
    placed, _, problems = open_scene(replace(scene_of(), step=10**14, unit=10**14, layer=10**14))
    assert [problem.values["name"] for problem in problems] == ["layer", "unit", "step"]
    assert placed == scene_of()


@pytest.mark.parametrize("step", [-1, 0, 23, None])
def test_a_place_inside_the_trace_is_taken(step: int | None) -> None:
    scene = replace(scene_of(weights="random"), step=step, unit=7)
    placed, _, problems = open_scene(scene)
    assert (placed, problems) == (scene, [])


def test_bounds_in_the_message_are_those_of_the_run() -> None:
    _, _, problems = open_scene(replace(scene_of(length=30, weights="random", units=5), step=30, unit=5))
    assert [(problem.values["low"], problem.values["high"]) for problem in problems] == [(0, 4), (-1, 29)]


def identity(scene: Scene) -> str:
    return open_scene(scene)[1].id


def test_equal_choices_share_one_trace_whatever_the_place_and_language() -> None:
    scene = scene_of(weights="random")
    assert identity(scene) == identity(replace(scene, step=3, unit=2, lang="ko"))
    assert open_scene(scene)[1].layers is open_scene(replace(scene, step=3))[1].layers


def test_different_choices_have_different_names() -> None:
    fitting = [scene_of(*choice) for choice in FITTING]
    others = [scene_of(weights="random", seed=seed) for seed in range(1, 4)]
    others += [scene_of(sequence="text", text=text) for text in ("ab", "ab ", "ba")]
    others += [scene_of(sharpness=9.5), scene_of(length=25)]
    names = [identity(scene) for scene in [*fitting, *others]]
    assert len(set(names)) == len(names)
