"""A link carries a scene whole, and what it says wrongly is named and brought back to the usual."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cells import CELLS
from cells.core.messages import InputError
from cells.core.settings import Choice, Number, Setting, Text
from cells.families.conventions import NOTATIONS
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS, default_weights
from pages.shared.scene.changes import changed
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.scene import Scene
from pages.shared.scene.weights import settings_of, usual_settings
from pages.shared.words.text import LONGEST_QUOTE
from pages.step.kind import STEP
from tests.checking.sampling import few
from tests.pages.scenes import FITTING, LANGUAGES, PAIRS, UNFITTING, scene_of, scenes

NOT_WHOLE = ["", " ", "x", "1.5", "1e1", "nan", "inf", "--1", "1 ", "1_0", "0x1", "٣", "１", "9" * 16, "9" * 5000]
NOT_A_NUMBER = ["", " ", "x", ".", "1e", "nan", "NaN", "inf", "-inf", "1,5", "1e400", "1e9999", "1_0", "٣", "1" * 5000]
MARKUP = ["<b>1</b>", "**1**", "$1$", "{value}", "{0}", "{", "%s", "\\", "\n# 1", "javascript:alert(1)"]
SOME_MARKUP = ["**1**", "{value}"]


def link_of(cell: str, sequence: str, weights: str) -> dict[str, str]:
    """Write the link to a scene in full."""
    return {"cell": cell, "input": sequence, "weights": weights}


def read(query: dict[str, str]) -> tuple[Scene, list[InputError]]:
    return read_link(query, LANGUAGES, "step")


def only(problems: list[InputError]) -> InputError:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def every_setting() -> list[Setting]:
    return [setting for choice in FITTING for setting in settings_of(*choice[1:]).values()]


def numbers_of(whole: bool) -> list[tuple[str, str, str, Number]]:
    """Return every number that a link can set, and where."""
    found: dict[str, tuple[str, str, str, Number]] = {}
    for choice in FITTING:
        for setting in settings_of(*choice[1:]).values():
            if isinstance(setting, Number) and isinstance(setting.default, int) is whole:
                found.setdefault(f"{setting.name} {setting.default}", (*choice, setting))
    return list(found.values())


def beyond(setting: Number) -> list[str]:
    """Values just outside the bounds."""
    if isinstance(setting.default, int):
        return [str(int(setting.low) - 1), str(int(setting.high) + 1)]
    return [str(setting.low - 0.001), str(setting.high + 0.001)]


# Round trips


@given(scenes())
@example(scene_of(sequence="text", text=""))
@example(scene_of(sequence="text", text="a&b=c#d?e+f%20 \n\t\0 안녕 👩‍👩‍👧"))
@example(replace(scene_of(), step=-1))
@example(replace(scene_of(), step=0))
@example(scene_of(weights="random", gain=5e-324))
def test_a_link_reads_back_to_the_scene_that_wrote_it(scene: Scene) -> None:
    assert read(write_link(scene)) == (scene, [])


@pytest.mark.each_value
@pytest.mark.parametrize(("cell", "sequence", "weights"), FITTING)
def test_every_fitting_choice_makes_a_round_trip(cell: str, sequence: str, weights: str) -> None:
    scene = scene_of(cell, sequence, weights)
    link = write_link(scene)
    assert read(link) == (scene, [])
    assert set(link) <= {"cell", "input", "weights"}


def test_the_usual_scene_needs_no_parameter() -> None:
    scene, problems = read({})
    assert problems == []
    assert (scene.cell, scene.input, scene.weights, scene.step, scene.unit, scene.layer, scene.lang) == (
        "lstm",
        "pulse",
        "latch",
        None,
        0,
        0,
        None,
    )
    assert scene.settings == usual_settings("pulse", "latch")
    assert write_link(scene) == {}


@given(scenes())
def test_what_is_as_usual_stays_out_of_the_link(scene: Scene) -> None:
    link = write_link(scene)
    for name, value in usual_settings(scene.input, scene.weights).items():
        assert (name in link) == (scene.settings[name] != value)
    assert ("weights" in link) == (scene.weights != default_weights(scene.cell, scene.input))
    assert ("unit" in link) == (scene.unit != 0)
    assert ("layer" in link) == (scene.layer != 0)
    assert ("notation" in link) == (STEP.own_of(scene).notation != "short")
    assert ("step" in link) == (scene.step is not None)


def test_the_usual_said_in_full_is_left_out_again() -> None:
    scene, problems = read({"cell": "lstm", "input": "pulse", "weights": "latch", "unit": "0", "length": "24"})
    assert (write_link(scene), problems) == ({}, [])


@pytest.mark.parametrize(("text", "number"), [("5", 5.0), ("+5", 5.0), ("5.", 5.0), ("5e0", 5.0), ("0.5E1", 5.0)])
def test_a_number_may_be_written_in_several_ways(text: str, number: float) -> None:
    scene, problems = read({"sharpness": text})
    assert (scene.settings["sharpness"], problems) == (number, [])
    assert isinstance(scene.settings["sharpness"], float)


def test_no_setting_bears_the_name_of_another_choice() -> None:
    settings_names = {setting.name for setting in every_setting()}
    assert not settings_names & (set(Scene.__dataclass_fields__) | {"settings", "embed", "embed_options"})


# Bad values


@pytest.mark.each_value
@pytest.mark.parametrize(
    "value", few(["", "LSTM", "lstm ", "elman", "x" * 5000, *MARKUP], "", "LSTM", "lstm ", "x" * 5000, *SOME_MARKUP)
)
@pytest.mark.parametrize("name", ["cell", "input", "weights", "notation", "lang"])
def test_an_unknown_choice_is_named_and_replaced_by_the_usual(name: str, value: str) -> None:
    scene, problems = read({name: value})
    problem = only(problems)
    assert problem.values["name"] == name
    assert str(problem.values["value"])[:39] == value[:39]
    assert scene == scene_of()


@pytest.mark.parametrize(
    ("name", "choices"), [("cell", CELLS), ("input", SEQUENCES), ("weights", WEIGHTS), ("notation", NOTATIONS)]
)
def test_the_message_for_an_unknown_choice_lists_the_known_ones(name: str, choices: Collection[str]) -> None:
    _, problems = read({name: "?"})
    assert all(choice in str(only(problems)) for choice in choices)


@pytest.mark.parametrize(("cell", "sequence", "weights"), few(UNFITTING, *{one[2]: one for one in UNFITTING}.values()))
def test_weights_that_do_not_fit_are_named_and_replaced(cell: str, sequence: str, weights: str) -> None:
    scene, problems = read(link_of(cell, sequence, weights))
    problem = only(problems)
    assert (problem.values["name"], problem.values["value"]) == ("weights", weights)
    assert scene == scene_of(cell, sequence)


@pytest.mark.parametrize(("cell", "sequence", "weights", "setting"), numbers_of(whole=True))
def test_a_setting_that_is_not_whole_or_outside_is_named_and_replaced(
    cell: str, sequence: str, weights: str, setting: Number
) -> None:
    for value in [*NOT_WHOLE, *MARKUP, *beyond(setting)]:
        check_bad_setting(cell, sequence, weights, setting, value)


@pytest.mark.parametrize(("cell", "sequence", "weights", "setting"), numbers_of(whole=False))
def test_a_setting_that_is_not_a_number_or_outside_is_named_and_replaced(
    cell: str, sequence: str, weights: str, setting: Number
) -> None:
    for value in [*NOT_A_NUMBER, *MARKUP, *beyond(setting)]:
        check_bad_setting(cell, sequence, weights, setting, value)


def check_bad_setting(cell: str, sequence: str, weights: str, setting: Number, value: str) -> None:
    scene, problems = read({**link_of(cell, sequence, weights), setting.name: value})
    problem = only(problems)
    told = str(problem)
    assert problem.values["name"] == setting.name
    assert setting.name in told
    assert value in told or value[: LONGEST_QUOTE - 1] + "…" in told
    assert str(setting.low) in told
    assert str(setting.high) in told
    assert scene == scene_of(cell, sequence, weights)


@pytest.mark.each_value
@pytest.mark.parametrize("value", few([*NOT_WHOLE, *MARKUP], "", "1.5", "1_0", "٣", "9" * 16, *SOME_MARKUP))
@pytest.mark.parametrize("name", ["step", "unit", "layer"])
def test_a_malformed_position_is_named_and_replaced(name: str, value: str) -> None:
    scene, problems = read({name: value})
    assert only(problems).values["name"] == name
    assert scene == scene_of()


@pytest.mark.parametrize("name", ["stepp", "Cell", "", "<b>", "{value}", "x" * 5000])
def test_an_unknown_parameter_is_named_and_left_out(name: str) -> None:
    scene, problems = read({name: "1"})
    problem = only(problems)
    assert str(problem).startswith(name[:39])
    assert len(str(problem)) < 200
    assert scene == scene_of()


def test_a_setting_of_another_choice_is_named_with_its_value() -> None:
    scene, problems = read({"text": "hello"})
    assert "text=hello" in str(only(problems))
    assert scene == scene_of()


def test_each_wrong_parameter_has_a_message_of_its_own_and_the_right_ones_count() -> None:
    scene, problems = read({"cell": "gru", "length": "x", "unit": "y", "step": "3", "bogus": "1"})
    assert [problem.values["name"] for problem in problems] == ["length", "unit", "bogus"]
    assert scene == replace(scene_of("gru"), step=3)


@given(
    st.dictionaries(
        st.sampled_from(["cell", "input", "weights", "step", "unit", "seed", "gain", "text", "?"]), st.text()
    )
)
def test_any_link_is_read_into_a_scene_that_makes_a_round_trip(query: dict[str, str]) -> None:
    scene, problems = read(query)
    assert read(write_link(scene)) == (scene, [])
    assert all(len(str(problem)) < 300 for problem in problems)


# Choices


def test_another_cell_keeps_fitting_weights_and_the_step_and_starts_at_unit_0() -> None:
    scene = replace(scene_of("lstm", "pulse", "latch", sharpness=4.0), step=7, unit=3)
    assert changed(scene, cell="gru") == replace(scene_of("gru", "pulse", "latch", sharpness=4.0), step=7, unit=0)


def test_another_cell_leaves_weights_that_do_not_fit_it() -> None:
    assert changed(replace(scene_of(), step=7), cell="rnn") == replace(scene_of("rnn"), step=7)


def test_another_sequence_opens_at_its_own_step_with_its_usual_weights() -> None:
    new = changed(replace(scene_of(), step=7), input="text")
    assert new == scene_of("lstm", "text")
    assert new.step is None


@pytest.mark.parametrize(
    ("cell", "sequence"), few(PAIRS, ("rnn", "bits"), ("lstm", "anbn"), ("gru", "text"), ("mgu", "pulse"))
)
def test_after_a_choice_the_weights_fit(cell: str, sequence: str) -> None:
    for start in FITTING:
        new = changed(scene_of(*start), cell=cell, input=sequence)
        assert WEIGHTS[new.weights].fits(cell, sequence)
        assert set(new.settings) == set(settings_of(new.input, new.weights))


def test_what_was_typed_stays_when_cell_weights_or_language_change() -> None:
    scene = scene_of("lstm", "text", "random", text="3,4,x", units=16)
    assert changed(scene, cell="gru").settings == scene.settings
    assert changed(scene, weights="random").settings == scene.settings
    assert changed(scene, lang="ko") == replace(scene, lang="ko")


def test_settings_of_random_weights_stay_when_the_sequence_changes() -> None:
    scene = scene_of("lstm", "text", "random", units=16, gain=0.5)
    new = changed(scene, input="numbers")
    assert (new.weights, new.settings["units"], new.settings["gain"]) == ("random", 16, 0.5)


def test_another_text_opens_at_the_start_and_keeps_the_unit() -> None:
    scene = replace(scene_of("lstm", "text"), step=5, unit=2)
    assert changed(scene, text="abc") == replace(scene, settings={**scene.settings, "text": "abc"}, step=None)


def test_a_setting_of_the_weights_keeps_the_step() -> None:
    scene = replace(scene_of(weights="random"), step=5, unit=2)
    assert changed(scene, gain=0.5) == replace(scene, settings={**scene.settings, "gain": 0.5})


def test_another_number_of_units_starts_at_unit_0() -> None:
    scene = replace(scene_of(weights="random"), step=5, unit=2)
    new = changed(scene, units=1)
    assert (new.unit, new.step) == (0, 5)


def test_another_stack_opens_at_its_first_layer_and_keeps_step_and_unit() -> None:
    scene = replace(scene_of(weights="random", layers=3), step=5, unit=2, layer=2)
    for choice in ({"layers": 2}, {"directions": 2}):
        new = changed(scene, **choice)
        assert (new.layer, new.unit, new.step) == (0, 2, 5)
    assert changed(scene, gain=0.5).layer == 2


def test_leaving_a_layer_that_reads_from_the_end_opens_where_the_sequence_does() -> None:
    """Its step counts from the other end, and only the run knows how long that is."""
    backward = replace(scene_of(weights="random", layers=2, directions=2), step=5, layer=3)
    assert changed(backward, directions=1) == replace(
        backward, settings={**backward.settings, "directions": 1}, step=None, layer=0
    )
    assert changed(backward, units=3).step is None
    assert changed(backward, cell="gru").step is None
    forward = replace(backward, layer=2)
    assert changed(forward, directions=1).step == 5


def test_the_symbols_are_kept_through_other_choices() -> None:
    scene = replace(scene_of().with_own(notation="keras"), step=5)
    assert STEP.own_of(changed(scene, cell="gru")).notation == "keras"
    assert changed(scene, notation="onnx") == scene.with_own(notation="onnx")


def test_a_new_step_and_unit_are_taken_as_they_are() -> None:
    assert changed(scene_of(), step=-1, unit=0) == replace(scene_of(), step=-1)
    assert changed(replace(scene_of(), step=4), step=None) == scene_of()


@given(scenes())
def test_choosing_nothing_new_changes_nothing(scene: Scene) -> None:
    assert changed(scene) == scene
    assert changed(scene, cell=scene.cell, weights=scene.weights, lang=scene.lang) == scene


@given(scenes(), st.sampled_from([*CELLS]) | st.none(), st.sampled_from([*SEQUENCES]) | st.none())
def test_a_scene_after_a_choice_makes_a_round_trip(scene: Scene, cell: str | None, sequence: str | None) -> None:
    choices = {name: value for name, value in {"cell": cell, "input": sequence}.items() if value}
    new = changed(scene, **choices)
    assert read(write_link(new)) == (new, [])


def test_texts_are_the_only_settings_without_bounds() -> None:
    for setting in every_setting():
        if isinstance(setting, Choice):
            assert setting.default in setting.choices
        else:
            assert isinstance(setting, Text) or setting.low <= setting.default <= setting.high
