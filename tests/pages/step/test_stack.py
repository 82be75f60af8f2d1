"""A stack on the step page: each layer in the order in which it reads, and the whole stack beside it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from cells import CELLS, Clamp
from cells.families.conventions import NOTATIONS
from pages.shared.scene.changes import changed
from pages.shared.scene.run import TracedRun, open_scene
from pages.shared.stepper.payload import payload
from pages.shared.stepper.stack import layer_title, name_of
from pages.shared.words.catalogue import LANGUAGES, translate
from pages.step.kind import STEP
from tests.checking.sampling import few, rare
from tests.pages.arrays import array_of, number_at, same_bits
from tests.pages.scenes import SOME_CELLS, scene_of
from tests.pages.visit import ask, data_of, figure_of, link_of, numbers_of, pick, rest, run, told, visit

TEXT = "abcde"
STEPS = len(TEXT)
LINK = {"input": "text", "text": TEXT, "units": 3, "layers": 2, "directions": 2}
PLACES = ["l0", "l0_reverse", "l1", "l1_reverse"]
say = partial(translate, "en")


def opened_of(cell: str = "lstm", sequence: str = "text", **settings: Any) -> TracedRun:
    text = {"text": TEXT} if sequence == "text" else {}
    scene = scene_of(cell, sequence, "random", **{**text, "units": 3, "layers": 2, "directions": 2, **settings})
    _, opened, problems = open_scene(scene)
    assert problems == []
    return opened


def sent(opened: TracedRun, place: int, notation: str = "short") -> dict[str, Any]:
    """Return the payload of one layer with the whole stack, as the page asks for it."""
    layer, sequence = opened.layers[place].as_read(), opened.read_by(place)
    return payload(layer, sequence, opened.labels(place), 0, say, notation, opened.layers)


# The payload


@pytest.mark.each_value
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_a_layer_is_sent_in_the_order_in_which_it_reads(cell: str, place: int) -> None:
    opened = opened_of(cell)
    layer, model = opened.layers[place], sent(opened, place)

    def turned(values: torch.Tensor) -> torch.Tensor:
        return values.flip(0) if layer.reverse else values

    assert model["labels"] == list(TEXT[::-1] if layer.reverse else TEXT)
    assert model["home"] == (STEPS - 1 if layer.reverse else 0)
    for name, values in {**layer, **layer.flows()}.items():
        assert same_bits(array_of(model, name)[-STEPS:], turned(values)), name
    for gate, made in layer.parts().items():
        for part, values in made.items():
            assert same_bits(array_of(model, f"{gate}.{part}"), turned(values)), (gate, part)


@pytest.mark.each_value
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_before_a_step_stands_the_state_that_was_read_into(cell: str, place: int) -> None:
    opened = opened_of(cell)
    layer, model = opened.layers[place], sent(opened, place)
    for state, start in layer.initial.items():
        assert same_bits(array_of(model, state)[0], start)
        assert same_bits(array_of(model, state)[-1], layer.last[state])
        assert same_bits(array_of(model, state)[:-1], layer.as_read().before(state))
        assert number_at(model, f"{state}.before", 0, 1) == float(start[1])


@pytest.mark.parametrize("place", range(4))
def test_the_whole_stack_is_sent_at_the_element_that_the_layer_reads(place: int) -> None:
    opened = opened_of()
    model = sent(opened, place)
    assert [(one["layer"], one["reverse"]) for one in model["stack"]] == [(0, False), (0, True), (1, False), (1, True)]
    assert [one["shown"] for one in model["stack"]] == [other == place for other in range(4)]
    for step in range(STEPS):
        element = STEPS - 1 - step if opened.layers[place].reverse else step
        for one, layer in zip(model["stack"], opened.layers, strict=True):
            for unit in range(3):
                assert number_at(model, one["number"], step, unit) == float(layer["hidden"][element, unit])
    for one in model["stack"]:
        assert number_at(model, one["number"], -1, 0) == 0
        assert model["scales"][one["number"]] >= 1


def test_one_layer_sends_no_stack_and_no_layer_is_sent_twice() -> None:
    (layer,) = opened_of(layers=1, directions=1).layers
    alone = payload(layer, opened_of().sequence, list(TEXT), 0, say)
    assert (alone["stack"], alone["whence"]) == ([], "")
    assert not set(PLACES) & set(alone["arrays"])
    assert set(PLACES) & set(sent(opened_of(), 1)["arrays"]) == {"l0", "l1", "l1_reverse"}


@pytest.mark.parametrize("place", range(4))
def test_only_the_first_layer_reads_the_numbers_of_the_sequence(place: int) -> None:
    opened = opened_of(sequence="pulse")
    inputs = sent(opened, place)["inputs"]
    if place > 1:
        assert inputs is None
    else:
        assert torch.equal(torch.tensor(inputs), opened.read_by(place).values)


@pytest.mark.each_value
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_an_upper_layer_reads_the_hidden_state_below_in_drawing_and_equations(cell: str, notation: str) -> None:
    first, second = (sent(opened_of(cell), place, notation) for place in (0, 2))
    assert first["input_symbol"] != second["input_symbol"]
    assert "1" in second["input_symbol"]
    for before, after in zip(first["equations"], second["equations"], strict=True):
        assert after["symbols"] == before["symbols"].replace(first["input_symbol"], second["input_symbol"])
        assert (first["input_symbol"] in before["symbols"]) == (f"{{{before['signal']}.input}}" in before["numbers"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_layer_has_a_name_of_its_own(language: str) -> None:
    words = partial(translate, language)
    for directions in (1, 2):
        layers = opened_of(layers=4, directions=directions).layers
        names = [layer_title(layer, layers, words) for layer in layers]
        assert len(set(names)) == len(layers)
        assert all(str(layer.layer + 1) in name for layer, name in zip(layers, names, strict=True))
    assert [name_of(layer) for layer in opened_of().layers] == PLACES
    assert names[3] == ("layer 2, backward" if language == "en" else "2층 역방향")


# The page


@pytest.mark.parametrize("place", range(4))
def test_a_link_opens_each_layer(place: int) -> None:
    app = visit({**LINK, "layer": place, "step": 1, "unit": 2})
    assert told(app) == []
    data, layer = data_of(app), opened_of().layers[place].as_read()
    assert (data["step"], data["unit"]) == (1, 2)
    assert data["stack"][place]["shown"]
    assert same_bits(array_of(data, "hidden")[1:], layer["hidden"])


def test_figure_and_headings_of_a_reverse_layer_are_in_the_order_read() -> None:
    app = visit({**LINK, "layer": 3, "unit": 1})
    layer, figure = opened_of().layers[3], figure_of(app)
    lines = {line["name"]: line for line in figure["data"]}
    assert np.array_equal(numbers_of(lines["hidden state"]["y"]), layer["hidden"][:, 1].flip(0))
    assert list(lines["hidden state"]["customdata"]) == list(TEXT[::-1])
    assert "read from the end" in str(figure["layout"])
    assert [heading.value for heading in app.subheader] == ["The whole sequence, layer 2, backward, unit 1"]
    assert data_of(app)["whence"].startswith("Reads from the end")


def test_the_table_of_a_reverse_layer_begins_with_what_is_read_first() -> None:
    app = visit({**LINK, "layer": 1})
    app.session_state["numbers"] = True
    run(app)
    table = app.table[0].value
    assert list(table.iloc[:, 1]) == list(TEXT[::-1])
    hidden = opened_of().layers[1]["hidden"][:, 0].flip(0)
    assert table["hidden state"].to_numpy() == pytest.approx(hidden.numpy(), abs=1e-6)


@pytest.mark.parametrize(
    ("start", "step", "picked", "lands"),
    [(0, 1, 2, 1), (0, 1, 3, 3), (3, 3, 1, 3), (3, 3, 0, 1), rare(0, -1, 1, -1), (1, -1, 2, -1)],
)
def test_picking_a_layer_keeps_the_element_and_the_unit(start: int, step: int, picked: int, lands: int) -> None:
    app = visit({**LINK, "layer": start, "step": 0})
    opening = data_of(app)["opening"]
    pick(app, picked, step=step, unit=2)
    data = data_of(app)
    assert (data["step"], data["unit"], data["opening"] != opening) == (lands, 2, True)
    link = link_of(app)
    assert (link.get("layer", "0"), link["unit"]) == (str(picked), "2")
    assert link.get("step", str(data["home"])) == str(lands)


def test_the_usual_step_of_a_reverse_layer_stays_out_of_the_link() -> None:
    app = visit({**LINK, "layer": 1})
    assert data_of(app)["step"] == data_of(app)["home"] == STEPS - 1
    rest(app, step=0, unit=0)
    assert link_of(app)["step"] == "0"
    rest(app, step=STEPS - 1, unit=0)
    assert "step" not in link_of(app)


def test_a_layer_that_the_stack_does_not_have_is_named_and_replaced() -> None:
    app = visit({**LINK, "layer": 4})
    assert told(app) == ["layer=4 in the link lies outside this run: 0 to 3, counted from 0."]
    assert data_of(app)["stack"][0]["shown"]


@pytest.mark.parametrize("value", few([0, 5, "x"], 5))
def test_a_stack_too_high_is_named_and_replaced(value: object) -> None:
    app = visit({"weights": "random", "layers": value})
    assert told(app) == [f"layers={value} in the link is not a whole number from 1 to 4."]
    assert data_of(app)["stack"] == []


def test_the_directions_are_chosen_by_name() -> None:
    app = visit({"weights": "random"})
    app.button_group(key="set weights directions").set_value(2)
    run(app)
    assert link_of(app) == {"weights": "random", "directions": "2"}
    assert len(data_of(app)["stack"]) == 2


# What if


def test_a_clamp_on_a_reverse_layer_stands_at_the_steps_at_which_it_is_read() -> None:
    app = visit({**LINK, "layer": 3, "clamp": "forget:0:1-2:0:3", "edit": "0:e"})
    assert told(app) == []
    data = data_of(app)
    (clamp,) = data["whatif"]["clamps"]
    assert (clamp["steps"], clamp["units"], clamp["layer"], data["place"]) == ([2, 3], [0, 0], 3, 3)
    assert array_of(data, "forget")[:, 0].tolist()[2:4] == [0, 0]
    assert (array_of(data, "forget")[[0, 1, 4], 0] > 0).all()
    assert data["whatif"]["edits"] == [{"step": 4, "entry": "e"}]
    assert (data["labels"], data["original"]["reads"]) == (list("edcbe"), list("edcba"))
    was = opened_of().layers[3].as_read()
    assert array_of(data["original"], "hidden")[1:] == pytest.approx(was["hidden"].numpy(), abs=1e-6)


def test_what_is_asked_on_a_reverse_layer_is_linked_by_the_sequences_steps() -> None:
    app = visit({**LINK, "layer": 3, "step": 0})
    clamp = {"signal": "forget", "value": 0, "steps": [2, 3], "units": [0, 0], "layer": 3}
    ask(app, 2, 0, clamps=[clamp], edits=[{"step": 4, "entry": "e"}])
    link = link_of(app)
    assert (link["clamp"], link["edit"], link["step"], link["layer"]) == ("forget:0:1-2:0:3", "0:e", "2", "3")
    assert data_of(app)["whatif"]["clamps"][0]["steps"] == [2, 3]
    pick(app, 0, step=2, unit=0)
    assert link_of(app)["clamp"] == "forget:0:1-2:0:3", "another layer is looked at, the run is the same"
    assert data_of(app)["whatif"]["clamps"][0]["steps"] == [1, 2]


def test_a_clamp_on_a_place_goes_when_places_mean_other_layers() -> None:
    scene = scene_of(weights="random", layers=2).with_own(clamp=(Clamp("forget", 0, layer=1), Clamp("input", 1)))
    assert STEP.own_of(changed(scene, directions=2)).clamp == (Clamp("input", 1),)
    assert STEP.own_of(changed(scene, layers=3)).clamp == STEP.own_of(scene).clamp


# Symbols


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_the_page_is_written_in_the_chosen_symbols(cell: str, notation: str, language: str) -> None:
    app = visit({"cell": cell, "notation": notation, "lang": language})
    assert told(app) == []
    data, chosen = data_of(app), CELLS[cell].notations[notation]
    names = tuple(signal.name for signal in CELLS[cell].shown)
    assert [signal["name"] for signal in data["signals"]] == chosen.arranged(names)
    assert [equation["signal"] for equation in data["equations"]] == chosen.arranged(names)
    shown = {equation.signal: equation.symbols(chosen) for equation in CELLS[cell].equations}
    assert {equation["signal"]: equation["symbols"] for equation in data["equations"]} == shown
    captions = " ".join(caption.value for caption in app.caption).replace("\\", "")
    assert translate(language, chosen.remark) in captions
    assert chosen.source in captions
    for signal in data["signals"]:
        assert signal["mark"] == translate(language, chosen.marks.get(signal["name"], ""))


def test_choosing_symbols_changes_the_link_and_keeps_the_place_and_the_numbers() -> None:
    app = visit({"cell": "gru", "weights": "random", "step": 3, "unit": 2})
    before = data_of(app)
    app.button(key="notation-keras").click()
    run(app)
    after = data_of(app)
    assert link_of(app) == {"cell": "gru", "weights": "random", "step": "3", "unit": "2", "notation": "keras"}
    assert after["opening"] == before["opening"], "the stepper stays where its reader is"
    assert (after["blob"], after["arrays"]) == (before["blob"], before["arrays"])
    assert after["signals"] != before["signals"]
    app.button(key="notation-short").click()
    run(app)
    assert "notation" not in link_of(app)
    assert data_of(app) == before


def test_the_weights_of_the_drawing_bear_the_authors_names() -> None:
    """Goodfellow's U reads and W remembers, the other way round than in most lectures."""

    def nodes(notation: str) -> list[str]:
        app = visit({"cell": "rnn", "notation": notation})
        return [node["text"] for node in data_of(app)["drawing"]["nodes"]]

    assert nodes("short") == ["U", "W", "b", "+"]
    assert nodes("pytorch") == ["W_{hh}", "W_{ih}", "b", "+"]
    assert nodes("paper") == ["W", "U", "b", "+"]
