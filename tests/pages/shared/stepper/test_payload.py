"""What the browser gets is the trace, bit for bit, and everything that it is told to draw is among the numbers."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from functools import partial
from string import Formatter
from typing import Any

import numpy as np
import pytest
import torch

from cells import CELLS, LayerTrace, trace
from cells.analysis.facts import step_facts
from cells.core.messages import Counted
from cells.core.settings import MAX_STEPS, MAX_UNITS
from cells.weights import WEIGHTS
from pages.shared.figures.palette import PALETTE
from pages.shared.scene.run import TracedRun, open_scene
from pages.shared.stepper.payload import (
    DETAILS_PER_UNIT,
    FEW_CHANNELS,
    MOST_DETAILS,
    common_payload,
    detail_blocks,
    detail_window,
    payload,
)
from pages.shared.stepper.words import STEPPER_WORDS, stepper_words
from pages.shared.words.catalogue import LANGUAGES, translate
from tests.checking.sampling import few
from tests.pages.arrays import BEFORE, array_of, floats_of, number_at, opened_of, same_bits
from tests.pages.scenes import FITTING, SOME_CELLS, SOME_SEQUENCES, scene_of

say = partial(translate, "en")


def sent(opened: TracedRun, unit: int = 0) -> dict[str, Any]:
    """Return the payload after its way through JSON, as the browser has it."""
    made = payload(opened.layers[0], opened.sequence, opened.labels(), unit, say)
    received: dict[str, Any] = json.loads(json.dumps(made, allow_nan=False))
    return received


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_run_in_double_precision_arrives_in_double_precision(cell: str) -> None:
    _, opened, problems = open_scene(replace(scene_of(cell, "sine", "random"), precision="float64"))
    assert problems == []
    model = sent(opened)
    assert model["width"] == 8
    hidden = opened.layers[0]["hidden"]
    assert hidden.dtype == torch.float64
    place = model["arrays"]["hidden"]
    sent_numbers = np.frombuffer(b64decode(model["blob"]), dtype="<f8")[place["offset"] :]
    rows = sent_numbers[: place["rows"] * place["cols"]].reshape(place["rows"], place["cols"])
    assert np.array_equal(rows[1:], hidden.numpy())


@pytest.mark.each_value
@pytest.mark.parametrize(("cell", "sequence", "weights"), FITTING)
def test_every_number_of_the_trace_arrives_bit_for_bit(cell: str, sequence: str, weights: str) -> None:
    opened = opened_of(cell, sequence, weights)
    layer, model = opened.layers[0], sent(opened)
    steps, units = layer["hidden"].shape
    assert (model["steps"], model["units"], model["cell"]) == (steps, units, cell)
    for name, values in {**layer, **layer.flows()}.items():
        assert same_bits(array_of(model, name)[-steps:], values), name
    for gate, made in layer.parts().items():
        for part, values in made.items():
            assert same_bits(array_of(model, f"{gate}.{part}"), values), (gate, part)


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_states_have_one_row_more_their_value_before_the_first_step(cell: str) -> None:
    opened = opened_of(cell)
    layer, model = opened.layers[0], sent(opened)
    for name, place in model["arrays"].items():
        assert place["rows"] == model["steps"] + (name in layer.initial), name
    for state, start in layer.initial.items():
        assert same_bits(array_of(model, state)[0], start)
        assert same_bits(array_of(model, state)[:-1], layer.before(state))
        assert number_at(model, state, -1, 0) == float(start[0])
        assert number_at(model, f"{state}{BEFORE}", 0, 0) == float(start[0])
        assert number_at(model, f"{state}{BEFORE}", -1, 0) is None
        assert number_at(model, f"{state}{BEFORE}", 5, 2) == float(layer[state][4, 2])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_blocks_lie_end_to_end_and_fill_the_blob(cell: str) -> None:
    model = sent(opened_of(cell))
    end = 0
    for place in model["arrays"].values():
        assert place["offset"] == end
        end += place["rows"] * place["cols"]
    assert floats_of(model).size == end


@pytest.mark.parametrize("cell", few([cell for cell in CELLS if CELLS[cell].memory], "lstm", "gru"))
def test_the_origin_of_the_memory_is_sent_exactly(cell: str) -> None:
    opened = opened_of(cell, sequence="pulse", weights="latch")
    origin = opened.layers[0].origin()
    assert origin is not None
    assert array_of(sent(opened), "origin").tolist() == origin.tolist()


def test_a_cell_without_memory_has_no_origin() -> None:
    assert "origin" not in sent(opened_of("rnn"))["arrays"]


# Every name that is drawn is there


def names_drawn(model: dict[str, Any]) -> list[str]:
    """Return every number that the drawing, the equations and the sentence ask for."""
    drawing = model["drawing"]
    shown = [pipe["carries"] for pipe in drawing["pipes"] if pipe["carries"] != "x"]
    shown += [valve["opening"] for valve in drawing["valves"]] + [port["shows"] for port in drawing["ports"]]
    shown += [field for equation in model["equations"] for field in fields(equation["numbers"])]
    spoken = [of for phrase in model["phrases"] for says in phrase["says"] for of in says["of"].values()]
    return [*shown, *spoken, "said", model["detail_probe"]]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("cell", CELLS)
def test_every_name_that_is_drawn_is_among_the_numbers_at_every_step(cell: str) -> None:
    opened = opened_of(cell)
    model = sent(opened)
    for name in names_drawn(model):
        assert not name.endswith(BEFORE) or name.removesuffix(BEFORE) in opened.layers[0].initial, name
        for step in (0, model["steps"] - 1):
            assert number_at(model, name, step, model["units"] - 1) is not None, name


@pytest.mark.parametrize("cell", CELLS)
def test_every_signal_that_is_drawn_is_declared_and_coloured(cell: str) -> None:
    model = sent(opened_of(cell))
    signals = {signal["name"] for signal in model["signals"]}
    drawing = model["drawing"]
    named = [valve["box"] for valve in drawing["valves"]]
    named += [part["signal"] for part in (*drawing["wires"], *drawing["boxes"], *model["equations"])]
    named += [phrase["signal"] for phrase in model["phrases"][:-1]]  # the ending has no colour
    assert set(named) <= signals
    assert {valve["box"] for valve in drawing["valves"]} <= {box["signal"] for box in drawing["boxes"]}
    assert {equation["signal"] for equation in model["equations"]} == signals
    for theme in ("light", "dark"):
        assert signals <= set(PALETTE[theme]["signals"])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_what_is_said_of_every_step_is_sent_exactly(cell: str) -> None:
    opened = opened_of(cell, units=2)
    layer, model = opened.layers[0], sent(opened)
    for step in range(model["steps"]):
        code, said = int(array_of(model, "said")[step, 1]), []
        for phrase in model["phrases"]:
            code, digit = divmod(code, len(phrase["says"]))
            said.append(phrase["says"][digit]["text"])
        assert [text for text in said if text] == [fact.text for fact in step_facts(layer, step, 1)]


def test_what_a_step_reads_is_sent_where_its_label_says_when_it_stands() -> None:
    dated = sent(opened_of("lstm", "sunspots"))
    assert (dated["labels"][0], dated["reads"][0]) == ("1700", "0.05")
    assert sent(opened_of("lstm", "pulse"))["reads"] is None


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_states_fill_their_pipes_at_their_largest(cell: str) -> None:
    opened = opened_of(cell, sequence="anbn" if cell != "lstm" else "pulse", gain=3.0)
    layer, scales = opened.layers[0], sent(opened)["scales"]
    for state in layer.initial:
        assert scales[state] == pytest.approx(max(1.0, float(layer[state].abs().max())))
        assert scales[f"{state}{BEFORE}"] == scales[state]


# One unit grows to infinity alone; several units soon make infinity minus infinity, which is no number.
@pytest.mark.parametrize(("units", "seed"), [(1, 1), (8, 0)])
def test_a_run_that_grows_beyond_every_number_is_still_json(units: int, seed: int) -> None:
    opened = opened_of("rnn-relu", gain=3.0, length=MAX_STEPS, units=units, seed=seed)
    hidden = opened.layers[0]["hidden"]
    assert hidden.isinf().any(), "the run should overflow, or this test shows nothing"
    scales = sent(opened)["scales"]
    assert all(np.isfinite(scale) and scale > 0 for scale in scales.values())


# Large runs


def largest(cell: str) -> LayerTrace:
    module = WEIGHTS["random"].make(cell, 2, units=MAX_UNITS, seed=0, forget_bias=1.0, gain=1.0)
    return trace(module, torch.zeros(MAX_STEPS, 2))[0]


@pytest.mark.parametrize("cell", few(CELLS, "rnn", "lstm-full-gate-recurrence", "gru"))
def test_a_large_run_sends_the_details_of_the_units_around_the_chosen_one(cell: str) -> None:
    layer = largest(cell)
    for unit in (0, 1, 100, MAX_UNITS - 2, MAX_UNITS - 1):
        first, window = detail_window(layer, unit)
        assert 0 <= first <= unit < first + window <= MAX_UNITS
        made = detail_blocks(layer, slice(first, first + window))
        assert {rows.shape for rows in made.values()} == {(MAX_STEPS, window)}
        assert sum(rows.size for rows in made.values()) <= MOST_DETAILS


@pytest.mark.parametrize("cell", CELLS)
def test_no_cell_has_more_details_than_the_limit_reckons_with(cell: str) -> None:
    assert 0 < len(detail_blocks(opened_of(cell).layers[0], slice(None))) <= DETAILS_PER_UNIT


def test_near_units_share_a_window() -> None:
    layer = largest("lstm")
    starts = {detail_window(layer, unit)[0] for unit in range(MAX_UNITS)}
    assert len(starts) == -(-MAX_UNITS // detail_window(layer, 0)[1])


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_small_run_sends_the_details_of_every_unit(cell: str) -> None:
    layer = opened_of(cell, units=16).layers[0]
    assert {detail_window(layer, unit) for unit in range(16)} == {(0, 16)}


def test_the_window_of_a_large_run_arrives_bit_for_bit() -> None:
    opened = opened_of("lstm", units=MAX_UNITS, length=MAX_STEPS)
    layer, model = opened.layers[0], sent(opened, unit=200)
    place = model["arrays"]["forget.sum"]
    first, last = place["first"], place["first"] + place["cols"] - 1
    assert 0 < first <= 200 <= last < MAX_UNITS
    sums = layer.parts(slice(first, last + 1))["forget"]["sum"]
    for unit in (first, 200, last):
        assert number_at(model, "forget.sum", 1234, unit) == float(sums[1234, unit - first])
        alone = float(layer.parts(unit)["forget"]["sum"][1234])  # of a vector, which is rounded in another order
        assert number_at(model, "forget.sum", 1234, unit) == pytest.approx(alone, rel=1e-5)
        assert number_at(model, "kept", 1234, unit) == float(layer.flows()["kept"][1234, unit])
    for unit in (0, first - 1, last + 1):
        assert number_at(model, "forget.sum", 1234, unit) is None
        assert number_at(model, "kept", 1234, unit) is None
        assert number_at(model, "forget", 1234, unit) == float(layer["forget"][1234, unit])


# The input


@pytest.mark.parametrize("sequence", SOME_SEQUENCES)
def test_what_is_read_is_sent_where_it_is_few_numbers(sequence: str) -> None:
    opened = opened_of("lstm", sequence)
    values = opened.sequence.values
    if values.shape[1] > FEW_CHANNELS:
        assert sent(opened)["inputs"] is None
    else:
        assert torch.equal(torch.tensor(sent(opened)["inputs"]), values)


# Words


LABELS = ["{step}", "{", "}", "<b>x</b>", "&amp;", "</script>", "$x$", "한", "\u2028", '"', "\\n"]


def test_labels_pass_through_as_they_are() -> None:
    opened = opened_of("lstm", length=len(LABELS))
    made = payload(opened.layers[0], opened.sequence, LABELS, 0, say)
    assert json.loads(json.dumps(made))["labels"] == LABELS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_text_is_still_open_in_every_language(language: str) -> None:
    told = stepper_words(partial(translate, language))
    counted = {name: text for name, text in STEPPER_WORDS.items() if isinstance(text, Counted)}
    expected = {name: fields(text) for name, text in STEPPER_WORDS.items()}
    expected |= {f"{name}_one": fields(text) - {text.by} for name, text in counted.items()}
    assert {name: fields(text) for name, text in told.items()} == expected


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cell", CELLS)
def test_every_field_of_a_phrase_is_still_open_in_every_language(cell: str, language: str) -> None:
    opened = opened_of(cell)
    model = payload(opened.layers[0], opened.sequence, opened.labels(), 0, partial(translate, language))
    for phrase, declared in zip(model["phrases"], CELLS[cell].sentence, strict=True):
        for says, saying in zip(phrase["says"], declared.sayings, strict=True):
            assert fields(says["text"]) == fields(saying.text) <= set(says["of"]) | {"label"}
            assert says["of"] == saying.fields


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_titles_are_in_the_readers_language(cell: str) -> None:
    opened = opened_of(cell)
    model = payload(opened.layers[0], opened.sequence, opened.labels(), 0, lambda text, **_: f"<{text}>")
    assert [s["title"] for s in model["signals"]] == [f"<{s.title}>" for s in CELLS[cell].shown]
    said = [says["text"] for phrase in model["phrases"] for says in phrase["says"]]
    assert all(text.startswith("<") for text in said if text)


def test_what_all_panes_share_is_told_in_the_readers_language_and_once() -> None:
    shared = common_payload(lambda text, **_: f"<{text}>")
    assert all(text.startswith("<") for text in shared["words"].values())
    assert shared["palette"] == PALETTE
    assert not {*shared} & {*sent(opened_of("lstm"))}
