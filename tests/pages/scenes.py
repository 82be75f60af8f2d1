"""Scenes to test with: every cell, sequence and weights that fit each other, and any settings within bounds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cells import CELLS, Clamp
from cells.arrangements import AHEAD, ARRANGEMENTS
from cells.core.settings import FEWEST_CELLS, MOST_CELLS, Choice, Setting, Text
from cells.families.conventions import NOTATIONS
from cells.gradients.initial_states import FIRST_STATES
from cells.inputs.edit import Edit
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS, default_weights
from pages.arrange.kind import ARRANGE, ArrangeFields
from pages.compare.kind import COMPARE, MATCHES
from pages.gradient.kind import CLIP, GRADIENT
from pages.gradient.weight_and_biases import AS_THEY_ARE, CHRONO, WeightChoice, write_common_bias
from pages.shared.scene.link_reader import Value
from pages.shared.scene.scene import PRECISIONS, Scene
from pages.shared.scene.weights import fit_one, settings_of
from pages.step.kind import STEP
from tests.checking.sampling import few

LANGUAGES = ("en", "ko")
# The catalogue has a check of its own, and each page one test in both languages; for all others one is enough.
MOSTLY_ENGLISH = few(LANGUAGES, "en")
# Where a page does the same with any cell: one of each family, and of one family a variant that has other parts.
SOME_CELLS = few(CELLS, "rnn", "lstm", "lstm-peephole", "gru-reset-before")
# Where a page does the same with any sequence: one of numbers, one of symbols, and one that is read from a table.
SOME_SEQUENCES = few(SEQUENCES, "pulse", "text", "table")
PAIRS = [(cell, sequence) for cell in CELLS for sequence in SEQUENCES]
FITTING = [(*pair, weights) for pair in PAIRS for weights, kind in WEIGHTS.items() if kind.fits(*pair)]
UNFITTING = [(*pair, weights) for pair in PAIRS for weights, kind in WEIGHTS.items() if not kind.fits(*pair)]


def scene_of(cell: str = "lstm", sequence: str = "pulse", weights: str = "", **settings: Value) -> Scene:
    """Return a scene of the step page at its usual settings but for those given."""
    weights = weights or default_weights(cell, sequence)
    return STEP.scene(cell=cell, input=sequence, weights=weights, settings=settings)


def compare_scene_of(
    cells: tuple[str, ...] = ("rnn", "lstm", "gru"), sequence: str = "bit", weights: str = "", **settings: Value
) -> Scene:
    """Return a scene of the compare page at its usual settings but for those given."""
    return COMPARE.scene(cells=cells, input=sequence, weights=weights, settings=settings)


def arrange_scene_of(
    arrangement: str = "many-to-one", cell: str = "", sequence: str = "", weights: str = "", **settings: Value
) -> Scene:
    """Return a scene of the arrange page at its usual settings but for those given, which may be `ahead`."""
    ahead = int(settings.pop("ahead", AHEAD.default))
    own = ArrangeFields(arrangement=arrangement, ahead=ahead)
    return ARRANGE.scene(own=own, cell=cell, input=sequence, weights=weights, settings=settings)


def values_of(setting: Setting) -> st.SearchStrategy[Value]:
    """Draw every value that a setting takes."""
    if isinstance(setting, Choice):
        return st.sampled_from([*setting.choices])
    if isinstance(setting, Text):
        return st.text(max_size=60)
    if isinstance(setting.default, int):
        return st.integers(int(setting.low), int(setting.high))
    return st.floats(setting.low, setting.high)


@st.composite
def places(draw: st.DrawFn) -> int | range | None:
    """Draw any steps or units that a link can name."""
    first, last = sorted((draw(st.integers(0, 1999)), draw(st.integers(0, 1999))))
    return draw(st.sampled_from([None, first, range(first, last + 2)]))


@st.composite
def clamps(draw: st.DrawFn, signals: tuple[str, ...] = ("forget", "hidden")) -> Clamp:
    """Draw any clamp that a link can carry."""
    value = draw(st.floats(-1e6, 1e6).map(lambda number: round(number, 9)))
    layer = draw(st.sampled_from([None, 0, 1]))
    return Clamp(draw(st.sampled_from(signals)), value, draw(places()), draw(places()), layer)


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Draw any changed input that a link can carry: an entry that reads like the next edit is none."""
    entry = draw(st.text(min_size=1, max_size=5).filter(lambda text: ":" not in text) | st.sampled_from(":,"))
    return Edit(draw(st.integers(0, 1999)), entry)


@st.composite
def running(draw: st.DrawFn, several: dict[str, Any] | None = None) -> dict[str, Any]:
    """Draw fields of a scene that every page has: what runs, and the position. several: cells, input and weights."""
    cell, sequence, weights = draw(st.sampled_from(FITTING))
    choices = several or {"cell": cell, "input": sequence, "weights": weights}
    settings = settings_of(choices["input"], choices["weights"])
    return choices | {
        "settings": {name: draw(values_of(setting)) for name, setting in settings.items()},
        "step": draw(st.none() | st.integers(-1, 1999)),
        "unit": draw(st.integers(0, 255)),
        "precision": draw(st.sampled_from(PRECISIONS)),
        "lang": draw(st.sampled_from([None, *LANGUAGES])),
    }


@st.composite
def several(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the fields of a scene that every page of several cells has."""
    cells = st.lists(st.sampled_from([*CELLS]), min_size=FEWEST_CELLS, max_size=MOST_CELLS, unique=True)
    shown, sequence = tuple(draw(cells)), draw(st.sampled_from([*SEQUENCES]))
    weights = draw(st.sampled_from([key for key in WEIGHTS if fit_one(key, shown, sequence)]))
    return draw(running({"cells": shown, "input": sequence, "weights": weights}))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Draw any scene that a link to the step page can carry."""
    scene = STEP.scene(**draw(running()), layer=draw(st.integers(0, 7)))
    clamp = tuple(draw(st.lists(clamps(tuple(signal.name for signal in CELLS[scene.cell].shown)), max_size=2)))
    edit = tuple(draw(st.lists(edits(), max_size=2)))
    return scene.with_own(
        clamp=clamp,
        edit=edit,
        difference=bool(clamp or edit) and draw(st.booleans()),
        notation=draw(st.sampled_from(NOTATIONS)),
    )


@st.composite
def compare_scenes(draw: st.DrawFn) -> Scene:
    """Draw any scene that a link to the compare page can carry."""
    return COMPARE.scene(**draw(several())).with_own(match=draw(st.sampled_from([*MATCHES])))


@st.composite
def arrange_scenes(draw: st.DrawFn) -> Scene:
    """Draw any scene that a link to the arrange page can carry."""
    return ARRANGE.scene(**draw(running())).with_own(
        arrangement=draw(st.sampled_from([*ARRANGEMENTS])),
        ahead=draw(st.integers(int(AHEAD.low), int(AHEAD.high))),
    )


@st.composite
def gradient_scenes(draw: st.DrawFn) -> Scene:
    """Draw any scene that a link to the gradient page can carry."""
    bias = draw(st.integers(-24, 32)) / 4
    cell = draw(st.sampled_from([*CELLS]))
    source = draw(st.sampled_from(["b", "h0", "h255", "x7"]))
    return GRADIENT.scene(**draw(several())).with_own(
        read_at=draw(st.none() | st.integers(0, 1999)),
        biases=draw(st.sampled_from([CHRONO, AS_THEY_ARE, write_common_bias(bias)])),
        truncate=draw(st.none() | st.integers(1, 2000)),
        clip=draw(st.none() | st.floats(CLIP.low, CLIP.high)),
        first_state=draw(st.sampled_from([*FIRST_STATES])),
        weight=draw(st.none() | st.just(WeightChoice(cell, draw(st.sampled_from(CELLS[cell].gates)), source))),
    )
