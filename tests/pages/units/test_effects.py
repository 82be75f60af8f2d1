"""What a unit does to the prediction: the weights of the readout itself, and what these add to the scores at a step."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from streamlit.testing.v1 import AppTest

from cells import load_trained, trace
from cells.sequences import SEQUENCES
from pages.shared.figures.palette import PALETTE
from pages.shared.scene.registry import KINDS
from pages.units.figures.effect_bars import effect_bars
from tests import ROOT
from tests.cells.checkpoints.saved import as_pt
from tests.cells.shipped.shown import SHOWN
from tests.checking.sampling import few
from tests.pages.model.uploads import speller, step_through, upload
from tests.pages.units.looks import rows, words
from tests.pages.visit import link_of, numbers_of, run, told, turn_to, visit

FILES = ROOT / "cells" / "data" / "models"


def bars(app: AppTest) -> dict[str, Any]:
    """Return the figure of the effects: its bars' weights, and the words before and behind each."""
    (chart,) = [one for one in app.get("plotly_chart") if "-effects-" in one.proto.id]
    spec = json.loads(chart.proto.spec)
    return {
        "added": numbers_of(spec["data"][0]["x"]).tolist(),
        "outputs": spec["layout"]["yaxis"]["ticktext"],
        "numbers": [one["text"] for one in spec["layout"]["annotations"]],
    }


def weights_in(found: dict[str, Any]) -> list[str]:
    """Return the weights that stand behind the bars, as they are written."""
    return [text.split("(weight ")[1].removesuffix(")") for text in found["numbers"]]


def signed(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


@pytest.mark.parametrize("name", few(SHOWN, "counter", "latch-rnn", "order-gru", "rhyme"))
def test_what_is_added_is_the_weight_of_the_file_times_the_hidden_state(name: str) -> None:
    (sequence, weights), model = SHOWN[name], load_trained(FILES / f"{name}.safetensors")
    xs, step, unit = SEQUENCES[sequence].make().values, 7, 1
    query = {"input": sequence, "weights": weights, "cell": model.metadata["cell"], "step": step, "unit": unit}
    app = visit(query, page="units")
    assert told(app) == []
    hidden = trace(model.module, xs)[0]["hidden"][step]
    tensors = load_file(FILES / f"{name}.safetensors")
    scores = tensors["readout.weight"] @ hidden + tensors["readout.bias"]
    likeliest = scores.argsort(descending=True)[:5].tolist()
    expected = tensors["readout.weight"][likeliest, unit].tolist()
    found = bars(app)
    assert [output.split("  ")[0] for output in found["outputs"]] == [model.outputs[index] for index in likeliest]
    added = [weight * float(hidden[unit]) for weight in expected]
    assert found["added"] == pytest.approx(added, abs=1e-6)
    assert found["numbers"] == [f"{signed(a)} (weight {signed(w)})" for w, a in zip(expected, added, strict=True)]
    assert f"At step {step + 1} it adds to the score" in words(app).replace("\\", "")


def test_what_all_units_add_is_the_score_itself() -> None:
    tensors, xs = load_file(FILES / "counter.safetensors"), SEQUENCES["anbn"].make().values
    model = load_trained(FILES / "counter.safetensors")
    scores = model.readout(model.module(xs)[0][4])
    apps = [
        visit({"input": "anbn", "weights": "trained-counter", "unit": unit, "step": 4}, page="units") for unit in (0, 1)
    ]
    added = torch.tensor(
        [[float(text.split(" (")[0].replace("−", "-")) for text in bars(app)["numbers"]] for app in apps]
    )
    order = scores.argsort(descending=True)
    assert added.sum(dim=0).tolist() == pytest.approx((scores - tensors["readout.bias"])[order].tolist(), abs=0.02)


def test_without_a_step_it_is_the_one_at_which_the_unit_is_strongest_and_another_can_be_chosen() -> None:
    app = visit({"unit": "5"}, page="units")
    strongest = int(rows(app)[0].split(" ")[1])
    assert app.number_input(key="choose step").value == strongest
    app.number_input(key="choose step").set_value(3)
    app = run(app)
    assert (link_of(app)["step"], "At step 3 it adds" in words(app).replace("\\", "")) == ("2", True)


def test_each_of_the_strongest_steps_says_what_was_predicted_there() -> None:
    app = visit(page="units")
    model, xs = load_trained(FILES / "rhyme.safetensors"), SEQUENCES["rhyme"].make().values
    shares = model.readout(model.module(xs)[0]).softmax(dim=-1)
    assert len(rows(app)) == 5
    for row in rows(app):
        share, output = shares[int(row.split(" ")[1]) - 1].max(dim=-1)
        end = row.rpartition("→ ")[2].replace("\\", "").replace("\u00a0", " ")
        assert end == f"**{model.outputs[int(output)]}** {100 * float(share):.0f} %"


def test_other_weights_have_neither() -> None:
    app = visit({"weights": "random"}, page="units")
    assert "to the prediction" not in words(app)
    assert "choose step" not in [one.key for one in app.number_input]
    assert not any("→" in row for row in rows(app))


def test_a_layer_that_reads_from_the_end_has_the_second_half_of_the_readout_and_a_lower_one_none_of_it() -> None:
    net = speller(layers=2, both=True)
    app = turn_to(step_through(upload(as_pt(net.state_dict()))), "units")
    app.query_params.update({"layer": "3", "unit": "2", "step": "0"})
    app = run(app)
    assert told(app) == []
    found = bars(app)
    outputs = [int(output.split("  ")[0].strip("#")) for output in found["outputs"]]
    assert weights_in(found) == [signed(weight) for weight in net.fc.weight[outputs, 6 + 2].tolist()]
    app.query_params["layer"] = "2"
    found = bars(run(app))
    outputs = [int(output.split("  ")[0].strip("#")) for output in found["outputs"]]
    assert weights_in(found) == [signed(weight) for weight in net.fc.weight[outputs, 2].tolist()]
    app.query_params["layer"] = "1"
    app = run(app)
    assert "Only the units of the last layer" in words(app)
    assert KINDS["units"].stacks


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bar_s_colour_is_its_sign_and_the_axis_holds_all(theme: Any) -> None:
    figure = effect_bars([1.5, -2.0, 0.0], ["a", "b", "c"], ["", "", ""], theme)
    colors = PALETTE[theme]
    assert list(figure.data[0].marker.color) == [colors["positive"], colors["negative"], colors["positive"]]
    low, high = figure.layout.xaxis.range
    assert low < -2 < 2 < high
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the likeliest stands above"
    assert effect_bars([0.0], ["a"], [""], theme).layout.xaxis.range == (-1, 1)
