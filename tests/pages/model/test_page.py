"""The model page, and a model of one's own on the others, run through the app's entry point without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cells import trace
from cells.checkpoints.inputs import noise_of
from pages.shared.scene.registry import KINDS
from pages.shared.uploads.bundle import Bundle, read_bundle, write_bundle
from pages.shared.uploads.files import OwnFile
from tests.cells.checkpoints.saved import as_pt, as_safetensors, in_torch
from tests.checking.sampling import few, rare
from tests.pages.arrays import array_of
from tests.pages.model.uploads import VOCABULARY, close, give_vocabulary, speller, step_through, upload
from tests.pages.scenes import LANGUAGES
from tests.pages.visit import ask, data_of, link_of, panes_of, pick, run, told, turn_to, visit


def test_a_first_visit_asks_for_a_file() -> None:
    app = visit(page="model")
    assert (link_of(app), told(app)) == ({}, [])


@pytest.mark.parametrize("module", [rare(nn.LSTM(4, 7)), nn.GRU(4, 7), rare(nn.RNN(4, 7))], ids=["lstm", "gru", "rnn"])
def test_a_layer_without_an_embedding_is_stepped_through_with_seeded_numbers(module: nn.RNNBase) -> None:
    app = upload(as_safetensors(module.state_dict()), "net.safetensors")
    assert told(app) == []
    table = app.dataframe[0].value.iloc[0]
    assert (table["input size"], table["units"]) == (4, 7)
    assert table["parameters"] == sum(one.numel() for one in module.parameters())
    step_through(app)
    assert told(app) == []
    expected = trace(module, noise_of(24, 4, 0).values)[0]
    assert data_of(app)["cell"] == expected.cell.key
    for name, values in expected.items():
        assert close(app, name, values)


def test_a_text_is_read_through_the_models_own_vocabulary_and_each_step_predicts() -> None:
    net = speller()
    app = give_vocabulary(upload(as_pt(net.state_dict())))
    app.button(key="input-text").click()
    app = run(app)
    app.text_input(key="type text").set_value("bad cabbage feed")
    app = step_through(run(app))
    assert told(app) == []
    places = torch.tensor([VOCABULARY.index(letter) for letter in "bad cabbage feed"])
    expected = trace(net.lstm, net.embedding(places))[0]
    assert close(app, "cell", expected["cell"])
    data = data_of(app)
    assert data["labels"][:4] == ["b", "a", "d", "␣"]
    shares = net.fc(expected["hidden"]).softmax(dim=-1)
    prediction = data["about"]["prediction"]
    for row, share in zip(prediction["rows"], shares, strict=True):
        values, best = share.topk(5)
        assert [name.replace("␣", " ") for name, _ in row] == [VOCABULARY[place] for place in best]
        assert [value for _, value in row] == pytest.approx(values.tolist(), abs=1e-6)


def test_the_initial_link_names_no_numbers_of_the_file() -> None:
    app = step_through(upload(as_pt(speller().state_dict())))
    assert set(link_of(app)) == {"input", "weights", "model", "part"}
    assert data_of(app)["labels"][0].startswith("#"), "without a vocabulary tokens are told by their numbers"


def test_a_clamp_changes_what_is_predicted_and_the_former_prediction_stays_beside_it() -> None:
    net = speller()
    app = step_through(give_vocabulary(upload(as_pt(net.state_dict()))))
    before = data_of(app)["about"]["prediction"]
    assert before["was"] is None
    ask(app, 3, 0, [{"signal": "output", "value": 0.0, "units": None, "steps": None}])
    after = data_of(app)["about"]["prediction"]
    for row, former in zip(after["was"], before["rows"], strict=True):
        assert [name for name, _ in row] == [name for name, _ in former]
        assert [value for _, value in row] == pytest.approx([value for _, value in former], abs=1e-6)
    shares = net.fc.bias.softmax(dim=-1).topk(5).values.tolist()
    assert [value for _, value in after["rows"][3]] == pytest.approx(shares, abs=1e-6), "nothing but the bias is left"


def test_a_letter_that_the_vocabulary_knows_can_be_read_instead_and_no_other() -> None:
    net = speller()
    app = give_vocabulary(upload(as_pt(net.state_dict())))
    app.button(key="input-text").click()
    app = run(app)
    app.text_input(key="type text").set_value("abba")
    app = step_through(run(app))
    assert data_of(app)["choices"]["symbols"] == [letter.replace(" ", "␣") for letter in VOCABULARY]
    ask(app, 1, 0, edits=[{"step": 1, "entry": "h"}])
    assert told(app) == []
    places = torch.tensor([VOCABULARY.index(letter) for letter in "ahba"])
    assert close(app, "hidden", trace(net.lstm, net.embedding(places))[0]["hidden"])
    ask(app, 1, 0, edits=[{"step": 1, "entry": "z"}])
    assert "“z” is none of them" in told(app)[0]


@pytest.mark.parametrize("both", [rare(False), True], ids=["one", "both"])
def test_a_stack_shows_all_its_layers_and_predicts_from_the_top(both: bool) -> None:
    net = speller(layers=2, both=both)
    app = step_through(upload(as_pt(net.state_dict())))
    assert len(data_of(app)["stack"]) == (4 if both else 2)
    places = torch.tensor([int(label.removeprefix("#")) for label in data_of(app)["labels"]])
    output, _ = net.lstm(net.embedding(places))
    values = net.fc(output).softmax(dim=-1).topk(5).values
    rows = data_of(app)["about"]["prediction"]["rows"]
    for row, expected in zip(rows, values, strict=True):
        assert [value for _, value in row] == pytest.approx(expected.tolist(), abs=1e-6)
    if both:
        pick(app, 1, 0, 0)
        assert data_of(app)["about"]["prediction"]["rows"] == rows[::-1], "in the order in which the layer reads"


@pytest.mark.parametrize("page", few([page for page in KINDS if page != "step"], "gradient", "data"))
def test_the_model_goes_along_to_every_page(page: str) -> None:
    app = turn_to(step_through(give_vocabulary(upload(as_pt(speller(layers=2).state_dict())))), page)
    assert told(app) == []
    assert (link_of(app)["weights"], link_of(app)["part"]) == ("model", "lstm")


def test_cells_that_the_model_is_not_read_the_same_beside_it() -> None:
    net = speller()
    app = turn_to(step_through(upload(as_pt(net.state_dict()))), "compare")
    panes = panes_of(app)
    assert [pane["cell"] for pane in panes] == ["rnn", "lstm", "gru"]
    assert [pane["units"] for pane in panes] == [6, 6, 6]
    assert [bool(pane["about"]["note"]) for pane in panes] == [True, False, True]
    places = torch.tensor([int(label.removeprefix("#")) for label in panes[1]["labels"]])
    expected = trace(net.lstm, net.embedding(places))[0]
    assert array_of(panes[1], "forget") == pytest.approx(expected["forget"].numpy(), abs=1e-6)


def test_a_sequence_that_it_cannot_read_leaves_what_was_there() -> None:
    app = step_through(upload(as_safetensors(nn.LSTM(4, 7).state_dict()), "net.safetensors"))
    before, link = data_of(app), link_of(app)
    app.button(key="input-pulse").click()
    app = run(app)
    assert told(app) == [
        "The model reads 4 numbers at each step; this sequence has 2.",
        "What was read before stays.",
    ]
    assert (data_of(app)["blob"], link_of(app)) == (before["blob"], link)


def test_a_text_needs_the_vocabulary() -> None:
    app = upload(as_pt(speller().state_dict()))
    link = link_of(app)
    app.button(key="input-text").click()
    app = run(app)
    assert told(app)[0] == "To read a text the model needs its vocabulary: open it on the page “Model”."
    assert link_of(app) == link
    give_vocabulary(app)
    app.button(key="input-text").click()
    app = run(app)
    assert told(app)[0] == "Not in the model’s vocabulary: l o w r", "the text may then be typed anew"
    assert link_of(app)["input"] == "text"


def test_tokens_are_typed_as_whole_numbers_too() -> None:
    net = speller()
    app = step_through(upload(as_pt(net.state_dict())))
    app.query_params.update({"input": "numbers", "numbers": "3,1,4"})
    app = run(app)
    assert told(app) == []
    assert close(app, "hidden", trace(net.lstm, net.embedding(torch.tensor([3, 1, 4])))[0]["hidden"])
    app.query_params["numbers"] = "3,1,9"
    assert told(run(app))[0] == "The model reads tokens: a text, or one whole number a step, from 0 to 8."


def test_a_table_with_as_many_columns_is_read() -> None:
    module = nn.GRU(2, 5)
    app = step_through(upload(as_pt(module.state_dict())))
    app.query_params.update({"input": "table", "table": "a,b\n1,2\n3,4\n5,7\n", "scale": "raw"})
    app = run(app)
    assert told(app) == []
    expected = trace(module, torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]))[0]
    assert close(app, "update", expected["update"])


def test_where_the_file_does_not_say_tanh_or_relu_the_page_asks() -> None:
    module = nn.RNN(3, 4, nonlinearity="relu")
    app = upload(as_pt(module.state_dict()))
    app.selectbox(key="answer cell").set_value("rnn-relu")
    app = step_through(run(app))
    assert data_of(app)["cell"] == "rnn-relu"
    assert close(app, "hidden", trace(module, noise_of(24, 3, 0).values)[0]["hidden"])


def test_the_readout_can_be_left_out() -> None:
    net = speller()
    app = upload(
        as_pt({**net.state_dict(), **{f"other.{name}": one for name, one in nn.GRU(5, 6).state_dict().items()}})
    )
    app.selectbox(key="answer readout").set_value("")
    app = step_through(run(app))
    assert link_of(app)["readout"] == "-"
    assert data_of(app)["about"]["prediction"] is None


def test_another_layer_of_the_file_sets_the_cell() -> None:
    gru = nn.GRU(3, 4)
    weights = {**speller().state_dict(), **{f"second.{name}": values for name, values in gru.state_dict().items()}}
    app = upload(as_pt(weights))
    assert app.dataframe[0].value["units"].tolist() == [6, 4]
    app.selectbox(key="choose part").set_value("second")
    app = step_through(run(app))
    assert (data_of(app)["cell"], link_of(app)["part"]) == ("gru", "second")
    assert close(app, "reset", trace(gru, noise_of(24, 3, 0).values)[0]["reset"])


def test_another_cell_takes_other_weights() -> None:
    app = step_through(upload(as_pt(nn.LSTM(2, 3).state_dict())))
    app.button_group(key="choose cell").set_value("gru")
    app = run(app)
    assert told(app) == []
    assert (data_of(app)["cell"], link_of(app).get("weights")) == ("gru", None)
    app.button(key="weights-model").click()
    app = run(app)
    assert (data_of(app)["cell"], data_of(app)["units"], link_of(app)["weights"]) == ("lstm", 3, "model")


def test_saturation_is_told_of_each_gate() -> None:
    module = nn.LSTM(2, 4)
    with torch.no_grad():
        module.get_parameter("bias_ih_l0")[4:8] = 100  # the forget gate stands open
        module.get_parameter("bias_ih_l0")[12:] = -100  # and the output gate shut
    app = upload(as_pt(module.state_dict()))
    table = app.dataframe[1].value.set_index("gate")
    assert table.to_dict("index")["forget gate"] == {"below 0.1": 0, "above 0.9": 100}
    assert table.to_dict("index")["output gate"] == {"below 0.1": 100, "above 0.9": 0}
    assert app.dataframe[0].value["saturated"][0] >= 50


def test_a_file_in_double_precision_is_run_in_either() -> None:
    module = nn.LSTM(2, 3).double()
    app = step_through(upload(as_pt(module.state_dict())))
    app.query_params["precision"] = "float64"
    app = run(app)
    assert data_of(app)["width"] == 8
    assert array_of(data_of(app), "forget") == pytest.approx(
        trace(module, noise_of(24, 2, 0).values.double())[0]["forget"].numpy(), abs=1e-14
    )


def test_more_units_than_the_stepper_offers_are_shown_over_fewer_steps() -> None:
    app = step_through(upload(as_pt(nn.GRU(2, 600).state_dict())))
    assert (told(app), data_of(app)["units"]) == ([], 600)
    app.query_params["length"] = "2000"
    assert told(run(app))[0].endswith("of a model with 600 units at most 853 are shown.")


def test_a_layer_past_the_limit_is_told_and_not_shown() -> None:
    app = upload(as_pt(nn.GRU(1, 1025).state_dict()))
    assert told(app)[0] == "The layer has 1025 units; the pages show at most 1024."
    assert app.dataframe[0].value["units"].tolist() == [1025], "what is in the file is told all the same"


def test_another_visit_does_not_have_the_model() -> None:
    link = link_of(step_through(upload(as_pt(speller().state_dict()))))
    other = visit(link)
    assert told(other)[0].startswith("The link shows somebody's own model")
    assert link_of(other) == link, "and once the file is opened, the link shows it"
    assert told(turn_to(other, "compare"))[0].startswith("The link shows somebody's own model")


def test_a_model_is_forgotten() -> None:
    app = upload(as_pt(speller().state_dict()))
    app.button(key="forget-model").click()
    app = run(app)
    assert (link_of(app), told(app), len(app.dataframe)) == ({}, [], 0)


class Writes:
    """An object whose pickle writes a file when it is opened carelessly."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.path), "w")


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ["code", "cut off", "none of these", "no layer"])
def test_the_place_of_a_file_that_cannot_be_opened_is_empty_and_the_former_model_a_click_away(
    case: str, language: str, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    data = {
        "code": in_torch({"lstm": Writes(written)}),
        "cut off": as_pt(speller().state_dict())[:-300],
        "none of these": b"hello",
        "no layer": as_pt(nn.Linear(2, 3).state_dict()),
    }[case]
    app = upload(as_pt(speller().state_dict()), lang=language)
    before = link_of(app)
    upload(data, "hostile.pt", app)
    (reason,) = told(app)
    assert language == "en" or re.search("[가-힣]", reason)
    assert (link_of(app), len(app.dataframe)) == (before, 0), "no other model stands under its name"
    assert not written.exists()
    assert told(run(app)) == [reason], "it is said as long as it is so"
    app.button(key="back-to-former").click()
    assert (told(run(app)), link_of(app), len(app.dataframe)) == ([], before, 2)


def test_a_server_can_refuse_pickles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_PICKLES", "0")
    app = upload(as_pt(nn.LSTM(2, 9).state_dict()))
    assert link_of(app) == {}
    assert any("does not open PyTorch files" in caption.value for caption in app.caption)
    assert len(told(app)) == 1


@pytest.mark.parametrize("data", few([b"[1, 2]", b'{"a": ', b"\xff\xfe\x00", b"[]"], b"[1, 2]", b'{"a": '))
def test_a_vocabulary_that_cannot_be_read_leaves_the_former_one(data: bytes) -> None:
    app = give_vocabulary(upload(as_pt(speller().state_dict())))
    before = link_of(app)
    give_vocabulary(app, data)
    assert (len(told(app)), link_of(app)) == (2, before)


def test_a_vocabulary_beyond_the_embedding_is_told() -> None:
    app = give_vocabulary(upload(as_pt(speller().state_dict())), json.dumps({"a": 0, "b": 9}).encode())
    assert told(app)[0] == "The vocabulary reaches to number 9; the embedding has 9 rows, counted from 0."


def test_the_bundle_brings_back_model_vocabulary_and_link() -> None:
    net = speller()
    app = give_vocabulary(upload(as_pt(net.state_dict())))
    app = step_through(app)
    link = link_of(app)
    file, vocabulary = OwnFile("net.pt", as_pt(net.state_dict())), OwnFile("v.json", json.dumps(VOCABULARY).encode())
    bundle = write_bundle(Bundle("step", link, None, file, vocabulary))
    other = upload(bundle, "net.gatescope.zip")
    other.switch_page(KINDS["step"].script)
    other.query_params.clear()
    other.query_params.update(link)
    other = run(other)
    assert told(other) == []
    assert data_of(other)["blob"] == data_of(app)["blob"]
    assert read_bundle(OwnFile("net.gatescope.zip", bundle), KINDS) == Bundle("step", link, None, file, vocabulary)
    refused = upload(bundle[:-40], "net.gatescope.zip")
    assert told(refused)[0] == "The bundle is damaged, or not made by Gatescope."


def test_gradients_of_a_large_model_are_not_waited_for() -> None:
    app = step_through(upload(as_pt(nn.LSTM(3, 300).state_dict())))
    assert (told(app), data_of(app)["units"]) == ([], 300)
    turn_to(app, "gradient")
    assert told(app)[:2] == [
        "Gradients are followed through at most 256 units; your model has more.",
        "Other weights are shown in the meantime.",
    ]
    assert link_of(app)["weights"] == "model"
