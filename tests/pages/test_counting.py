"""A reader counts steps from 1 and units from 0; links, exports and Python count both from 0."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cells import CELLS, Clamp, InputError, tidy, trace
from cells.inputs.edit import Edit, edited
from cells.sequences import SEQUENCES
from cells.tracing.layer_trace import LayerTrace
from pages.data.figures.before_after import whole_series
from pages.gradient.figures.influence_maps import influence_maps
from pages.gradient.figures.weight_bars import weight_bars
from pages.shared.scene.run import outside_run
from pages.shared.scene.what_if_link import read_clamp, read_edit, write_clamps
from pages.step.figures.numbers_table import numbers_table
from pages.step.figures.overview import overview
from pages.step.sequence_table import as_table
from tests import ROOT
from tests.readme import README

SEQUENCE = SEQUENCES["text"].make(text="abcde")
STEPS = len(SEQUENCE.labels)
ON_SCREEN, ELSEWHERE = list(range(1, STEPS + 1)), list(range(STEPS))
VALUES = np.linspace(0, 1, STEPS)
AXES = ("step", "reads", "gates", "states")
COLORS = {"line": "#000000", "filled": "#0000ff"}


@pytest.fixture(scope="module")
def layers() -> list[LayerTrace]:
    """A run of two units over SEQUENCE."""
    return trace(CELLS["lstm"].module(len(SEQUENCE.channels), 2), SEQUENCE.values)


def test_figures_and_tables_count_steps_from_1() -> None:
    lines = {"forget": VALUES}
    names, colors = {"forget": "f", "hidden": "h"}, {"forget": "#ff0000", "hidden": "#000000"}
    whole = overview(lines, {"hidden": VALUES}, SEQUENCE.labels, names, colors, AXES)
    assert [list(line.x) for line in whole.data] == [ON_SCREEN, ON_SCREEN]
    bars = weight_bars(VALUES, SEQUENCE.labels, {"step": "step", "reads": "reads", "adds": "adds"}, "light")
    assert list(bars.data[0].x) == ON_SCREEN
    words = {"input": "input", "state": "state", "strength": "strength", "hover": "{state} {input} {strength}"}
    (influence,) = influence_maps({"LSTM": np.zeros((STEPS, STEPS))}, 1, words, "light").data
    assert list(influence.x) == list(influence.y) == ON_SCREEN
    assert min(whole_series(VALUES, 1, STEPS, COLORS).data[0].x) == 1
    assert list(numbers_table(lines, SEQUENCE.labels, ("step", "reads"))["step"]) == ON_SCREEN
    assert [row.split()[0] for row in as_table(SEQUENCE).index] == [str(step) for step in ON_SCREEN]


def test_exports_and_links_count_steps_and_units_from_0(layers: list[LayerTrace]) -> None:
    table = tidy(layers, SEQUENCE)
    assert sorted(set(table["step"])) == ELSEWHERE
    assert sorted(set(table["unit"])) == [0, 1]
    assert read_edit("4:a") == Edit(4, "a")
    assert edited(SEQUENCE, [read_edit("4:a")]).labels[4] == "a"
    held = read_clamp("forget:1:0-1:0")
    assert (list(held.steps), held.units) == ([0, 1], 0)  # type: ignore[arg-type]
    assert write_clamps((Clamp("forget", 1.0, units=0, steps=range(2)),)) == "forget:1:0-1:0"


def test_messages_count_as_the_screen_does_or_say_that_they_do_not() -> None:
    with pytest.raises(InputError, match="step 5: this run has steps 0 to 4, counted from 0"):
        edited(SEQUENCE, [Edit(5, "a")])
    numbers = SEQUENCES["numbers"].make(numbers="1, 2, 3")
    with pytest.raises(InputError, match="Step 3 reads"):
        edited(numbers, [Edit(2, "1/2")])
    assert "counted from 0" in str(outside_run("step", 24, -1, 23))


def test_every_message_about_the_last_step_of_a_run_says_where_it_counts_from() -> None:
    told = re.findall(r'"[^"]*steps 0 to \{last\}[^"]*"', all_sources())
    assert len(told) > 3
    assert [text for text in told if "counted from 0" not in text] == []


def all_sources() -> str:
    """Return the text of every module of the app."""
    return "\n".join(
        path.read_text(encoding="utf-8") for room in ("cells", "pages") for path in (ROOT / room).rglob("*.py")
    )


def test_the_readme_says_it_once() -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    assert text.count("steps count from 1 and units from 0. Links, the page contract below, exports and Python") == 1
    assert re.findall(r"(steps?|units?)\W*from [01]", text) == ["units"]
