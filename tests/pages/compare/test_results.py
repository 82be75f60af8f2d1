"""A link to the compare page carries several cells; what was chosen there goes along to the step page and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cells import CELLS
from cells.core.messages import InputError
from cells.core.settings import MAX_UNITS
from cells.modules.size import parameter_count
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.compare.kind import COMPARE
from pages.compare.results import open_cells
from pages.shared.scene.changes import changed
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.navigation import carry_over as carried_scene
from pages.shared.scene.navigation import is_refused
from pages.shared.scene.scene import Scene
from pages.shared.scene.weights import fit_one, settings_of
from tests.pages.scenes import LANGUAGES, SOME_CELLS, compare_scene_of, compare_scenes, scene_of, scenes

USUAL = ("rnn", "lstm", "gru")


def read(query: dict[str, str], page: str = "compare") -> tuple[Scene, list[InputError]]:
    return read_link(query, LANGUAGES, page)


@given(compare_scenes())
def test_a_link_reads_back_to_the_scene_that_wrote_it(scene: Scene) -> None:
    assert read(write_link(scene)) == (scene, [])


def test_the_usual_scene_is_one_bit_to_hold_and_says_so_for_the_bare_address_opens_on_another() -> None:
    scene, problems = read({})
    assert (scene, problems) == (compare_scene_of(USUAL, "bit"), [])
    assert write_link(scene) == {"input": "bit"}
    assert write_link(read({"cells": "rnn,lstm,gru", "match": "units", "input": "bit"})[0]) == {"input": "bit"}
    assert write_link(read({"step": "3", "input": "bit"})[0]) == {"step": "3"}


BAD_CELLS = [
    "",
    "lstm",
    "lstm,lstm",
    "lstm,elman",
    "lstm;gru",
    "LSTM,gru",
    "lstm, gru",
    ",",
    "<b>,gru",
]


@pytest.mark.parametrize("value", [*BAD_CELLS, "x" * 5000])
def test_fewer_than_two_different_cells_are_named_and_replaced(value: str) -> None:
    scene, problems = read({"cells": value})
    assert len(problems) == 1
    told = str(problems[0])
    assert told.startswith(f"cells={value[:39]}")
    assert all(key in told for key in ("2 to 4", *CELLS))
    assert scene == compare_scene_of(USUAL)


@pytest.mark.parametrize(
    ("value", "kept", "reason"),
    [
        ("lstm,gru,lstm", ("lstm", "gru"), "cells=lstm,gru,lstm in the link is not a list of 2 to 4 different ones"),
        (
            "rnn,rnn-relu,lstm,gru,rnn",
            ("rnn", "rnn-relu", "lstm", "gru"),
            "cells=rnn,rnn-relu,lstm,gru,rnn in the link",
        ),
        ("lstm,elman,gru", ("lstm", "gru"), "cells=elman in the link is not one of"),
        ("<b>,gru,rnn", ("gru", "rnn"), "cells=<b> in the link is not one of"),
        (",".join([*CELLS][:5]), tuple([*CELLS][:4]), "cells="),
    ],
)
def test_of_other_lists_the_cells_that_can_be_shown_stay(value: str, kept: tuple[str, ...], reason: str) -> None:
    scene, (problem,) = read({"cells": value})
    assert scene.cells == kept
    assert str(problem).startswith(reason)


def test_an_unknown_match_is_named_and_replaced() -> None:
    scene, problems = read({"match": "size"})
    assert [problem.values["name"] for problem in problems] == ["match"]
    assert scene == compare_scene_of(USUAL)


@pytest.mark.parametrize(
    ("page", "foreign"), [("step", "cells"), ("step", "match"), ("compare", "cell"), ("compare", "layer")]
)
def test_what_belongs_to_the_other_page_is_left_out(page: str, foreign: str) -> None:
    value = {"cells": "lstm,gru", "match": "parameters", "cell": "gru", "layer": "1"}[foreign]
    scene, problems = read({foreign: value, "lang": "ko"}, page)
    assert problems == []
    assert write_link(scene) == {"lang": "ko"} | ({"input": "bit"} if page == "compare" else {})


def test_weights_are_kept_while_they_fit_one_of_the_cells() -> None:
    scene = compare_scene_of(("rnn", "lstm"), "anbn", "counter")
    assert read(write_link(scene)) == (scene, [])
    assert changed(scene, cells=("lstm", "gru")).weights == "counter"
    assert changed(scene, cells=("rnn", "gru")).weights == "random"
    _, problems = read({"cells": "rnn,gru", "input": "anbn", "weights": "counter"})
    assert [problem.values["value"] for problem in problems] == ["counter"]


@given(compare_scenes(), st.permutations([*CELLS]), st.integers(2, 4))
def test_after_a_choice_of_cells_the_weights_fit_one(scene: Scene, order: list[str], count: int) -> None:
    new = changed(scene, cells=tuple(order[:count]))
    assert fit_one(new.weights, new.cells, new.input)
    assert set(new.settings) == set(settings_of(new.input, new.weights))
    assert read(write_link(new)) == (new, [])


def test_other_cells_start_at_unit_0_and_keep_the_step() -> None:
    scene = replace(compare_scene_of(("rnn", "lstm"), weights="random"), step=7, unit=3)
    for new in (changed(scene, cells=("rnn", "gru")), changed(scene, match="parameters")):
        assert (new.step, new.unit) == (7, 0)


# What is opened


def test_every_pane_is_the_run_that_the_step_page_shows() -> None:
    scene = compare_scene_of(tuple(CELLS)[:4], "sine", "random", units=5, seed=3, gain=0.8)
    _, compared, problems = open_cells(scene)
    assert problems == []
    assert [one.cell for one in compared] == list(scene.cells)
    for one in compared:
        module = WEIGHTS["random"].make(one.cell, 1, units=5, seed=3, gain=0.8)
        output, _ = module(SEQUENCES["sine"].make().values)
        assert (one.run.layers[0]["hidden"] - output).abs().max() < 1e-6
        assert (one.units, one.parameters) == (5, parameter_count(one.cell, 1, 5))


@pytest.mark.parametrize("first", SOME_CELLS)
def test_the_same_number_of_parameters_is_as_near_as_units_allow(first: str) -> None:
    others = tuple(key for key in CELLS if key != first)[:3]
    scene = compare_scene_of((first, *others), weights="random", units=24).with_own(match="parameters")
    _, (lead, *rest), _ = open_cells(scene)
    assert lead.units == 24
    for one in rest:
        away = [abs(parameter_count(one.cell, 2, units) - lead.parameters) for units in (one.units - 1, one.units + 1)]
        assert abs(one.parameters - lead.parameters) <= min(away)


def test_a_cell_that_the_weights_do_not_fit_has_random_ones_of_as_many_units() -> None:
    _, (rnn, lstm), _ = open_cells(compare_scene_of(("rnn", "lstm"), "anbn", "counter"))
    assert (rnn.weights, lstm.weights) == ("random", "counter")
    assert rnn.units == lstm.units


def test_a_first_step_of_zeros_leaves_nothing_to_remain() -> None:
    _, compared, _ = open_cells(compare_scene_of(USUAL, "pulse"))
    assert [one.remaining for one in compared] == [None, None, None]


def test_what_overflows_is_no_number() -> None:
    _, (_, relu), _ = open_cells(compare_scene_of(("lstm", "rnn-relu"), "bit", "random", length=2000, gain=3.0))
    assert relu.remaining is not None
    assert relu.remaining[0] == 1
    assert relu.remaining[-1] is None


def test_a_unit_that_only_the_largest_cell_has_is_kept() -> None:
    scene = replace(compare_scene_of(("lstm", "rnn"), weights="random", units=8).with_own(match="parameters"), unit=12)
    placed, compared, problems = open_cells(scene)
    assert (placed.unit, problems) == (12, [])
    assert compared[1].units > 12
    placed, _, problems = open_cells(replace(scene, unit=MAX_UNITS - 1))
    assert (placed.unit, len(problems)) == (0, 1)


# From page to page


def carried_link(link: dict[str, str], before: str, old: dict[str, str], page: str) -> dict[str, str]:
    """Return the link to the scene that is carried to a page."""
    return write_link(carried_scene(link, before, old, page))


def test_what_was_chosen_goes_along_and_what_each_page_has_of_its_own_stays() -> None:
    step = {"cell": "gru", "input": "text", "text": "abc", "weights": "random", "units": "4", "lang": "ko", "step": "1"}
    compare = {"cells": "lstm,gru", "match": "parameters", "input": "sine"}
    shared = {"input": "text", "text": "abc", "units": "4", "lang": "ko", "step": "1"}
    assert carried_link(step, "step", {}, "compare") == shared
    assert carried_link(step, "step", compare, "compare") == {"cells": "lstm,gru", "match": "parameters", **shared}
    back = carried_link({"cells": "lstm,gru", **shared}, "compare", step, "step")
    assert back == {"cell": "gru", **shared}


def test_a_page_opens_where_it_was_left_unless_the_sequence_comes_with_a_step_of_its_own() -> None:
    left = {"step": "3", "unit": "2", "units": "4", "weights": "random"}
    assert carried_link({"step": "60"}, "compare", left, "step") == left, "another sequence in between"
    assert carried_link({}, "study", left, "step") == left, "no sequence in between"
    text = {"input": "text", "text": "abc"}
    assert carried_link({**text, "step": "1"}, "compare", {**text, "step": "2"}, "step")["step"] == "1"
    assert "step" not in carried_link({**text, "text": "abd"}, "order", {**text, "step": "2"}, "step")
    assert "unit" not in carried_link({**text, "weights": "random", "units": "3"}, "units", left, "step")


def test_what_is_as_usual_on_one_page_is_as_usual_on_the_other() -> None:
    another = carried_link({"step": "3"}, "step", {}, "compare")
    assert another == {"input": "bit"}, "another sequence, and so another step"
    assert carried_link(another, "compare", {"step": "3"}, "step") == {"step": "3"}, "as it was left"
    assert carried_link(dict(COMPARE.opening), "compare", {}, "step") == {}, "it has not been chosen"
    assert carried_link({}, "compare", {"cell": "gru"}, "step") == {"cell": "gru"}


def test_a_sequence_that_was_chosen_comes_with_its_weights() -> None:
    counting = {"input": "anbn", "sharpness": "7.5"}
    assert carried_link(counting, "step", {}, "compare") == {**counting, "weights": "counter"}
    assert carried_link({**counting, "weights": "counter"}, "compare", {}, "step") == counting
    assert carried_link({"input": "bits"}, "compare", {"cell": "rnn"}, "step") == {
        "cell": "rnn",
        "input": "bits",
        "weights": "random",
    }


@given(scenes())
def test_who_comes_back_finds_all_that_only_this_page_has(scene: Scene) -> None:
    link = write_link(scene)
    back, _ = read(carried_link(carried_link(link, "step", {}, "compare"), "compare", link, "step"), "step")
    for name in ("cell", "layer", "lang", "input", "weights", "settings", "own"):
        assert getattr(back, name) == getattr(scene, name), name


@given(scenes(), compare_scenes(), st.booleans())
def test_going_to_a_page_makes_a_link_without_a_mistake(one: Scene, other: Scene, swapped: bool) -> None:
    here, there = (other, one) if swapped else (one, other)
    link = carried_link(write_link(here), here.page, write_link(there), there.page)
    scene, problems = read(link, there.page)
    assert problems == []
    assert (scene.lang, scene.shown_cells) == (here.lang, there.shown_cells)
    opened = {here.kind.input, here.kind.opening.get("input")}
    stays = here.input in opened or is_refused(here)
    assert scene.input == (there.input if stays else here.input)


def test_a_usual_step_scene_is_unlike_a_usual_compare_scene_only_in_its_page_and_input() -> None:
    assert read({}, "step")[0] == scene_of()
