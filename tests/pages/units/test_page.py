"""The units page run through the app's entry point without a browser: its numbers, words, choices and way on."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from cells import CELLS, trace
from cells.sequences import SEQUENCES
from cells.tracing.layer_trace import LayerTrace
from cells.weights import WEIGHTS
from pages.shared.scene.link import read_link
from pages.shared.scene.registry import KINDS
from pages.shared.words.catalogue import translate
from tests.cells.checkpoints.saved import as_pt
from tests.checking.sampling import few, rare
from tests.pages.model.uploads import speller, step_through, upload
from tests.pages.scenes import FITTING, LANGUAGES, MOSTLY_ENGLISH, SOME_CELLS
from tests.pages.units.looks import rows, words
from tests.pages.visit import bare_marks, data_of, layer_of, link_of, numbers_of, run, told, turn_to, visit

WIDE = {"input": "text", "weights": "random", "units": 4, "seed": 2, "text": "a rose is a rose"}
OF_EACH = {weights: (cell, sequence, weights) for cell, sequence, weights in FITTING}


def units(query: dict[str, Any] | None = None) -> AppTest:
    return visit(query, page="units")


def figure(app: AppTest, name: str) -> list[dict[str, Any]]:
    """Return the traces of a figure; its key names the layer and the unit, too."""
    charts = [one for one in app.get("plotly_chart") if f"-{name}-" in one.proto.id]
    (chart,) = charts
    data: list[dict[str, Any]] = json.loads(chart.proto.spec)["data"]
    return data


def steps_named(app: AppTest) -> list[int]:
    return [int((button.key or "").removeprefix("strong-")) for button in app.button if "strong-" in (button.key or "")]


def counted(layer: LayerTrace, gate: str, bound: str) -> NDArray[np.floating]:
    """Count in NumPy the share of steps at an end, unit by unit."""
    values = layer[gate].numpy()
    ends: NDArray[np.floating] = np.mean(values < 0.1 if bound == "left" else values > 0.9, axis=0)
    return ends


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_cell_shows_what_numpy_counts(cell: str, language: str) -> None:
    app = units({**WIDE, "cell": cell, "gain": 3, "unit": 2, "lang": language})
    assert told(app) == []
    scene, _ = read_link(link_of(app), LANGUAGES, "units")
    layer = layer_of(scene)
    gates = [signal for signal in CELLS[cell].shown if signal.kind == "gate"]
    if not gates:
        assert app.get("plotly_chart") == []
        assert "no gates" in words(app) or "게이트가 없습니다" in words(app)
    else:
        panels = figure(app, "saturation")
        assert len(panels) == 3 * len(gates)
        for panel, gate in enumerate(gates):
            dots = panels[3 * panel + 1]
            assert dots["name"] == translate(language, gate.title)
            assert numbers_of(dots["x"]) == pytest.approx(counted(layer, gate.name, "right"))
            assert numbers_of(dots["y"]) == pytest.approx(counted(layer, gate.name, "left"))
        kept = layer.kept()
        assert kept is not None
        means = np.mean(kept.numpy().astype(float), axis=0)
        spans = figure(app, "spans")[0]
        found = dict(zip((unit for unit, _ in spans["customdata"]), numbers_of(spans["y"]), strict=True))
        for unit, mean in enumerate(means):
            if mean < 1:
                assert found[unit] == pytest.approx(-1 / math.log(mean), rel=1e-5)
    memory = layer["cell" if "cell" in layer else "hidden"].numpy()[:, 2]
    strongest = np.abs(memory)[steps_named(app)]
    assert len(strongest) == 8
    assert list(strongest) == sorted(np.abs(memory), reverse=True)[:8]


@pytest.mark.parametrize(
    ("cell", "sequence", "weights"), few(OF_EACH.values(), OF_EACH["latch"], OF_EACH["random"], OF_EACH["trained-poem"])
)
def test_all_weights_are_shown_the_gallerys_too(cell: str, sequence: str, weights: str) -> None:
    app = units({"cell": cell, "input": sequence, "weights": weights})
    assert told(app) == []
    steps, most = len(SEQUENCES[sequence].make().labels), 5 if weights.startswith("trained") else 8
    assert len(rows(app)) == min(most, steps)


def test_a_first_visit_shows_the_trained_rhyme() -> None:
    app = units()
    assert (link_of(app), told(app)) == ({}, [])
    xs = SEQUENCES["rhyme"].make().values
    layer = trace(WEIGHTS["trained-rhyme"].make("lstm", xs.shape[1]), xs)[0]
    assert numbers_of(figure(app, "saturation")[1]["x"]) == pytest.approx(counted(layer, "forget", "right"))


@pytest.mark.parametrize(
    ("cell", "keeps"),
    [rare("lstm", "right nearly always keeps"), ("gru", "right nearly"), ("mgu", "high up nearly always")],
)
def test_what_is_to_be_read_follows_the_gate_that_keeps(cell: str, keeps: str) -> None:
    gate = "update gate" if cell == "gru" else "forget gate"
    assert keeps in words(units({**WIDE, "cell": cell}))
    assert f"A unit whose {gate} stands" in words(units({**WIDE, "cell": cell}))


def test_a_cell_that_never_forgets_remembers_without_end() -> None:
    app = units({**WIDE, "cell": "lstm-no-forget-gate"})
    spans = figure(app, "spans")[0]
    assert [text for _, text in spans["customdata"]] == ["∞"] * 4
    assert set(spans["marker"]["symbol"]) == {"triangle-up"}
    assert "It remembers for ∞ steps" in words(app)


def test_the_unit_is_chosen_and_ringed_and_its_numbers_are_told() -> None:
    app = units(WIDE)
    app.number_input(key="choose unit").set_value(3)
    run(app)
    assert link_of(app)["unit"] == "3"
    dots, ring = figure(app, "saturation")[1:3]
    assert (ring["x"], ring["y"]) == ([numbers_of(dots["x"])[3]], [numbers_of(dots["y"])[3]])
    assert "**Where unit 3 is strongest**" in words(app)
    assert app.number_input(key="choose unit").max == 3


def test_a_text_stands_around_its_label_and_is_never_markup() -> None:
    text = "*a* [b](http://x.y) `c` $d$ :red[e] <b>f</b> \\] #"
    app = units({**WIDE, "text": text})
    assert len(rows(app)) == 8
    for row in rows(app):
        head, value, context = row.split(" · ")
        before, rest = context.split(":blue-background[**")
        label, after = rest.split("**]")
        assert bare_marks(before + label + after) == []
        assert head.startswith("step ")
        assert value.startswith("**")
    step = steps_named(app)[0]
    plain = rows(app)[0].split(" · ")[2].replace(":blue-background[**", "").replace("**]", "").replace("\\", "")
    shown = text.replace(" ", "␣").replace("\\", "")
    assert plain.replace("\u2060", "") in shown
    assert f"step {step + 1} · " in rows(app)[0]


def test_numbers_stand_alone() -> None:
    app = units({"input": "numbers", "numbers": "0.5, 12, 3"})
    assert sorted(row.split(":blue-background")[1] for row in rows(app)) == ["[**0\\.5**]", "[**12**]", "[**3**]"]


def test_a_click_on_a_row_steps_through_the_same_run_at_that_step_and_unit() -> None:
    app = visit({"cell": "gru", "clamp": "update=0", "input": "text"})
    app = turn_to(app, "units")
    app.query_params.update(
        {name: str(value) for name, value in WIDE.items()} | {"unit": "1", "layers": "2", "layer": "1"}
    )
    run(app)
    label, step = rows(app)[0], steps_named(app)[0]
    app.button(key=f"strong-{step}").click()
    run(app)
    app.switch_page(KINDS["step"].script)  # AppTest does not notice that the script has turned the page
    run(app)
    data = data_of(app)
    assert told(app) == []
    assert (data["page"], data["cell"], data["step"], data["unit"]) == ("step", "gru", step, 1)
    assert (link_of(app)["layer"], "clamp" in link_of(app)) == ("1", False)
    scene, _ = read_link(link_of(app), LANGUAGES, "step")
    assert f"{data['step'] + 1} · " in label
    assert scene.settings["layers"] == 2


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_layers_are_chosen_in_words_and_one_that_reads_from_the_end_counts_as_it_reads(language: str) -> None:
    app = units({**WIDE, "layers": 2, "directions": 2, "lang": language})
    menu = app.selectbox(key="choose layer")
    assert len(menu.options) == 4
    assert menu.options[3] == translate(language, "layer {layer}, backward", layer=2)
    menu.select_index(3)
    run(app)
    assert (link_of(app)["layer"], told(app)) == ("3", [])
    module = WEIGHTS["random"].make("lstm", 7, units=4, seed=2, layers=2, directions=2)
    layer = trace(module, SEQUENCES["text"].make(text=WIDE["text"]).values)[3]
    assert numbers_of(figure(app, "saturation")[1]["x"]) == pytest.approx(counted(layer, "forget", "right"))
    memory = np.abs(layer["cell"].numpy()[::-1, 0])
    assert list(memory[steps_named(app)]) == sorted(memory, reverse=True)[:8]


def test_a_visitors_own_stack_is_shown_layer_by_layer() -> None:
    app = turn_to(step_through(upload(as_pt(speller(layers=2).state_dict()))), "units")
    assert told(app) == []
    assert app.selectbox(key="choose layer").options == ["layer 1", "layer 2"]
    app.selectbox(key="choose layer").select_index(1)
    run(app)
    assert link_of(app)["layer"] == "1"
    assert len(rows(app)) == 5


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_one_step_and_one_unit_are_enough(cell: str) -> None:
    app = units({"cell": cell, "input": "text", "text": "a", "units": 1})
    assert told(app) == []
    assert steps_named(app) == [0]
    assert app.number_input(key="choose unit").disabled


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_what_is_beyond_every_number_is_told(language: str) -> None:
    numbers = ",".join(["3e38", "-3e38"] * 4)
    app = units({"cell": "rnn-relu", "input": "numbers", "numbers": numbers, "gain": 3, "lang": language})
    assert len(told(app)) == 1
    assert "8" in told(app)[0]


def test_long_and_wide_runs_are_shown_whole() -> None:
    app = units({"input": "text", "text": "ab" * 1000, "units": 256, "unit": 255})
    assert told(app) == []
    assert len(figure(app, "saturation")[1]["customdata"]) == 256
    assert len(rows(app)) == 8
