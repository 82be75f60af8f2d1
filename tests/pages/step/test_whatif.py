"""Clamps and changed inputs: as a link spells them, as the page shows them, and as the stepper reports them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cells import CELLS, Clamp, trace
from cells.analysis.consequences import Consequence
from cells.inputs.edit import Edit
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.scene.changes import changed
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.session import within_run
from pages.shared.scene.what_if_link import MOST, write_clamps, write_edits
from pages.shared.stepper.whatif import consequence_sentence
from pages.shared.words.catalogue import translate
from pages.step.kind import STEP, StepFields
from pages.step.results import open_with_what_if
from tests.checking.sampling import few, rare
from tests.pages.arrays import array_of, number_at, opened_of, same_bits
from tests.pages.scenes import LANGUAGES, SOME_CELLS, clamps, edits, scene_of
from tests.pages.visit import ask, data_of, figure_of, link_of, numbers_of, told, visit

own = STEP.own_of


def own_in(**query: str) -> StepFields:
    """Return the page's own fields of a link in which nothing is wrong."""
    scene, problems = read_link(query, LANGUAGES, "step")
    assert problems == []
    return own(scene)


# The link


@given(st.lists(clamps(), min_size=1, max_size=5))
def test_clamps_are_read_as_they_were_written(several: list[Clamp]) -> None:
    assert own_in(clamp=write_clamps(several)).clamp == tuple(several)


@given(st.lists(edits(), min_size=1, max_size=5))
def test_edits_are_read_as_they_were_written(several: list[Edit]) -> None:
    assert own_in(edit=write_edits(several)).edit == tuple(several)


def test_a_clamp_is_written_as_a_person_would() -> None:
    assert write_clamps([Clamp("forget", 1.0, units=0, steps=range(10, 21))]) == "forget:1:10-20:0"
    assert write_clamps([Clamp("forget", 0.0, steps=30), Clamp("output", 0.5)]) == "forget:0:30,output:0.5"
    assert write_clamps([Clamp("cell", -1.5, units=range(2, 4), layer=1)]) == "cell:-1.5::2-3:1"
    assert own_in(edit="4:,,7:x,9: ").edit == (Edit(4, ","), Edit(7, "x"), Edit(9, " "))
    assert own_in(edit="0:x\n").edit == (Edit(0, "x\n"),)


UNREADABLE = ["", "forget", "forget:", ":1", "forget:x", "forget:nan", "forget:inf", "forget:1:x", "forget:1:5-3"]
UNREADABLE += ["forget:1:-1", "forget:1:1:x", "forget:1:1:1:x", "forget:1:1:1:1:1", "forget:1:9999999"]
UNREADABLE += ["forget:1:1-", "forget:٣", "a" * 5000]


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_clamp_that_cannot_be_read_is_named_and_left_out(text: str) -> None:
    scene, problems = read_link({"clamp": text}, LANGUAGES, "step")
    assert scene == scene_of()
    assert len(problems) == 1
    assert text.rsplit(",", maxsplit=1)[-1][:20] in str(problems[0])
    assert len(str(problems[0])) < 300


@pytest.mark.parametrize("text", ["", "x", "4", "4:", ":x", "-1:x", "1234567:x", "٣:x"])
def test_an_edit_that_cannot_be_read_is_named_and_left_out(text: str) -> None:
    scene, problems = read_link({"edit": text}, LANGUAGES, "step")
    assert (own(scene).edit, len(problems)) == ((), 1)


def test_a_clamp_or_edit_that_cannot_be_read_costs_only_itself() -> None:
    query = {"clamp": "forget:1,reset:,output:0:3", "edit": "4:x,5:,6:y"}
    scene, problems = read_link(query, LANGUAGES, "step")
    assert own(scene).clamp == (Clamp("forget", 1.0), Clamp("output", 0.0, steps=3))
    assert own(scene).edit == (Edit(4, "x"), Edit(6, "y"))
    assert ["“reset:”" in str(problems[0]), "“5:”" in str(problems[1]), len(problems)] == [True, True, 2]


def test_a_link_holds_only_so_many() -> None:
    assert len(own_in(clamp=",".join(["forget:1"] * MOST)).clamp) == MOST
    scene, (problem,) = read_link({"clamp": ",".join(["forget:1"] * (MOST + 1))}, LANGUAGES, "step")
    assert len(own(scene).clamp) == MOST
    assert str(MOST) in str(problem)


# The scene


def test_another_cell_keeps_the_clamps_that_mean_something_in_it() -> None:
    scene = scene_of().with_own(clamp=(Clamp("forget", 0.0), Clamp("candidate", 1.0)), difference=True)
    assert own(changed(scene, cell="gru")).clamp == (Clamp("candidate", 1.0),)
    none_left = own(changed(scene.with_own(clamp=own(scene).clamp[:1]), cell="gru"))
    assert (none_left.clamp, none_left.difference) == ((), False)


def test_another_sequence_loses_the_changed_inputs() -> None:
    scene = scene_of("lstm", "text", text="hello").with_own(edit=(Edit(0, "e"),))
    assert own(changed(scene, cell="gru")).edit == own(scene).edit
    assert own(changed(scene, text="hallo")).edit == own(changed(scene, input="pulse")).edit == ()


def test_a_choice_leaves_out_what_has_no_place_any_more() -> None:
    kept, lost = Clamp("forget", 0.0, steps=3), Clamp("forget", 0.0, steps=20)
    scene = scene_of(length=8).with_own(clamp=(kept, lost, Clamp("forget", 0.0, units=1)), edit=(Edit(9, "1/1"),))
    assert within_run(scene) == scene.with_own(clamp=(kept,), edit=())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        rare({"clamp": "reset:1"}, "reset"),
        rare({"clamp": "forget:1:24"}, "24"),
        rare({"clamp": "forget:1:0-999999"}, "23"),
        ({"clamp": "forget:1::1"}, "unit 1"),
        rare({"clamp": "forget:1:::1"}, "layer 1"),
        ({"clamp": "forget:x"}, "forget:x"),
        ({"clamp": "forget:1e300"}, "1e+300"),
        rare({"clamp": f"{'x' * 5000}:1"}, "xxx…"),
        ({"clamp": "<b>:1"}, "<b>"),
        rare({"edit": "99:1/1"}, "99"),
        ({"edit": "3:z"}, "z"),
        rare({"edit": "3:<b>"}, "<b>"),
        ({"difference": "yes"}, "difference=yes"),
    ],
)  # fmt: skip
def test_a_bad_clamp_is_told_and_the_run_shown_without_it(query: dict[str, str], named: str) -> None:
    app = visit(query)
    assert named in told(app)[0]
    assert data_of(app)["whatif"] is None
    assert data_of(app)["original"] is None
    assert figure_of(app)["data"]


def test_a_clamp_that_has_no_place_in_the_run_costs_only_itself() -> None:
    app = visit({"clamp": "forget:1:99,output:0,reset:1", "edit": "99:1/1,3:0/1"})
    assert [len(told(app)), "99" in told(app)[0], "reset" in told(app)[1]] == [4, True, True]
    assert [clamp["signal"] for clamp in data_of(app)["whatif"]["clamps"]] == ["output"]
    assert [edit["step"] for edit in data_of(app)["whatif"]["edits"]] == [3]


# What the browser is told


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_both_runs_arrive_bit_for_bit(cell: str) -> None:
    signal = CELLS[cell].shown[0].name
    xs = SEQUENCES["pulse"].make().values
    module = WEIGHTS["random"].make(cell, 2)
    (now,) = trace(module, xs, clamp=Clamp(signal, 0.25, units=1, steps=range(5, 9)))
    data = data_of(visit({"cell": cell, "weights": "random", "clamp": f"{signal}:0.25:5-8:1"}))
    original = {**data["original"], "steps": data["steps"]}
    (before,) = trace(module, xs, clamp=Clamp(signal, 0.0, steps=()))
    for name in now:
        assert same_bits(array_of(data, name)[-24:], now[name]), name
        assert same_bits(array_of(original, name)[-24:], before[name]), name
    for step in range(5):
        for name in now:
            assert number_at(data, name, step, 1) == number_at(original, name, step, 1), "nothing before the clamp"
    assert number_at(data, signal, 5, 1) == 0.25
    assert data["whatif"]["clamps"] == [
        {"signal": signal, "value": 0.25, "steps": [5, 8], "units": [1, 1], "layer": None, "outside": False}
    ]
    assert len(data["whatif"]["changes"]) == data["units"]


RANGES = [("forget:1", False), ("forget:1.01", True), ("forget:-1", True)]
RANGES += [("cell:50", False), ("hidden:-1", False), ("hidden:2", True)]


@pytest.mark.parametrize(("clamp", "outside"), few(RANGES, *RANGES[:4]))
def test_a_value_outside_the_signals_range_is_allowed_and_marked(clamp: str, outside: bool) -> None:
    app = visit({"clamp": clamp})
    assert told(app) == []
    (shown,) = data_of(app)["whatif"]["clamps"]
    assert (shown["outside"], shown["steps"], shown["units"]) == (outside, None, None)


def test_a_changed_input_is_read_by_the_run_and_the_original_keeps_its_own() -> None:
    data = data_of(visit({"input": "text", "text": "hello", "edit": "1:o"}))
    assert data["labels"] == ["h", "o", "l", "l", "o"]
    assert data["original"]["reads"] == ["h", "e", "l", "l", "o"]
    held = opened_of("lstm", "text", "random", text="hello")
    assert same_bits(array_of({**data["original"], "steps": 5}, "forget"), held.layers[0]["forget"])
    assert not same_bits(array_of(data, "forget"), held.layers[0]["forget"])


def test_the_figure_shows_both_runs() -> None:
    lines = figure_of(visit({"clamp": "forget:0:8"}))["data"]
    _, held, _ = open_with_what_if(scene_of().with_own(clamp=(Clamp("forget", 0.0, steps=8),)))
    assert held.original is not None
    for name, layer in (
        ("cell state", held.layers[0]),
        ("cell state, as it was", held.original.layers[0]),
    ):
        (line,) = [line for line in lines if line["name"] == name]
        assert np.array_equal(numbers_of(line["y"]), layer["cell"][:, 0])


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["nothing", "longer", "shorter", "end", "passing"])
@pytest.mark.parametrize(("step", "steps"), [(-1, 1), (0, 1), (4, 37)])
@pytest.mark.parametrize("to_end", [False, True])
def test_every_consequence_has_a_sentence_with_its_numbers(
    kind: str, step: int, steps: int, to_end: bool, language: str
) -> None:
    consequence = Consequence(kind, step, steps, to_end, before=-0.5, now=0.25)  # type: ignore[arg-type]
    sentence = consequence_sentence(consequence, lambda text, **values: translate(language, text, **values))
    assert sentence
    assert "{" not in sentence
    if kind in ("end", "passing"):
        assert "−0.50" in sentence
        assert "0.25" in sentence
    if steps == 37 and kind in ("longer", "shorter"):
        assert "37" in sentence
        assert "5" in sentence


def test_the_sentence_says_how_much_longer_a_memory_survives() -> None:
    said = data_of(visit({"length": 60, "clamp": "forget:0:20"}))["whatif"]["changes"]
    assert said == ["What step 4 wrote is lost 16 steps earlier."]


def test_a_run_that_a_clamp_blows_up_is_shown_and_its_end_told() -> None:
    app = visit({"cell": "rnn-relu", "weights": "random", "length": 400, "gain": 3, "clamp": "hidden:1e30:5"})
    assert told(app) == []
    assert data_of(app)["original"]
    assert any("the hidden state is beyond every number" in said for said in data_of(app)["whatif"]["changes"])


# What the stepper reports


def test_a_valve_let_go_holds_the_gate_in_the_link_and_the_page_stays_at_its_step() -> None:
    app = ask(visit(), step=5, unit=0, clamps=[{"signal": "forget", "value": 0.0, "steps": [5, 5], "units": None}])
    assert link_of(app) == {"clamp": "forget:0:5", "step": "5"}
    data = data_of(app)
    assert data["step"] == 5
    assert number_at(data, "forget", 5, 0) == 0.0
    app = ask(app, step=5, unit=0)
    assert link_of(app) == {"step": "5"}
    assert data_of(app)["whatif"] is None


def test_a_changed_letter_and_back_again() -> None:
    app = visit({"input": "text", "text": "hello"})
    app = ask(app, step=1, unit=0, edits=[{"step": 1, "entry": "o"}])
    assert link_of(app)["edit"] == "1:o"
    app = ask(app, step=1, unit=0, edits=[{"step": 1, "entry": "e"}])
    assert "edit" not in link_of(app), "what reads as before is no change"


def test_what_cannot_be_read_is_told_and_the_former_run_stays() -> None:
    app = visit({"input": "numbers", "clamp": "forget:1"})
    app = ask(app, step=1, unit=0, clamps=[], edits=[{"step": 1, "entry": "x"}])
    assert "x" in told(app)[0]
    assert link_of(app)["clamp"] == "forget:1"
    assert data_of(app)["whatif"]["edits"] == []


def test_the_difference_alone_goes_into_the_link() -> None:
    clamp = {"signal": "forget", "value": 0.0, "steps": None, "units": None}
    app = ask(visit({"clamp": "forget:0"}), step=3, unit=0, clamps=[clamp], difference=True)
    assert link_of(app) == {"clamp": "forget:0", "difference": "1", "step": "3"}
    assert data_of(app)["difference"] is True


def test_a_scene_with_everything_makes_a_round_trip() -> None:
    scene = scene_of("gru", "text", text="a,b:c").with_own(
        clamp=(Clamp("update", 0.5, units=range(3), steps=2),),
        edit=(Edit(0, ","), Edit(1, ":")),
        difference=True,
    )
    assert read_link(write_link(scene), LANGUAGES, "step") == (scene, [])


def test_original_and_held_run_differ_only_by_the_clamp() -> None:
    """A clamp at the value that the signal has anyway changes no bit, chaotic as the run may be."""
    _, held, _ = open_with_what_if(
        scene_of("gru", "sine", "random", gain=3.0).with_own(clamp=(Clamp("update", 0.5, steps=()),))
    )
    assert held.original is not None
    assert all(torch.equal(held.layers[0][name], held.original.layers[0][name]) for name in held.layers[0])
