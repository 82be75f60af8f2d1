"""What all figures have in common: whole steps on every axis of steps, and letters that need no reader's font."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.data.figures.before_after import whole_series
from pages.gradient.figures.influence_maps import influence_maps
from pages.gradient.figures.weight_bars import weight_bars
from pages.shared.figures.whole_steps import FEW
from pages.step.figures.overview import overview
from tests import ROOT


def figures_of(steps: int) -> list[tuple[go.Figure, str]]:
    """Draw every figure that has an axis of steps, each with the letters of these axes."""
    values, labels = np.linspace(0, 1, steps), [str(step) for step in range(steps)]
    maps = {"LSTM": np.zeros((steps, steps)), "GRU": np.zeros((steps, steps))}
    words = dict.fromkeys(("step", "reads", "adds", "state", "input", "strength", "hover"), "")
    lines = {"forget": values}, {"hidden": values}
    named = dict.fromkeys(("forget", "hidden", "line", "filled"), "#000000")
    return [
        (overview(*lines, labels, named, named, ("step", "reads", "gates", "states")), "x"),
        (weight_bars(values, labels, words, "light"), "x"),
        (influence_maps(maps, 1, words, "light"), "xy"),
        (whole_series(values, 1, steps, named), "x"),
    ]


@pytest.mark.parametrize("steps", [1, 2, FEW])
def test_a_few_steps_have_a_tick_each_and_none_between(steps: int) -> None:
    for figure, along in figures_of(steps):
        for letter in along:
            axes = [*(figure.select_xaxes() if letter == "x" else figure.select_yaxes())]
            assert axes
            assert {(axis.tick0, axis.dtick) for axis in axes} == {(1, 1)}


def test_the_logo_is_drawn_without_a_font() -> None:
    logo = (ROOT / "pages" / "shared" / "figures" / "logo.svg").read_text(encoding="utf-8")
    assert "<path" in logo
    assert "<text" not in logo
