"""The arrange page, its link, and what its stepper is told, run through the app's entry point without a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from torch import nn

from cells import CELLS
from cells.arrangements import AHEAD, ARRANGEMENTS, Arranged, arranged
from cells.core.messages import n_
from cells.core.sequence import Sequence
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS, default_weights
from pages.arrange.payload import arrangement_payload
from pages.arrange.results import open_arranged
from pages.shared.scene.changes import changed
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.navigation import carry_over
from pages.shared.scene.scene import Scene
from pages.shared.words.catalogue import translate
from tests import ROOT
from tests.pages.scenes import LANGUAGES, SOME_CELLS, arrange_scene_of, arrange_scenes, scenes
from tests.pages.shared.words.catalogue_check import messages_of
from tests.pages.visit import data_of, link_of, rest, run, told, turn_to, visit

say = partial(translate, "en")
FEEDING = [key for key, kind in ARRANGEMENTS.items() if kind.feeds]


def opened(query: dict[str, object] | None = None) -> AppTest:
    return visit(query, page="arrange")


def about(app: AppTest) -> dict[str, Any]:
    payload: dict[str, Any] = data_of(app)["about"]
    return payload


def run_of(arrangement: str, cell: str = "lstm", sequence: str = "text", ahead: int = 12) -> Arranged:
    read = SEQUENCES[sequence].make()
    module = WEIGHTS[default_weights(cell, sequence)].make(cell, read.values.shape[1])
    return arranged(module, read, arrangement, ahead)


# What is shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.exhaustive
def test_every_sequence_in_every_arrangement_is_the_run_that_cells_makes(
    sequence: str, arrangement: str, language: str
) -> None:
    app = opened({"input": sequence, "arrangement": arrangement, "lang": language})
    assert told(app) == []
    result, data = run_of(arrangement, sequence=sequence), data_of(app)
    assert data["steps"] == len(result.sequence.labels)
    assert data["home"] == data["step"] == result.sequence.start
    shown = about(app)
    for name in ("own", "read_out", "written"):
        assert tuple(shown[name]) == getattr(result, name), name
    assert (shown["decoder"], shown["stopped"]) == (result.decoder, False)
    largest = result.outputs.amax(dim=1) if result.sequence.symbolic else result.outputs[:, 0]
    assert [row[0] for row in shown["values"]] == largest.tolist()
    captions = " ".join(text.value for text in app.markdown)
    for text in (ARRANGEMENTS[arrangement].says, ARRANGEMENTS[arrangement].example):
        assert translate(language, text) in captions


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_every_cell_is_unrolled_under_its_own_name(cell: str) -> None:
    app = opened({"cell": cell, "arrangement": "one-to-many"})
    assert told(app) == []
    assert about(app)["written"] == list(run_of("one-to-many", cell).written)
    assert CELLS[cell].title.startswith(about(app)["name"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_answers_one_question_about_all_bits_and_opens_there(language: str) -> None:
    app = opened({"lang": language})
    shown, data, bits = about(app), data_of(app), SEQUENCES["bits"].make()
    assert data["labels"] == list(bits.labels)
    assert (data["cell"], data["step"], link_of(app)) == ("rnn", 23, {"lang": language})
    assert shown["read_out"] == [False] * 23 + [True]
    names = [translate(language, name) for name in ("even", "odd")]
    ones = [sum(map(int, bits.labels[: step + 1])) for step in range(24)]
    assert shown["asked"]
    assert shown["written"] == shown["right"] == [names[count % 2] for count in ones]
    asked = translate(language, "whether the number of ones so far is even or odd")
    assert asked in " ".join(text.value for text in app.markdown)


def test_another_cell_may_answer_wrongly_and_is_told_what_is_right() -> None:
    shown = about(opened({"cell": "gru"}))
    assert shown["right"] == about(opened())["right"]
    assert shown["written"] != shown["right"]


def test_a_link_that_names_a_text_is_as_it_was() -> None:
    queries: list[dict[str, object]] = [{"input": "text"}, {"text": "hello world"}]
    for query in queries:
        shown = about(opened(query))
        assert (shown["asked"], shown["written"]) == (False, list(run_of("many-to-one").written))
    for arrangement in ("aligned", "encoder-decoder", "one-to-many"):
        data = data_of(opened({"arrangement": arrangement}))
        assert (data["labels"][0], data["cell"]) == ("h", "lstm")


def test_what_is_usual_follows_the_arrangement() -> None:
    usual = arrange_scene_of()
    assert (usual.input, usual.cell, usual.weights) == ("bits", "rnn", "parity")
    aligned = changed(usual, arrangement="aligned")
    assert (aligned.input, aligned.cell, aligned.weights) == ("text", "lstm", "random")
    assert changed(aligned, arrangement="many-to-one") == usual
    chosen = changed(usual, input="sine", cell="gru")
    assert changed(chosen, arrangement="aligned").input == "sine"
    assert changed(chosen, arrangement="aligned").cell == "gru"


def test_what_comes_next_is_told_where_the_sequence_tells_it() -> None:
    aligned, fed = (arrangement_payload(run_of(key), say) for key in ("aligned", "encoder-decoder"))
    letters = list(SEQUENCES["text"].make().labels)
    assert aligned["right"] == [*letters[1:], None]
    assert fed["right"] == [*letters[1:], *[None] * 12]
    one = arrangement_payload(run_of("one-to-many"), say)
    assert one["right"] == ["e", *[None] * 11], "what follows on an output of its own is not in the sequence"
    numbers = arrangement_payload(run_of("aligned", sequence="numbers"), say)
    assert numbers["right"][:2] == ["0.50", "1.00"]


def test_the_three_largest_scores_are_told_the_largest_first() -> None:
    result = run_of("aligned")
    shown = arrangement_payload(result, say)["scores"]
    for scores, output, written in zip(shown, result.outputs, result.written, strict=True):
        assert scores[0][0] == written
        assert [score for _, score in scores] == sorted(output.tolist(), reverse=True)[:3]
        assert all(output[result.sequence.channels.index(name)] == score for name, score in scores)


def test_a_run_that_ends_before_its_time_is_told_in_json() -> None:
    module = nn.RNN(1, 1, nonlinearity="relu").requires_grad_(False)
    for name, value in {"weight_ih_l0": 1.0, "weight_hh_l0": 0.0, "bias_ih_l0": 0.0, "bias_hh_l0": 0.0}.items():
        module.get_parameter(name).fill_(value)
    growing = Sequence(torch.tensor([[1e10], [1e20], [1e30]]), ("1", "2", "3"), ("number",))
    shown = arrangement_payload(arranged(module, growing, "encoder-decoder", 200), say)
    assert shown["stopped"]
    assert shown["values"][-1] == [None]
    assert json.loads(json.dumps(shown, allow_nan=False))["written"][-1] == "∞"


def test_every_word_of_the_arrangements_is_marked() -> None:
    words = {text for kind in ARRANGEMENTS.values() for text in (kind.title, kind.says, kind.example)}
    assert words | {AHEAD.title} <= messages_of(ROOT)


# Choices


def test_an_arrangement_is_chosen_and_opens_anew() -> None:
    app = rest(opened({"input": "text"}), step=3, unit=2)
    before = data_of(app)["opening"]
    app.button_group(key="choose arrangement").set_value("one-to-many")
    run(app)
    assert link_of(app) == {"arrangement": "one-to-many", "unit": "2"}
    assert data_of(app)["opening"] != before
    assert (data_of(app)["step"], data_of(app)["unit"]) == (0, 2)


def test_how_many_outputs_are_read_is_chosen_only_where_they_are_read_back() -> None:
    for arrangement in ARRANGEMENTS:
        app = opened({"arrangement": arrangement})
        assert [slider.key for slider in app.slider].count("set ahead") == (arrangement in FEEDING)
    app.slider(key="set ahead").set_value(30)
    run(app)
    assert link_of(app) == {"arrangement": "one-to-many", "ahead": "30"}
    assert data_of(app)["steps"] == 30


def test_there_is_one_layer_and_no_setting_for_more() -> None:
    app = opened({"input": "text", "layers": "3", "directions": "2"})
    assert told(app) == []
    assert not [one.key for one in app.slider if "layers" in str(one.key)]
    assert data_of(app)["stack"] == []


def test_the_position_goes_to_the_link_and_home_leaves_it() -> None:
    app = rest(opened({"arrangement": "encoder-decoder"}), step=20, unit=1)
    assert link_of(app) == {"arrangement": "encoder-decoder", "step": "20", "unit": "1"}
    rest(app, step=data_of(app)["home"], unit=0)
    assert link_of(app) == {"arrangement": "encoder-decoder"}


# Bad links and bad input

BAD = [
    ({"arrangement": "none-to-none"}, "arrangement=none-to-none"),
    ({"ahead": "0"}, "ahead=0"),
    ({"ahead": "201"}, "ahead=201"),
    ({"ahead": "many"}, "ahead=many"),
    ({"arrangement": "one-to-many", "step": "12"}, "step=12"),
    ({"cell": "elman"}, "cell=elman"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("query", "named"), BAD)
def test_a_bad_link_is_answered_by_one_message_and_a_working_page(
    query: dict[str, str], named: str, language: str
) -> None:
    app = opened({"lang": language, **query})
    (message,) = told(app)
    assert named in message
    assert data_of(app)["page"] == "arrange"


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "query",
    [
        {"input": "text", "text": "a"},
        {"input": "text", "text": ""},
        {"input": "numbers", "numbers": "3,x"},
        {"input": "sine", "cell": "rnn-relu", "gain": "3", "length": "2000"},
    ],
)
def test_what_cannot_be_arranged_is_said_and_an_example_shown(query: dict[str, str], language: str) -> None:
    app = opened({"lang": language, "arrangement": "aligned", **query})
    assert len(told(app)) == 2
    assert data_of(app)["labels"] == list(SEQUENCES[query["input"]].make().labels)
    assert link_of(app).items() >= query.items() - {("input", "text")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_ends_before_its_time_is_said(language: str) -> None:
    query = {"cell": "rnn-relu", "gain": "3", "input": "sine", "arrangement": "one-to-many", "ahead": "200"}
    app = opened({"lang": language, **query})
    steps = data_of(app)["steps"]
    assert about(app)["stopped"]
    assert steps < 200
    ended = "The run ends after {count} outputs: the last one is beyond every number."
    said = translate(language, n_(ended, ended, "count"), count=steps)
    assert said in " ".join(text.value for text in app.markdown)


# The link, and from page to page


@given(arrange_scenes())
def test_a_link_reads_back_to_the_scene_that_wrote_it(scene: Scene) -> None:
    assert read_link(write_link(scene), LANGUAGES, "arrange") == (scene, [])


def test_the_usual_scene_needs_no_parameter() -> None:
    assert read_link({}, LANGUAGES, "arrange") == (arrange_scene_of(), [])
    assert write_link(arrange_scene_of()) == {}


def test_another_arrangement_or_length_starts_where_its_run_opens() -> None:
    scene = replace(arrange_scene_of("encoder-decoder"), step=20, unit=3)
    for new in (changed(scene, arrangement="aligned"), changed(scene, ahead=3)):
        assert (new.step, new.unit) == (None, 3)
    assert changed(scene, cell="gru").step == 20


@given(arrange_scenes(), scenes(), st.booleans())
def test_going_to_a_page_makes_a_link_without_a_mistake(one: Scene, other: Scene, swapped: bool) -> None:
    here, there = (other, one) if swapped else (one, other)
    scene = carry_over(write_link(here), here.page, write_link(there), there.page)
    assert read_link(write_link(scene), LANGUAGES, there.page) == (scene, [])
    assert (scene.lang, scene.cell) == (here.lang, here.cell)
    assert scene.step in (None, there.step, here.step)


def test_who_comes_from_the_step_page_brings_cell_and_sequence_and_finds_his_arrangement() -> None:
    app = opened({"arrangement": "one-to-many", "ahead": "30", "step": "29", "cell": "gru"})
    turn_to(app, "step")
    assert (told(app), link_of(app)) == ([], {"cell": "gru"})
    app.button(key="input-sine").click()
    run(app)
    turn_to(app, "arrange")
    assert told(app) == []
    assert link_of(app).items() >= {"arrangement": "one-to-many", "ahead": "30", "cell": "gru", "input": "sine"}.items()


def test_a_run_in_double_says_what_it_reads_in_double() -> None:
    app = opened({"arrangement": "one-to-many", "input": "sine", "precision": "float64"})
    read = SEQUENCES["sine"].make().in_double()
    result = arranged(WEIGHTS["random"].make("lstm", 1).double(), read, "one-to-many")
    assert about(app)["values"] == result.outputs.tolist()
    assert about(app)["values"] != run_of("one-to-many", sequence="sine").outputs.tolist()


def test_the_same_choices_are_run_once() -> None:
    scene = arrange_scene_of("one-to-many", "gru", "sine", ahead=40)
    assert open_arranged(scene)[1] is open_arranged(replace(scene, step=3, lang="ko"))[1]
