"""The figures of the units page: a dot a unit where it belongs, the chosen one ringed, nothing dropped unsaid."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest

from pages.shared.figures.palette import PALETTE, Theme
from pages.units.figures.saturation import Gate, saturation_panels
from pages.units.figures.time_constants import time_constant_dots

THEMES: tuple[Theme, ...] = get_args(Theme)
LEFT, RIGHT = np.array([0.5, 0.0, 0.0, 0.25]), np.array([0.5, 1.0, 1.0, 0.0])
WORDS = {"right": "open", "left": "shut", "hover": "unit {units}: {right}, {left}"}
SPAN_WORDS = {"unit": "units", "steps": "steps", "whole": "24 steps", "hover": "unit {unit}: {steps}"}


@pytest.mark.parametrize("theme", THEMES)
def test_each_gate_has_a_panel_with_its_bound_its_dots_and_the_chosen_ones_ring(theme: Theme) -> None:
    gates = [Gate("forget gate", "forget", LEFT, RIGHT), Gate("output gate", "output", RIGHT, LEFT)]
    figure = saturation_panels(gates, 3, WORDS, theme)
    assert [title.text for title in figure.layout.annotations] == ["forget gate", "output gate"]
    for panel, gate in enumerate(gates):
        bound, dots, ring = figure.data[3 * panel : 3 * panel + 3]
        assert {x + y for x, y in zip(bound.x, bound.y, strict=True)} == {1}
        assert (dots.x.tolist(), dots.y.tolist()) == (gate.right.tolist(), gate.left.tolist())
        assert dots.marker.color == PALETTE[theme]["signals"][gate.signal]["fill"]
        assert (list(ring.x), list(ring.y)) == ([gate.right[3]], [gate.left[3]])
        assert [unit for unit, _ in dots.customdata] == [0, 1, 2, 3]


def test_a_dot_names_every_unit_on_its_spot_and_counts_those_that_are_too_many() -> None:
    shares = np.r_[np.zeros(20), 1.0]
    dots = saturation_panels([Gate("g", "forget", np.zeros(21), shares)], 0, WORDS, "light").data[1]
    names = [name for _, name in dots.customdata]
    assert names == ["0, 1, 2, 3, 4, 5, 6, 7 … (+12)"] * 20 + ["20"]
    assert dots.hovertemplate == "unit %{customdata[1]}: %{x:.0%}, %{y:.0%}<extra></extra>"


def test_time_constants_are_sorted_and_what_has_no_place_on_the_axis_stands_at_its_edges() -> None:
    taus = np.array([2.0, math.inf, 0.0, 300.0, math.nan, math.inf])
    told = [f"tau {unit}" for unit in range(6)]
    dots, ring = time_constant_dots(taus, told, 3, 24, "update", SPAN_WORDS, "light").data
    assert [unit for unit, _ in dots.customdata] == [1, 5, 3, 0, 2], "unit 4 is no number, and told by the page"
    assert [text for _, text in dots.customdata] == ["tau 1", "tau 5", "tau 3", "tau 0", "tau 2"]
    endless, _, *between, nothing = dots.y
    assert between == [300, 2]
    assert endless > 300
    assert 0 < nothing < 2
    assert list(dots.marker.symbol) == ["triangle-up"] * 2 + ["circle"] * 2 + ["triangle-down"]
    assert (list(ring.x), list(ring.y)) == ([3], [300])


@pytest.mark.parametrize("taus", [[math.inf] * 3, [0.0] * 3, [math.nan] * 3, [1e9, 1e-3, 1.0], [5.0]])
def test_the_axis_names_its_edges_and_holds_every_dot_and_the_length(taus: list[float]) -> None:
    figure = time_constant_dots(np.array(taus), [""] * len(taus), 0, 24, "forget", SPAN_WORDS, "dark")
    axis = figure.layout.yaxis
    low, high = (10**edge for edge in axis.range)
    assert (axis.ticktext[0], axis.ticktext[-1]) == ("0", "∞")
    assert all(low < place < high for place in (*figure.data[0].y, 24))
    finite = [tau for tau in taus if 0 < tau < math.inf]
    assert all(axis.tickvals[0] < tau < axis.tickvals[-1] for tau in finite), "the edges are nobody's time constant"
    assert len(figure.data[0].y) == sum(not math.isnan(tau) for tau in taus)
