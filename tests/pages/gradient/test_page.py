"""The gradient page run through the app's entry point without a browser: its numbers are those of the cells."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest
from torch import Tensor

from cells import (
    CELLS,
    ReadAt,
    ReadEnds,
    first_state,
    gradient_flow,
    gradient_flows,
    half_life,
    highway,
    measured_influence,
    recurrent_strength,
    with_chrono_biases,
    with_forget_bias,
)
from cells.core.stepwise import Recurrent
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.gradient.results import MOST_MAPPED
from pages.shared.words.catalogue import translate
from pages.shared.words.numbers import format_share, format_size
from tests.checking.sampling import few, rare
from tests.pages.gradient.payloads import gradient_payload
from tests.pages.scenes import LANGUAGES, MOSTLY_ENGLISH, SOME_CELLS, SOME_SEQUENCES
from tests.pages.visit import data_of, link_of, numbers_of, panes_of, run, told, visit

PAGE = "gradient"
EXACT = 1e-5  # of a logarithm; the page rounds to six digits
BASES = [key for key in CELLS if key != "lstm"]


def chart(app: AppTest, key: str) -> dict[str, Any]:
    """Return a figure below the stepper as Plotly has it."""
    figure: dict[str, Any] = json.loads(app.get_by_key(key).proto.spec)
    return figure


def random_module(cell: str, xs: Tensor, units: int = 8, seed: int = 0) -> Recurrent:
    """Return the random module of a scene whose gates begin as chrono says."""
    module = WEIGHTS["random"].make(cell, xs.shape[1], units=units, seed=seed)
    return module if CELLS[cell].memory is None else chrono(module, len(xs), seed)


def chrono(module: Recurrent, steps: int, seed: int) -> Recurrent:
    try:
        return with_chrono_biases(module, steps, seed)
    except ValueError:  # no gate of its own
        return module


def assert_log10(shown: list[float | None], log10: Tensor) -> None:
    """Assert that the page shows these logarithms, and no number where these are none."""
    found = np.array([math.nan if value is None else value for value in shown])
    expected = torch.where(log10.isfinite(), log10, torch.nan).numpy()
    assert np.allclose(found, expected, atol=EXACT, equal_nan=True)


def markdown(app: AppTest) -> str:
    return "\n".join(block.value for block in app.markdown)


# What is first seen


def test_a_first_visit_tells_at_once_that_the_rnn_forgets_and_the_lstm_does_not() -> None:
    app = visit(page=PAGE)
    assert told(app) == []
    assert link_of(app) == {}
    assert [pane["cell"] for pane in panes_of(app)] == ["rnn", "lstm", "gru"]
    assert (data_of(app)["step"], gradient_payload(app)["read"]) == (89, 99)
    rnn, lstm, gru = (gradient_payload(app, index) for index in range(3))
    assert (rnn["shares"][90], lstm["shares"][90], gru["shares"][90]) == ("0.17 %", "78 %", "60 %")
    assert (rnn["half"], lstm["half"]) == ("halves every 1.5 steps", "halves every 41 steps")
    assert rnn["radius"] == "spectral radius 1.00"
    table = app.table[0].value
    assert table["RNN"].iloc[0] == "2.9·10⁻⁵"
    assert table["LSTM"].iloc[0] == "62 %"


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_what_is_left_and_the_highway_are_those_of_the_cells(cell: str) -> None:
    other = "rnn" if cell != "rnn" else "lstm"
    xs = SEQUENCES["bit"].make(length=30).values
    app = visit({"cells": f"{cell},{other}", "length": 30, "read_at": 24, "units": 5, "seed": 3}, page=PAGE)
    module, page = random_module(cell, xs, 5, 3), gradient_payload(app)
    flow, memory = gradient_flow(module, xs, ReadAt(24)), CELLS[cell].memory
    state = memory.state if memory else "hidden"
    log10 = torch.cat([flow.first_norms[state].log10.reshape(1), flow.norms[state].log10])
    assert_log10(page["left"], log10 - log10[25])
    assert page["shares"][25] == "100 %"
    assert page["half"].startswith("halves" if half_life(10 ** log10[:26].flip(0)) > 0 else "doubles")
    assert (page["way"] is None) == (memory is None)
    if memory:
        way = highway(module, xs, at=24)
        for line in page["way"]["lines"]:
            expected = getattr(way, line["key"]).log10 - math.log10(5) / 2
            assert_log10(line["left"][1:26], expected[:25])
            assert line["left"][26:] == [None] * 5
            assert line["sizes"][10] == format_size(float(expected[9]))


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sequence", SOME_SEQUENCES)
def test_every_sequence_has_a_gradient_in_every_base_cell(sequence: str, language: str) -> None:
    app = visit({"input": sequence, "lang": language}, page=PAGE)
    assert gradient_payload(app)["read"] == len(panes_of(app)[0]["labels"]) - 1
    assert chart(app, "influence")["data"]
    assert chart(app, "shares")["data"]
    assert (
        translate(language, "halves every {steps} steps", steps="§").split("§")[1] in gradient_payload(app, 1)["half"]
    )


# Stacks


@pytest.mark.each_value
@pytest.mark.parametrize("residual", [0, 1])
@pytest.mark.parametrize("directions", [1, 2])
def test_how_much_reaches_the_lowest_layer_is_said_and_is_what_is_left_there(directions: int, residual: int) -> None:
    settings = {"layers": 3, "directions": directions, "residual": residual, "length": 20}
    app = visit(settings, page=PAGE)
    assert told(app) == []
    xs = SEQUENCES["bit"].make(length=20).values
    sizes = {name: value for name, value in settings.items() if name != "length"}
    module = chrono(WEIGHTS["random"].make("lstm", 2, **sizes), 20, 0)
    flows = gradient_flows(module, xs, ReadEnds() if directions == 2 else ReadAt(19))
    norms = [flow.norms["cell"].log10 for flow in flows]
    top = torch.stack([10 ** norm[19] for norm in norms[-directions:]]).norm().log10()
    page, column = gradient_payload(app, 1), app.table[0].value["LSTM"]
    assert page["name"] == "LSTM, lowest layer"
    assert (page["half"] == "no half-life") == (directions == 2)
    assert_log10(page["left"][1:], norms[0] - top)
    written = [format_share(float(norm[at] - top)) for norm in reversed(norms) for at in (19, 0)]
    assert column.iloc[-6 * directions :].tolist() == written
    (sentence,) = [line.value for line in app.markdown if line.value.startswith("LSTM: of the gradient")]
    assert f"{written[-2]} at " in sentence
    assert f"{written[-1]} at its first" in sentence


# The controls


@pytest.mark.parametrize("bias", few([-2.0, 0.0, 3.5], -2.0, 0.0))
def test_all_keeping_gates_get_the_chosen_bias(bias: float) -> None:
    app = visit({"biases": f"forget:{bias:g}", "cells": "lstm,gru", "length": 40}, page=PAGE)
    xs = SEQUENCES["bit"].make(length=40).values
    for index, cell in enumerate(("lstm", "gru")):
        module = with_forget_bias(WEIGHTS["random"].make(cell, 2), bias)
        state = CELLS[cell].memory.state  # type: ignore[union-attr]
        log10 = gradient_flow(module, xs, ReadAt(39)).norms[state].log10
        assert_log10(gradient_payload(app, index)["left"][1:], log10 - log10[39])
    assert app.slider(key="set bias").value == bias


def test_biases_are_chosen_and_the_weights_own_bias_has_its_slider_here() -> None:
    app = visit({"length": 40}, page=PAGE)
    kinds = app.button_group(key="choose biases")
    assert kinds.value == "chrono"
    kinds.set_value("forget")
    assert link_of(run(app)) == {"length": "40", "biases": "forget:1"}
    app.slider(key="set bias").set_value(2.0)
    assert link_of(run(app)) == {"length": "40", "biases": "forget:2"}
    assert "half-life of 5.46 steps" in "\n".join(caption.value for caption in app.caption)
    app.button_group(key="choose biases").set_value("as-they-are")
    run(app)
    assert [slider.key for slider in app.slider if "forget_bias" in str(slider.key)] == ["set biases forget_bias"]
    app.slider(key="set biases forget_bias").set_value(4.0)
    assert link_of(run(app)) == {"length": "40", "biases": "as-they-are", "forget_bias": "4.0"}
    xs = SEQUENCES["bit"].make(length=40).values
    log10 = gradient_flow(WEIGHTS["random"].make("lstm", 2, forget_bias=4.0), xs, ReadAt(39)).norms["cell"].log10
    assert_log10(gradient_payload(app, 1)["left"][1:], log10 - log10[39])


def test_hand_wired_weights_keep_the_biases_of_their_wiring() -> None:
    app = visit({"weights": "latch", "length": 40}, page=PAGE)
    xs = SEQUENCES["bit"].make(length=40).values
    log10 = gradient_flow(WEIGHTS["latch"].make("lstm", 2), xs, ReadAt(39)).norms["cell"].log10
    assert_log10(gradient_payload(app, 1)["left"][1:], log10 - log10[39])
    assert app.button_group(key="choose biases").disabled


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_cells_that_the_chosen_weights_do_not_fit_are_named(language: str) -> None:
    template = "Random weights in {cells}: “{weights}” does not fit there."
    app = visit({"cells": "rnn,lstm,gru", "input": "anbn", "weights": "counter", "lang": language}, page=PAGE)
    cells, weights = translate(language, "RNN") + ", " + translate(language, "GRU"), translate(language, "counter")
    assert translate(language, template, cells=cells, weights=weights) in [line.value for line in app.markdown]
    fitting = visit({"weights": "random", "length": 20, "lang": language}, page=PAGE)
    assert not [line.value for line in fitting.markdown if "“" in line.value]


def test_where_the_loss_is_read_how_far_it_goes_and_to_what_it_is_clipped_go_into_the_link() -> None:
    app = visit({"length": 40}, page=PAGE)
    app.slider(key="set read_at").set_value(30)
    assert link_of(run(app)) == {"length": "40", "read_at": "29"}
    assert (gradient_payload(app)["read"], data_of(app)["step"]) == (29, 19)
    app.slider(key="set truncate").set_value(15)
    assert link_of(run(app))["truncate"] == "15"
    left = gradient_payload(app, 1)["left"]
    assert left[30 - 14] is not None
    assert left[30 - 15] is None, "nothing goes back further"
    app.select_slider(key="set clip").set_value(0.1)
    assert link_of(run(app))["clip"] == "0.1"
    xs = SEQUENCES["bit"].make(length=40).values
    flow = gradient_flow(random_module("rnn", xs), xs, 29, truncate=15, clip=0.1)
    column = app.table[0].value["RNN"]
    assert float(column.iloc[5]) == pytest.approx(flow.scale, rel=1e-3)
    app.slider(key="set read_at").set_value(40)
    app.slider(key="set truncate").set_value(40)
    app.select_slider(key="set clip").set_value(0.0)
    assert link_of(run(app)) == {"length": "40"}


def test_relu_stands_in_for_tanh_and_back() -> None:
    app = visit({"length": 20}, page=PAGE)
    app.button_group(key="choose squashing").set_value("rnn-relu")
    assert link_of(run(app)) == {"length": "20", "cells": "rnn-relu,lstm,gru"}
    app.button_group(key="choose squashing").set_value("rnn")
    assert link_of(run(app)) == {"length": "20"}


@pytest.mark.parametrize(("gain", "words"), [(0.9, "below 1: the gradient must vanish"), (1.2, "not below 1")])
def test_the_sufficient_condition_is_told_with_its_number(gain: float, words: str) -> None:
    app = visit({"gain": gain, "length": 20}, page=PAGE)
    strength = recurrent_strength(WEIGHTS["random"].make("rnn", 2, gain=gain))["hidden"]
    assert f"is {strength.norm:.2f}, {words}" in markdown(app)
    assert gradient_payload(app)["radius"] == f"spectral radius {strength.radius:.2f}"


@pytest.mark.parametrize("kind", ["given", "learned"])
def test_another_first_state_changes_the_run_and_the_loss_is_told_beside_that_from_zero(kind: str) -> None:
    app = visit({"first_state": kind, "length": 20}, page=PAGE)
    xs = SEQUENCES["bit"].make(length=20).values
    module = random_module("lstm", xs)
    flow = gradient_flow(module, xs, ReadAt(19), first_state(module, xs, kind, 19))
    log10 = flow.norms["cell"].log10
    assert_log10(gradient_payload(app, 1)["left"][1:], log10 - log10[19])
    zero = float(gradient_flow(module, xs, ReadAt(19)).loss)
    assert f"LSTM {zero:.4g} → {float(flow.loss):.4g}" in markdown(app)


def test_a_learned_first_state_lowers_the_lstms_loss_and_leaves_the_rnns() -> None:
    table = {kind: visit({"first_state": kind}, page=PAGE).table[0].value.iloc[3] for kind in ("zero", "learned")}
    assert table["zero"]["RNN"] == table["learned"]["RNN"]
    assert float(table["learned"]["LSTM"]) < float(table["zero"]["LSTM"])


# Figures below


def influence_map(figure: dict[str, Any], index: int) -> NDArray[np.floating]:
    """Return one cell's influence map, (T, T)."""
    z = figure["data"][index]["z"]
    flat = numbers_of(z).astype(np.float64)
    shape = [int(side) for side in z["shape"].split(",")] if isinstance(z, dict) else flat.shape
    return flat.reshape(shape)


def test_the_influence_map_is_that_of_the_cells() -> None:
    app = visit({"length": 40, "units": 4}, page=PAGE)
    xs = SEQUENCES["bit"].make(length=40).values
    for index, cell in enumerate(("rnn", "lstm", "gru")):
        expected = measured_influence(random_module(cell, xs, 4), xs).log10.numpy()
        lower = np.tril_indices(40)
        found = influence_map(chart(app, "influence"), index)
        assert np.allclose(found[lower], expected[lower], atol=1e-4, equal_nan=True)
        assert np.isnan(found[np.triu_indices(40, 1)]).all()
    assert "are mapped" not in "\n".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("cell", [rare("rnn"), "lstm-full-gate-recurrence"])
def test_a_long_map_is_a_section_up_to_the_loss_and_says_so(cell: str) -> None:
    app = visit({"length": 250, "read_at": 239, "units": 3, "cells": f"{cell},gru"}, page=PAGE)
    assert "Steps 41–240 of 250 are mapped" in "\n".join(caption.value for caption in app.caption)
    xs = SEQUENCES["bit"].make(length=250).values
    whole = measured_influence(random_module(cell, xs, 3), xs).log10.numpy()[40:240, 40:240]
    found = influence_map(chart(app, "influence"), 0)
    assert found.shape == (MOST_MAPPED, MOST_MAPPED)
    lower = np.tril_indices(MOST_MAPPED)
    shown = np.isfinite(found[lower])
    assert np.allclose(found[lower][shown], whole[lower][shown], atol=1e-3)
    assert numbers_of(chart(app, "influence")["data"][0]["x"])[0] == 41


@pytest.mark.each_value
@pytest.mark.parametrize("source", ["h2", "x1", "b"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_bars_add_up_to_the_weights_gradient(cell: str, source: str) -> None:
    gate = CELLS[cell].gates[-1]
    app = visit({"weight": f"{cell}:{gate}:{source}", "unit": 3, "length": 30}, page=PAGE)
    assert told(app) == []
    xs = SEQUENCES["bit"].make(length=30).values
    module = random_module(cell, xs).requires_grad_(True)
    module(xs)[0][29].square().sum().backward()
    row = CELLS[cell].gates.index(gate) * 8 + 3
    name = {"h": "weight_hh_l0", "x": "weight_ih_l0", "b": "bias_ih_l0"}[source[0]]
    gradient = module.get_parameter(name).grad
    assert gradient is not None
    total = float(gradient[row] if source == "b" else gradient[row, int(source[1:])])
    bars = numbers_of(chart(app, "shares")["data"][0]["y"])
    assert len(bars) == 30
    assert float(np.nansum(bars)) == pytest.approx(total, rel=1e-4, abs=1e-9)
    written = markdown(app).split("its gradient: **")[1].split("**")[0].replace("−", "-")
    if "·" not in written:
        assert float(written) == pytest.approx(total, rel=1e-3)


def test_a_weight_is_chosen_part_by_part() -> None:
    app = visit({"length": 20}, page=PAGE)
    assert app.selectbox(key="weight gate").value == "forget"
    app.selectbox(key="weight gate").set_value("input")
    assert link_of(run(app))["weight"] == "lstm:input:h0"
    app.selectbox(key="weight source").set_value("x1")
    assert link_of(run(app))["weight"] == "lstm:input:x1"
    app.selectbox(key="weight cell").set_value("rnn")
    assert link_of(run(app))["weight"] == "rnn:hidden:h0"
    app.selectbox(key="weight unit").set_value(5)
    run(app)
    assert (link_of(app)["unit"], data_of(app)["unit"]) == ("5", 5)


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_the_known_numbers_are_reproduced_in_a_table(language: str) -> None:
    app = visit({"lang": language, "length": 10}, page=PAGE)
    app.session_state["fading"] = True
    table = run(app).table[1].value
    each, left, half = (table.iloc[:, column].tolist() for column in range(3))
    assert each == ["0.5000", "0.7311", "0.8808", "0.9900", "0.9000", "1.1000"]
    assert left[-2:] == ["0.005154", "117.4"]
    assert half[:4] == ["1.00", "2.21", "5.46", "68.96"]
