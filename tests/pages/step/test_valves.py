"""The table of valves: what the browser shows while a valve is dragged is what letting it go gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cells import CELLS, Clamp
from cells.inputs.edit import Edit
from cells.tracing.sweep import GATE_VALUES
from pages.shared.scene.scene import Scene
from pages.shared.scene.what_if_link import MOST, write_clamps
from pages.shared.stepper.payload import payload
from pages.step.kind import STEP
from pages.step.results import open_with_what_if
from pages.step.valves import table_of_valves
from tests.checking.sampling import few, rare
from tests.pages.arrays import floats_of, number_at
from tests.pages.scenes import scene_of
from tests.pages.visit import ask, data_of, link_of, pick, rest, told, visit

VALVES = [
    (key, gate) for key, cell in CELLS.items() for gate in dict.fromkeys(valve.box for valve in cell.drawing.valves)
]
each_valve = pytest.mark.parametrize(
    ("cell", "gate"), few(VALVES, ("lstm", "forget"), ("gru", "update"), ("lstm-coupled", "input"), ("mgu", "forget"))
)
Asked = Callable[[float], tuple[Clamp, ...]]


def number_in(table: dict[str, Any], gate: str, name: str, index: int) -> float | None:
    """Return a number as hand.js finds it, None where it stays as it is."""
    if name not in table["gates"][gate]:
        return None
    offset, count = table["gates"][gate][name]
    return float(floats_of(table)[offset + (0 if count == 1 else index)])


def jumps_nowhere(scene: Scene, gate: str, step: int, asked: Asked) -> None:
    """Expect the table of a step to have what the stepper is sent once the valve is let go, every signal bit for bit.

    asked: the clamps that the browser then asks for at a value.
    """
    _, run, problems = open_with_what_if(scene)
    assert problems == []
    table = table_of_valves(run, STEP.own_of(scene).clamp, scene.layer, step, scene.unit, "run")
    assert table is not None
    for index in (0, 17, 64):
        _, then, problems = open_with_what_if(scene.with_own(clamp=asked(GATE_VALUES[index])))
        assert problems == []
        layer, sequence = then.layers[scene.layer].as_read(), then.read_by(scene.layer)
        for name in layer:
            assert number_in(table, gate, name, index) == float(layer[name][step, scene.unit]), name
        sent = payload(layer, sequence, list(sequence.labels), scene.unit, lambda text, **values: text)
        for name in sent["arrays"]:
            expected = number_at(sent, name, step, scene.unit)
            assert number_in(table, gate, name, index) == pytest.approx(expected, rel=1e-5, abs=1e-6), name
        for name in layer if step else ():
            before = number_in(table, gate, f"{name}.before", index)
            assert before in (None, float(layer[name][step - 1, scene.unit])), name


@each_valve
@pytest.mark.parametrize("step", [0, rare(1), 9, rare(23)])
@pytest.mark.parametrize("precision", ["single", rare("double")])
def test_nothing_jumps_where_nothing_is_held(cell: str, gate: str, step: int, precision: str) -> None:
    scene = replace(scene_of(cell, "pulse", "random", units=4), unit=3, precision=precision)
    jumps_nowhere(scene, gate, step, lambda value: (Clamp(gate, value, 3, step),))


@each_valve
@pytest.mark.parametrize("weights", [rare("random"), "latch"])
def test_nothing_jumps_where_a_clamp_stands_among_others_and_an_input_is_changed(
    cell: str, gate: str, weights: str
) -> None:
    def clamps(value: float) -> tuple[Clamp, ...]:
        stands = Clamp(gate, value, None, range(3, 12))
        return Clamp("hidden", 0.4, 0, 5), Clamp(gate, 0.9, 0, 8), stands, Clamp("candidate", 0.3, None, range(7))

    scene = scene_of(cell, "pulse", weights).with_own(clamp=clamps(0.5), edit=(Edit(4, "-1/0.5"),))
    for step in (3, 9, 11):
        jumps_nowhere(scene, gate, step, clamps)
    one_unit = None if weights == "latch" else 0  # which has no other
    jumps_nowhere(scene, gate, 12, lambda value: (*clamps(0.5), Clamp(gate, value, one_unit, 12)))


@each_valve
@pytest.mark.parametrize("layer", [0, 1, rare(2), rare(3)])
@pytest.mark.parametrize("of", [rare("all layers"), "its own"])
def test_nothing_jumps_in_a_stack_that_reads_both_ways(cell: str, gate: str, layer: int, of: str) -> None:
    scene = replace(scene_of(cell, "pulse", "random", units=3, layers=2, directions=2, length=9), layer=layer, unit=1)

    def standing(value: float) -> tuple[Clamp, ...]:
        return Clamp("hidden", -0.3, 2, 6), Clamp(gate, value, None, range(2, 6), None if of == "all layers" else layer)

    jumps_nowhere(scene.with_own(clamp=standing(0.2)), gate, 4, standing)
    given = 1 if layer % 2 else 7
    jumps_nowhere(scene, gate, 7, lambda value: (Clamp(gate, value, 1, given, layer),))


# The page


def laid_out(app: AppTest) -> dict[str, Any] | None:
    """Return the table that lies in the page."""
    table: dict[str, Any] | None = json.loads(app.get_by_key("valve-table").proto.json)["table"]
    return table


def test_the_table_follows_the_reader_and_names_its_place() -> None:
    app = visit({"cell": "gru", "weights": "random", "units": 4, "layers": 2})
    first = laid_out(app)
    assert first
    assert (first["run"], first["step"], first["unit"]) == (data_of(app)["id"], data_of(app)["step"], 0)
    assert set(first["gates"]) == {"update", "reset"}
    assert first["first"] == dict.fromkeys(first["gates"], first["step"])
    app = rest(app, step=5, unit=2)
    moved = laid_out(app)
    assert moved
    assert (moved["run"], moved["step"], moved["unit"]) == (first["run"], 5, 2)
    app = pick(app, layer=1, step=5, unit=2)
    upper = laid_out(app)
    assert upper
    assert upper["run"] == data_of(app)["id"] != first["run"]
    assert laid_out(rest(app, step=-1, unit=2)) is None, "nothing follows before the first step"
    assert laid_out(visit({"cell": "rnn"})) is None, "no valves"


def test_a_table_is_some_kilobytes_however_large_the_run() -> None:
    table = laid_out(visit({"weights": "random", "units": 128, "length": 300, "step": 299}))
    assert table
    assert len(json.dumps(table)) < 20_000


def test_a_clamp_that_has_held_for_long_is_not_swept() -> None:
    query = {"length": 300, "clamp": "forget:0.5", "step": 100}
    table = laid_out(visit(query))
    assert table
    assert set(table["gates"]) == {"forget", "input", "output"}
    assert table["first"] == {"forget": 0, "input": 100, "output": 100}
    table = laid_out(visit({**query, "step": 200}))
    assert table
    assert set(table["gates"]) == {"input", "output"}


def test_a_valve_that_cannot_be_held_any_more_goes_back() -> None:
    clamps = [Clamp("forget", 0.5, steps=step % 20) for step in range(MOST)]
    app = visit({"clamp": write_clamps(clamps), "step": 21})
    assert laid_out(app) is None
    opening = data_of(app)["opening"]
    asked = [{"signal": "forget", "value": 0.0, "steps": [21, 21], "units": None}] * (MOST + 1)
    app = ask(app, step=22, unit=0, clamps=asked, in_hand=True)
    assert str(MOST) in told(app)[0]
    assert data_of(app)["opening"] == opening + 1
    assert data_of(app)["step"] == 22
    assert link_of(app)["clamp"] == write_clamps(clamps)
