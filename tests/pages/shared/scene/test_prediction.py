"""A shipped model says at each step what it predicts: what plain PyTorch makes of its file's weights, and no more.

Axes: T time steps, O outputs.
"""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from cells import TASKS, InputError, load_trained
from cells.export import FORMATS, labelled_trace
from cells.inputs.edit import Edit
from cells.sequences import Sequence
from cells.weights import TRAINED
from pages.shared.offline.panes import offline_run
from pages.shared.scene.prediction import prediction_of, prediction_payload
from pages.shared.scene.run import TracedRun, open_scene
from pages.step.results import open_with_what_if
from tests import ROOT
from tests.cells.shipped.shown import SHOWN
from tests.pages.scenes import scene_of
from tests.pages.visit import ask, data_of, panes_of, run, visit

FILES = ROOT / "cells" / "data" / "models"
HOW_MANY = {"latch": 2, "counter": 3, "order": 4}  # outputs, where there are fewer than five


def shown(name: str, **settings: Any) -> TracedRun:
    sequence, weights = SHOWN[name]
    cell = load_trained(FILES / f"{name}.safetensors").metadata["cell"]
    _, opened, problems = open_scene(scene_of(cell, sequence, weights, **settings))
    assert problems == []
    return opened


def plain(name: str, values: Tensor) -> tuple[tuple[str, ...], Tensor]:
    """Return the outputs' names, and by PyTorch alone what the model gives to each: (T, O)."""
    model = load_trained(FILES / f"{name}.safetensors")
    hidden, _ = model.module(values)
    scores = hidden @ model.readout.weight.T + model.readout.bias
    every_symbol = TASKS[model.metadata["task"]].problem().goal.loss.__name__.startswith("binary")
    return model.outputs, 1 / (1 + torch.exp(-scores)) if every_symbol else torch.softmax(scores, dim=-1)


def holds(rows: list[list[tuple[str, float]]], name: str, sequence: Sequence) -> bool:
    """Tell whether rows are the largest outputs of plain PyTorch at every step, the largest first."""
    outputs, values = plain(name, sequence.values)
    assert len(rows) == len(values)
    for row, expected in zip(rows, values, strict=True):
        by_name = dict(zip(outputs, expected.tolist(), strict=True))
        largest = sorted(by_name.values(), reverse=True)[: len(row)]
        assert [value for _, value in row] == pytest.approx(largest, abs=1e-6)
        assert [value for _, value in row] == pytest.approx([by_name[label] for label, _ in row], abs=1e-6)
    return True


@pytest.mark.parametrize("name", SHOWN)
def test_every_shipped_file_predicts_what_plain_pytorch_makes_of_it(name: str) -> None:
    opened = shown(name)
    told = prediction_payload(opened, 0)
    assert told
    assert (told["shares"], told["was"]) == (True, None)
    assert {len(row) for row in told["rows"]} == {HOW_MANY.get(name.partition("-")[0], 5)}
    assert holds(told["rows"], name, opened.sequence)


def test_every_shipped_setting_of_weights_is_among_them() -> None:
    assert {weights for _, weights in SHOWN.values()} == {kind.key for kind in TRAINED}


def test_other_weights_predict_nothing() -> None:
    _, opened, _ = open_scene(scene_of("lstm", "noise", "random"))
    assert prediction_payload(opened, 0) is None


def test_an_answer_that_is_asked_for_at_the_end_is_said_to_be() -> None:
    told = {name: prediction_payload(shown(name), 0) for name in ("latch-gru", "counter")}
    assert {name: one and one["asked_at_end"] for name, one in told.items()} == {"latch-gru": True, "counter": False}


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_what_is_changed_and_held_is_predicted_beside_what_was(precision: str) -> None:
    query = {"input": "reber", "weights": "trained-reber", "edit": "1:T", "precision": precision}
    told = data_of(visit(query))["about"]["prediction"]
    before = data_of(visit({**query, "edit": ""}))["about"]["prediction"]
    assert [[name for name, _ in row] for row in told["was"]] == [[name for name, _ in row] for row in before["rows"]]
    assert (before["rows"][-2][0][0], told["rows"][-2][0][0]) == ("P", "T"), "the second letter has to come again"
    scene = scene_of("lstm", "reber", "trained-reber").with_own(edit=(Edit(1, "T"),))
    _, opened, _ = open_with_what_if(scene)
    assert holds(told["rows"], "reber", opened.sequence)


def test_a_clamp_is_predicted_as_its_states_are_read() -> None:
    app = ask(
        visit({"input": "anbn"} | {"weights": "trained-counter"}),
        3,
        0,
        [{"signal": "output", "value": 0.0, "units": None, "steps": None}],
    )
    rows = data_of(app)["about"]["prediction"]["rows"]
    model = load_trained(FILES / "counter.safetensors")
    silent = dict(zip(model.outputs, model.readout.bias.sigmoid().tolist(), strict=True))
    assert all(value == pytest.approx(silent[name], abs=1e-6) for row in rows for name, value in row)


def test_words_are_in_the_reader_s_language() -> None:
    app = visit({"input": "anbn", "weights": "trained-counter", "lang": "ko"})
    assert {name for name, _ in data_of(app)["about"]["prediction"]["rows"][0]} == {"a", "b", "끝"}


# What is taken away


def test_every_kind_of_file_has_the_prediction() -> None:
    opened = shown("counter")
    predicted = prediction_of(opened)
    assert predicted
    trace = labelled_trace(opened.layers, opened.sequence, predicted=predicted)
    files = {ending: make(trace) for ending, make in FORMATS.items()}
    arrays, data = np.load(BytesIO(files[".npz"])), json.loads(files[".json"])["prediction"]
    table = pd.read_csv(BytesIO(files[".csv"]), keep_default_na=False).query("signal == 'prediction'")
    found = {
        ".npz": (arrays["prediction.outputs"].tolist(), arrays["prediction.values"].tolist()),
        ".json": (data["outputs"], data["values"]),
        ".csv": (by_step(table, "output"), by_step(table, "value")),
    }
    for ending, (names, values) in found.items():
        rows = [list(zip(*row, strict=True)) for row in zip(names, values, strict=True)]
        assert holds(rows, "counter", opened.sequence), ending
    assert data["shares"]


def test_the_page_that_python_writes_shows_it_and_another_length_is_refused() -> None:
    opened = shown("counter")
    predicted = prediction_of(opened)
    assert predicted
    (pane,) = offline_run(opened.layers, opened.sequence, {}, predicted).layers
    told: Any = pane.page_data["prediction"]
    assert holds(told["rows"], "counter", opened.sequence)
    fewer = replace(predicted, names=predicted.names[1:])
    with pytest.raises(InputError, match=r"numbers of steps: 19 and 20"):
        offline_run(opened.layers, opened.sequence, {}, fewer)


def test_the_table_of_numbers_says_the_likeliest_at_each_step() -> None:
    app = visit({"input": "anbn", "weights": "trained-counter"})
    app.session_state["numbers"] = True
    table = run(app).table[0].value
    outputs, values = plain("counter", shown("counter").sequence.values)
    assert table["predicts"].tolist() == [outputs[index] for index in values.argmax(dim=-1).tolist()]
    assert table["its share"].tolist() == pytest.approx(values.max(dim=-1).values.tolist(), abs=1e-6)


def by_step(table: pd.DataFrame, column: str) -> list[list[Any]]:
    return [group.sort_values("unit")[column].tolist() for _, group in table.groupby("step")]


def test_the_step_page_hands_it_to_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[Any] = []
    monkeypatch.setattr("pages.shared.offline.downloads.downloads", lambda *what: handed.append(what))
    app = run(visit({"input": "anbn", "weights": "trained-counter"}))
    (stepped, data, _), *_ = handed
    assert json.loads(json.dumps(stepped.layers[0].page_data)) == panes_of(app)[0]["about"]
    assert data.predicted == prediction_of(shown("counter"))
