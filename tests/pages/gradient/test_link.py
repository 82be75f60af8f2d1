"""A link to the gradient page carries all its choices; and how its numbers are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from cells.core.settings import MAX_UNITS
from pages.gradient.walk import FEWEST_STEPS
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.scene import Scene
from pages.shared.words.numbers import format_share, format_size
from tests.pages.scenes import LANGUAGES, gradient_scenes
from tests.pages.visit import link_of, panes_of, rest, run, turn_to, visit

PAGE = "gradient"


@given(gradient_scenes())
def test_a_link_reads_back_to_the_scene_that_wrote_it(scene: Scene) -> None:
    assert read_link(write_link(scene), LANGUAGES, PAGE) == (scene, [])


def test_the_position_goes_into_the_link_and_another_length_opens_anew() -> None:
    app = rest(visit({"length": 40}, page=PAGE), step=15, unit=2)
    assert link_of(app) == {"length": "40", "step": "15", "unit": "2"}
    rest(app, step=29, unit=0)
    assert link_of(app) == {"length": "40"}
    app.slider(key="set read_at").set_value(30)
    rest(run(app), step=5, unit=0)
    app.slider(key="set input length").set_value(50)
    assert link_of(run(app)) == {"length": "50"}


def test_the_cells_come_along_from_the_compare_page_and_the_rest_stays_here() -> None:
    app = visit({"truncate": "7", "first_state": "given"}, page=PAGE)
    turn_to(app, "compare")
    assert [pane["cell"] for pane in panes_of(app)] == ["rnn", "lstm", "gru"]
    assert link_of(app) == {"input": "order"}
    assert link_of(turn_to(app, PAGE)) == {"truncate": "7", "first_state": "given"}


def test_the_largest_run_is_looked_at_in_sections_and_says_so() -> None:
    app = visit({"units": MAX_UNITS, "length": 200, "cells": "rnn,lstm"}, page=PAGE)
    way = panes_of(app)[1]["about"]["way"]
    assert way["since"] == 200 - FEWEST_STEPS
    for line in way["lines"]:
        assert line["left"][:181] == [None] * 181
    assert way["lines"][0]["left"][181] is not None
    assert "Steps 181–200 of 200 are mapped" in "\n".join(caption.value for caption in app.caption)


# Words for numbers


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (0.0, "100 %"),
        (math.log10(0.62), "62 %"),
        (math.log10(0.005), "0.5 %"),
        (math.log10(0.0997), "10 %"),
        (math.log10(0.00029), "0.029 %"),
        (math.log10(2.4), "240 %"),
        (math.log10(27), "× 27"),
        (math.log10(6.5e-21), "6.5·10⁻²¹"),
        (math.log10(9.96) - 30, "1.0·10⁻²⁹"),
        (-math.inf, "0"),
        (math.nan, "–"),
    ],
)
def test_a_share_is_written_briefly(log10: float, text: str) -> None:
    assert format_share(log10) == text


@pytest.mark.parametrize(
    ("log10", "text"), [(0.0, "1"), (math.log10(117.4), "117"), (300.0, "1.0·10³⁰⁰"), (math.inf, "∞")]
)
def test_a_size_is_written_briefly(log10: float, text: str) -> None:
    assert format_size(log10) == text
