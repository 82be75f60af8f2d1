"""A trained cell's file on the pages: opened there, handed on with one click, read and predicted by its names."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from cells import CELLS, TASKS, ReadEnds, gradient_flows, load_trained, save_trained, trace
from cells.training import follow, recipe, restored
from pages.shared.controls import bundle_button as take_along
from pages.shared.scene.navigation import take_model
from pages.shared.scene.registry import KINDS
from tests.cells.checkpoints.trained import SHIPPED, changed, file_of, say
from tests.checking.sampling import few
from tests.pages.model.uploads import close, give_vocabulary, step_through, upload
from tests.pages.visit import ask, data_of, link_of, panes_of, pick, run, told, turn_to, visit

RUNNING = [page for page, kind in KINDS.items() if kind.runs]


def open_file(content: bytes, language: str = "en") -> AppTest:
    return upload(content, "trained.safetensors", lang=language)


def prediction_of(app: AppTest) -> dict[str, Any]:
    prediction: dict[str, Any] = data_of(app)["about"]["prediction"]
    return prediction


def hand_over(patch: pytest.MonkeyPatch, content: bytes, page: str, **query: str) -> AppTest:
    """Visit a page whose button hands a model to `page`, as the train page does, and press it."""
    patch.setattr(take_along, "step_through", lambda: take_model(content, "trained.safetensors", page))
    app = visit(query, page="data")
    app.button(key="step-through").click()
    return run(app)


def open_handed_over(patch: pytest.MonkeyPatch, content: bytes, page: str, **query: str) -> AppTest:
    """Hand a model to a page. Returns that page."""
    app = hand_over(patch, content, page, **query)
    app.switch_page(KINDS[page].script)  # AppTest does not notice that the script has turned the page
    return run(app)


@pytest.mark.parametrize("cell", few(CELLS, "lstm-peephole", "gru"))
def test_every_cell_opens_as_what_it_is_and_reads_its_task(cell: str) -> None:
    content = file_of(cell=cell)
    app = open_file(content)
    assert told(app) == []
    assert app.dataframe[0].value["units"].tolist() == [4]
    assert not [box.key for box in app.selectbox if str(box.key).startswith("answer")], "nothing is left to ask"
    app = step_through(app)
    assert (told(app), data_of(app)["cell"]) == ([], cell)
    sequence = TASKS["reber"].sequence(0, length=20)
    assert data_of(app)["labels"] == list(sequence.labels)
    for name, values in trace(load_trained(content).module, sequence.values)[0].items():
        assert close(app, name, values)


@pytest.mark.parametrize("task", few(TASKS, "adding", "reber", "sunspots", "text"))
def test_each_step_predicts_by_the_names_and_the_goal_of_the_task(task: str) -> None:
    content = file_of(task)
    app = step_through(open_file(content))
    assert told(app) == []
    trained, sequence = load_trained(content), TASKS[task].sequence()
    scores = trained.readout(trace(trained.module, sequence.values)[0]["hidden"])
    goal = TASKS[task].problem().goal.activation
    values = {"softmax": scores.softmax(-1), "sigmoid": scores.sigmoid(), "": scores}[goal]
    prediction = prediction_of(app)
    assert prediction["shares"] == (goal != "")
    assert len(prediction["rows"]) == len(values)
    for row, expected in zip(prediction["rows"], values, strict=True):
        by_name = dict(zip(trained.outputs, expected.tolist(), strict=True))
        assert [value for _, value in row] == pytest.approx(expected.topk(len(row)).values.tolist(), abs=1e-6)
        assert [value for _, value in row] == pytest.approx([by_name[name] for name, _ in row], abs=1e-6)
    assert data_of(app)["step"] == sequence.start


def test_the_names_are_in_the_reader_s_language_and_follow_it() -> None:
    app = step_through(open_file(file_of("anbn"), language="ko"))
    assert {name for name, _ in prediction_of(app)["rows"][0]} == {"a", "b", "끝"}
    app.button(key="lang-en").click()
    assert {name for name, _ in prediction_of(run(app))["rows"][0]} == {"a", "b", "end"}


def test_what_was_predicted_before_a_clamp_has_its_name_too() -> None:
    app = step_through(open_file(file_of("anbn")))
    before = prediction_of(app)["rows"]
    ask(app, 3, 0, [{"signal": "output", "value": 0.0, "units": None, "steps": None}])
    was = prediction_of(app)["was"]
    assert [[name for name, _ in row] for row in was] == [[name for name, _ in row] for row in before]


def test_text_is_typed_in_the_letters_of_the_file() -> None:
    content = (SHIPPED / "rhyme.safetensors").read_bytes()
    app = open_file(content)
    app.button(key="input-text").click()
    app = run(app)
    app.text_input(key="type text").set_value("the cat")
    app = step_through(run(app))
    assert told(app) == []
    assert data_of(app)["labels"] == list("the␣cat")
    trained = load_trained(content)
    places = [trained.channels.index(letter) for letter in "the␣cat"]
    xs = torch.eye(len(trained.channels))[places]
    assert close(app, "cell", trace(trained.module, xs)[0]["cell"])
    assert prediction_of(app)["rows"][-2][0][0] in trained.outputs
    assert data_of(app)["choices"]["symbols"] == list(trained.channels)


def test_a_vocabulary_that_is_opened_wins() -> None:
    app = step_through(give_vocabulary(open_file(file_of()), b'["a", "b", "c", "d", "e", "f", "g"]'))
    letters = dict(zip("BTPSXVE", "abcdefg", strict=True))
    assert data_of(app)["labels"] == [letters[label] for label in TASKS["reber"].sequence(0, length=20).labels]
    assert {name for name, _ in prediction_of(app)["rows"][0]} < set("abcdefg")
    assert prediction_of(app)["shares"]


def test_the_model_page_says_what_it_has_learnt_and_reads() -> None:
    lines = " ".join(one.value for one in open_file(file_of()).markdown)
    assert "It has learnt\\: embedded Reber grammar\\." in lines
    assert "one of 7 symbols \\(B T P S X V E\\)\\." in lines
    lines = " ".join(one.value for one in open_file(file_of("adding")).markdown)
    assert "At each step it reads\\: value\\, mark\\." in lines


def test_its_length_is_the_one_that_it_has_learnt_and_can_be_another() -> None:
    app = step_through(open_file(file_of("latch", length=40)))
    assert (link_of(app)["length"], data_of(app)["steps"]) == ("40", 40)
    app.query_params.update({"length": "100", "seed": "5"})
    app = run(app)
    assert told(app) == []
    assert data_of(app)["labels"] == list(TASKS["latch"].sequence(5, length=100).labels)


def test_a_file_that_is_not_true_is_told_and_opened_as_far_as_it_can_be() -> None:
    app = open_file(changed(say(cell="brain")))
    assert told(app) == []
    assert any("opened by the names and shapes of its weights alone" in one.value for one in app.markdown)
    assert data_of(step_through(app))["cell"] == "lstm"


@pytest.mark.each_value
@pytest.mark.parametrize("page", few(RUNNING, "step", "compare", "units"))
@pytest.mark.parametrize("task", ["reber", "latch"])
def test_one_click_hands_a_model_on_to_every_page(task: str, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_handed_over(monkeypatch, file_of(task, "gru-reset-before", length=15), page)
    assert told(app) == []
    link = link_of(app)
    assert (link["weights"], link["part"], link["length"]) == ("model", "cell", "15")
    if page == "step":
        sequence = TASKS[task].sequence(0, length=15)
        assert (data_of(app)["labels"], data_of(app)["step"]) == (list(sequence.labels), sequence.start)
    if page == "units":
        assert app.number_input(key="choose unit").max == 3
    elif page != "model":
        assert "gru-reset-before" in [pane["cell"] for pane in panes_of(app)]
        assert {pane["units"] for pane in panes_of(app)} == {4}
    assert told(turn_to(app, "model")) == []


def test_what_was_chosen_on_the_other_page_does_not_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_handed_over(monkeypatch, file_of("anbn", length=3), "step", lang="ko", precision="float64")
    assert (link_of(app)["lang"], link_of(app)["precision"], link_of(app)["length"]) == ("ko", "float64", "3")
    assert not {"step", "unit", "clamp", "edit"} & link_of(app).keys()
    assert set(data_of(app)["labels"]) == {"a", "b"}


def test_what_cannot_be_opened_is_refused_and_the_reader_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    app = hand_over(monkeypatch, b"no model", "step")
    assert told(app) == ["The safetensors file is damaged or cut off: its header and what follows differ."]
    assert "weights" not in link_of(app)


def test_a_stack_that_answers_where_both_directions_end_answers_so_whichever_is_followed() -> None:
    made = recipe("latch", "gru", {"length": 12}, units=4, updates=2, layers=2, directions=2, residual=1)
    *_, last = follow(made)
    module, readout = restored(made, last)
    app = step_through(open_file(save_trained(made, last)))
    assert told(app) == []
    assert len(data_of(app)["stack"]) == 4
    xs = made.problem().sequence().values
    outputs, _ = module(xs)
    answer = readout(torch.cat([outputs[-1, :4], outputs[0, 4:]])).softmax(dim=-1).max().item()
    ends = [prediction_of(app)["rows"][-1][0][1]]
    pick(app, 3, 0, 0)
    ends.append(prediction_of(app)["rows"][-1][0][1])
    assert ends == pytest.approx([answer, answer], abs=1e-6)
    app = turn_to(app, "gradient")
    flows = gradient_flows(module, xs, ReadEnds())
    column = app.table[0].value["GRU"]
    assert float(column.iloc[3]) == pytest.approx(float(flows[0].loss), rel=1e-3)
