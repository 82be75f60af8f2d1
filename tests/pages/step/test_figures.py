"""Figures hold the numbers they were given, and colours can be read and told apart."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from cells import CELLS
from cells.core.settings import MOST_CELLS
from pages.shared.figures.palette import PALETTE, Theme
from pages.step.figures.numbers_table import numbers_table
from pages.step.figures.overview import overview
from tests import ROOT
from tests.pages.visit import numbers_of

RNG = np.random.default_rng(0)
LABELS = ["a", "<b>bold</b>", "&lt;", "{y}", "%{y}", "한국"]
GATES = {"forget": RNG.random(6, dtype=np.float32), "input": RNG.random(6, dtype=np.float32)}
STATES = {"hidden": RNG.standard_normal(6, dtype=np.float32)}
NAMES = {"forget": "forget gate", "input": "input gate", "hidden": "hidden state"}
COLORS = {"forget": "#D55E00", "input": "#009E73", "hidden": "#6B7787"}

THEMES: tuple[Theme, ...] = get_args(Theme)
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]

READABLE = 4.5  # WCAG 2.2, 1.4.3: text
SEEN = 3.0  # WCAG 2.2, 1.4.11: graphical objects
# CIE76 in CIELAB. Below about 10 two colours are easily taken for one another when they are not side by side.
TOLD_APART = 10.0

# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
VISION = {
    "full": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}

Color = NDArray[np.float64]

AXES = ("step", "reads", "gates", "states")

# The overview


@pytest.mark.parametrize("gates", [GATES, {}])
def test_the_overview_has_a_line_a_signal_with_its_numbers(gates: dict[str, NDArray[np.float32]]) -> None:
    figure = overview(gates, STATES, LABELS, NAMES, COLORS, AXES)
    assert [line.name for line in figure.data] == [NAMES[name] for name in (*gates, *STATES)]
    for line, (name, values) in zip(figure.data, {**gates, **STATES}.items(), strict=True):
        assert np.array_equal(line.y, values)
        assert list(line.x) == [1, 2, 3, 4, 5, 6]
        assert line.line.color == COLORS[name]


def test_gates_stand_above_on_0_to_1_and_states_below() -> None:
    figure = overview(GATES, STATES, LABELS, NAMES, COLORS, AXES)
    assert [line.yaxis for line in figure.data] == ["y", "y", "y2"]
    low, high = figure.layout.yaxis.range
    assert low <= 0
    assert high >= 1
    assert figure.layout.yaxis2.range is None
    assert figure.layout.xaxis2.title.text == "step"
    assert [figure.layout[axis].title.text for axis in ("yaxis", "yaxis2")] == ["gates", "states"]


def test_labels_are_shown_as_they_were_typed() -> None:
    figure = overview({}, STATES, LABELS, NAMES, COLORS, AXES)
    told = list(figure.data[0].customdata)
    assert told == ["a", "&lt;b&gt;bold&lt;/b&gt;", "&amp;lt;", "{y}", "%{y}", "한국"]


def test_one_step_is_drawn_as_a_point() -> None:
    figure = overview({}, {"hidden": STATES["hidden"][:1]}, ["a"], NAMES, COLORS, AXES)
    assert "markers" in figure.data[0].mode


def test_lines_of_one_row_differ_by_more_than_colour_where_they_are_not_gates() -> None:
    values = np.zeros(3, dtype=np.float32)
    states = dict.fromkeys(("candidate", "cell", "hidden"), values)
    names = {name: name for name in states}
    figure = overview({}, states, ["a", "b", "c"], names, dict.fromkeys(states, "#000000"), AXES)
    assert len({line.line.dash for line in figure.data}) == 3


def test_a_figure_survives_its_way_to_the_browser() -> None:
    figure = overview(GATES, STATES, LABELS, NAMES, COLORS, AXES)
    sent = figure.to_plotly_json()["data"]
    assert np.array_equal(numbers_of(sent[0]["y"]), GATES["forget"])


# The table


def test_the_table_has_a_row_a_step_and_a_column_a_signal() -> None:
    table = numbers_table({"forget gate": GATES["forget"], "hidden state": STATES["hidden"]}, LABELS, AXES[:2])
    assert list(table) == ["step", "reads", "forget gate", "hidden state"]
    assert table["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert table["reads"].tolist() == LABELS
    assert table["forget gate"].to_numpy().dtype == np.float32
    assert np.array_equal(table["forget gate"], GATES["forget"])
    assert np.array_equal(table["hidden state"], STATES["hidden"])


# Colours


def linear(color: str) -> Color:
    """Convert sRGB "#RRGGBB" to linear RGB, 0 to 1."""
    encoded = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return WCAG's ratio of luminances, 1 to 21."""
    light, dark = sorted((float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: Color) -> Color:
    """Convert linear RGB to CIELAB under D65."""
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    xyz = to_xyz @ rgb.clip(0, 1) / to_xyz.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, vision: str) -> float:
    """Return how different two colours look, as a distance in CIELAB."""
    seen = [lab(VISION[vision] @ linear(color)) for color in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_measures_agree_with_known_values() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert distance("#FF0000", "#00FF00", "full") > 3 * distance("#FF0000", "#7F6A00", "protan")


@pytest.mark.each_value
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("cell", CELLS)
def test_every_signal_has_its_colours(cell: str, theme: Theme) -> None:
    assert {signal.name for signal in CELLS[cell].shown} <= set(PALETTE[theme]["signals"])


@pytest.mark.parametrize("theme", THEMES)
def test_the_card_is_the_second_background(theme: Theme) -> None:
    assert PALETTE[theme]["card"] == CONFIG[theme]["secondaryBackgroundColor"]


@pytest.mark.parametrize("theme", THEMES)
def test_text_in_a_signals_colour_is_readable(theme: Theme) -> None:
    for name, colors in PALETTE[theme]["signals"].items():
        for ground in (CONFIG[theme]["backgroundColor"], PALETTE[theme]["card"]):
            assert contrast(colors["ink"], ground) >= READABLE, (name, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_quiet_text_and_the_themes_own_are_readable(theme: Theme) -> None:
    for ground in (CONFIG[theme]["backgroundColor"], CONFIG[theme]["secondaryBackgroundColor"]):
        assert contrast(PALETTE[theme]["quiet"], ground) >= READABLE
        assert contrast(CONFIG[theme]["textColor"], ground) >= READABLE


@pytest.mark.each_value
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("cell", CELLS)
def test_signals_of_one_cell_are_told_apart_by_any_eye(cell: str, theme: Theme, vision: str) -> None:
    fills = {signal.name: PALETTE[theme]["signals"][signal.name]["fill"] for signal in CELLS[cell].shown}
    for one, other in combinations(fills, 2):
        assert distance(fills[one], fills[other], vision) >= TOLD_APART, (one, other)


@pytest.mark.each_value
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_positive_and_negative_are_told_apart_by_any_eye(theme: Theme, vision: str) -> None:
    assert distance(PALETTE[theme]["positive"], PALETTE[theme]["negative"], vision) >= 3 * TOLD_APART


@pytest.mark.parametrize("theme", THEMES)
def test_cells_wear_no_signals_hue_and_differ_in_lightness(theme: Theme) -> None:
    cells = PALETTE[theme]["cells"]
    for colors in cells:
        assert np.hypot(*lab(linear(colors["fill"]))[1:]) < TOLD_APART, "from the grey of that lightness"
        for ground in (CONFIG[theme]["backgroundColor"], PALETTE[theme]["card"]):
            assert contrast(colors["fill"], ground) >= SEEN
            assert contrast(colors["ink"], ground) >= READABLE
    for one, other in combinations([colors["fill"] for colors in cells], 2):
        assert abs(lab(linear(one))[0] - lab(linear(other))[0]) >= TOLD_APART


@pytest.mark.parametrize("theme", THEMES)
def test_as_many_cells_as_there_can_be_have_a_look_each(theme: Theme) -> None:
    assert len(PALETTE[theme]["cells"]) >= MOST_CELLS
    plot = (ROOT / "pages" / "shared" / "stepper" / "views" / "plot.js").read_text(encoding="utf-8")
    dashes = re.search(r"const DASHES = \[(.*)\];", plot)
    assert dashes is not None
    assert len(dashes[1].split(",")) >= MOST_CELLS
