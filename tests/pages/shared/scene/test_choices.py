"""What a visitor chooses, types, and where he comes to rest goes into the link, and everything follows from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cells import CELLS
from cells.core.settings import Number
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS, default_weights
from pages.shared.scene.link import read_link
from pages.shared.scene.weights import OWN_MODEL, settings_of, usual_settings
from pages.shared.words.catalogue import translate
from tests.checking.sampling import few
from tests.pages.scenes import FITTING, LANGUAGES, PAIRS, SOME_SEQUENCES, scene_of
from tests.pages.visit import data_of, figure_of, layer_of, link_of, numbers_of, panes_of, rest, run, told, visit

# One cell and sequence that fit each weights: what a choice does to the link depends on no more than that.
ONE_OF_EACH = {weights: (cell, sequence, weights) for cell, sequence, weights in reversed(FITTING)}


def menu(app: AppTest, name: str) -> dict[str, bool]:
    """Return the entries of a menu by key, and whether each can be chosen."""
    entries = [button for button in app.button if (button.key or "").startswith(f"{name}-")]
    return {str(entry.key).removeprefix(f"{name}-"): not entry.disabled for entry in entries}


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def slider_keys(app: AppTest, title: str) -> list[str]:
    return [str(slider.key) for slider in app.slider if slider.label == title and not slider.disabled]


def some_weights(*usual: str) -> list[Any]:
    """Return a case for each weights, of which these are enough."""
    return few(ONE_OF_EACH.values(), *(ONE_OF_EACH[weights] for weights in usual))


# Choices


def check_offered(cell: str, sequence: str, language: str) -> None:
    """Hold that all weights but a model that is not open can be chosen; those that do not fit say what they bring."""
    app = visit({"cell": cell, "input": sequence, "lang": language})
    assert menu(app, "weights") == dict.fromkeys(WEIGHTS, True) | {"model": False}
    for key, kind in WEIGHTS.items():
        title = translate(language, kind.title)
        label = app.button(key=f"weights-{key}").label
        assert (label == title) == kind.fits(cell, sequence)
        brings_sequence = kind.inputs is not None and sequence not in kind.inputs
        first = translate(language, SEQUENCES[(kind.inputs or (sequence,))[0]].title)
        assert (first in plainly(label.removeprefix(title))) == brings_sequence
        brings_cell = kind.cells is not None and cell not in kind.cells
        assert (translate(language, CELLS[(kind.cells or (cell,))[0]].title) in label) == brings_cell
    assert translate(language, OWN_MODEL.needs) in [caption.value for caption in app.caption]


def plainly(markdown: str) -> str:
    return markdown.replace("\\", "")


@pytest.mark.parametrize(("cell", "sequence"), few(PAIRS, ("rnn", "bits"), ("lstm", "pulse"), ("mgu", "anbn")))
def test_weights_that_do_not_fit_say_what_they_bring(cell: str, sequence: str) -> None:
    check_offered(cell, sequence, "en")


@pytest.mark.parametrize("cell", few(CELLS, "gru"))
def test_they_say_so_in_the_readers_language(cell: str) -> None:
    check_offered(cell, "text", "ko")


@pytest.mark.parametrize("weights", few(WEIGHTS, "latch", "counter"))
def test_one_click_brings_along_what_weights_need_and_keeps_what_fits(weights: str) -> None:
    kind = WEIGHTS[weights]
    for cell, sequence in [("gru", "text"), ("lstm", "bits"), ("rnn", "anbn")]:
        app = visit({"cell": cell, "input": sequence, "weights": "random", "step": 3, "lang": "ko"})
        app.button(key=f"weights-{weights}").click()
        scene, problems = read_link(link_of(run(app)), LANGUAGES, "step")
        assert (problems, told(app), scene.weights) == ([], [], weights)
        assert scene.cell == (cell if kind.cells is None or cell in kind.cells else kind.cells[0])
        assert scene.input == (sequence if kind.inputs is None or sequence in kind.inputs else kind.inputs[0])
        assert data_of(app)["units"] == layer_of(scene)["hidden"].shape[-1]


def test_where_cells_are_compared_one_that_fits_is_enough_and_the_last_makes_room() -> None:
    for before, after in {
        "rnn,lstm": "rnn,lstm",
        "rnn,gru": "rnn,gru,lstm",
        "rnn,gru,mgu,rnn-relu": "rnn,gru,mgu,lstm",
    }.items():
        app = visit({"cells": before, "input": "text"}, page="compare")
        app.button(key="weights-trained-reber").click()
        link = link_of(run(app))
        assert (link["cells"], link["input"], told(app)) == (after, "reber", [])
        assert panes_of(app)[-1]["units"] == 16


@pytest.mark.parametrize("cell", few(CELLS, "rnn", "lstm-coupled", "mgu"))
def test_a_setting_that_means_nothing_for_the_cell_is_greyed_out(cell: str) -> None:
    app = visit({"cell": cell, "weights": "random"})
    for setting in WEIGHTS["random"].settings:
        assert isinstance(setting, Number)
        usable = setting.name != "residual" and (setting.name != "forget_bias" or "forget" in CELLS[cell].gates)
        key = f"set weights {setting.name}"
        widget = app.button_group(key=key) if setting.names else app.slider(key=key)
        assert widget.disabled == (not usable)


@pytest.mark.parametrize("cell", [key for key, cell in CELLS.items() if not cell.varies])
def test_choosing_a_cell_changes_link_and_stepper(cell: str) -> None:
    app = visit({"cell": "gru" if cell == "lstm" else "lstm"})
    app.button_group(key="choose cell").set_value(cell)
    run(app)
    assert link_of(app).get("cell", "lstm") == cell
    assert data_of(app)["cell"] == cell
    assert app.button_group(key="choose cell").value == cell


@pytest.mark.parametrize("cell", few([key for key, cell in CELLS.items() if cell.varies], "rnn-relu", "lstm-peephole"))
def test_choosing_a_variant_changes_link_and_stepper(cell: str) -> None:
    app = visit({"cell": CELLS[cell].varies})
    app.button(key=f"cell-{cell}").click()
    run(app)
    assert link_of(app) == {"cell": cell}
    assert data_of(app)["cell"] == cell
    assert app.button_group(key="choose cell").value == CELLS[cell].varies


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cell", few(CELLS, "rnn", "lstm-peephole", "gru"))
def test_the_menu_of_variants_names_each_and_where_they_come_from(cell: str, language: str) -> None:
    app = visit({"cell": cell, "lang": language})
    base = CELLS[cell].varies or cell
    family = [key for key in CELLS if base in (key, CELLS[key].varies)]
    labels = {str(button.key): button.label for button in app.button}
    titles = {f"cell-{key}": translate(language, CELLS[key].title) for key in family}
    assert {key: label for key, label in labels.items() if key.startswith("cell-")} == titles
    captions = [caption.value for caption in app.caption]
    for key in ("lstm", "gru"):
        assert (translate(language, CELLS[key].origins) in captions) == (key == base)


def test_the_page_says_that_the_variants_start_from_pytorchs_lstm() -> None:
    (caption,) = [caption.value for caption in visit({"cell": "lstm"}).caption if "Greff et al. 2015" in caption.value]
    assert "Their baseline has peepholes" in caption
    assert "start from PyTorch's" in caption


@pytest.mark.parametrize("sequence", SOME_SEQUENCES)
def test_choosing_a_sequence_changes_link_and_stepper(sequence: str) -> None:
    app = visit({"input": "sine" if sequence == "pulse" else "pulse", "step": 5})
    app.button(key=f"input-{sequence}").click()
    run(app)
    assert link_of(app) == ({} if sequence == "pulse" else {"input": sequence})
    data = data_of(app)
    assert (data["steps"], data["step"]) == (len(SEQUENCES[sequence].make().labels), SEQUENCES[sequence].make().start)
    assert menu(app, "input") == {**dict.fromkeys(SEQUENCES, True), "file": False, "sample": False}


@pytest.mark.parametrize(("cell", "sequence", "weights"), some_weights("latch", "trained-reber", "random"))
def test_choosing_weights_changes_link_and_stepper(cell: str, sequence: str, weights: str) -> None:
    app = visit({"cell": cell, "input": sequence, "weights": "random", "units": 3})
    app.button(key=f"weights-{weights}").click()
    run(app)
    scene, problems = read_link(link_of(app), LANGUAGES, "step")
    assert (scene.weights, problems) == (weights, [])
    assert ("weights" in link_of(app)) == (weights != default_weights(cell, sequence))
    assert data_of(app)["units"] == layer_of(scene)["hidden"].shape[-1]


@pytest.mark.parametrize("sequence", few(SEQUENCES, "bits"))
def test_every_slider_of_a_sequence_and_of_random_weights_changes_the_link(sequence: str) -> None:
    check_sliders("lstm", sequence, "random")


@pytest.mark.parametrize(("cell", "sequence", "weights"), some_weights("latch", "trained-reber"))
def test_every_slider_of_the_weights_changes_the_link(cell: str, sequence: str, weights: str) -> None:
    check_sliders(cell, sequence, weights)


def check_sliders(cell: str, sequence: str, weights: str) -> None:
    """Hold that each slider sets its parameter of the link, one after another, and the page shows a run for it."""
    app = visit({"cell": cell, "input": sequence, "weights": weights})
    names = {setting.name for setting in SEQUENCES[sequence].settings} if SEQUENCES[sequence].read else set()
    for setting in settings_of(sequence, weights).values():
        if setting.name in names:
            continue  # a table's are chosen on its own page
        for key in slider_keys(app, setting.title) if isinstance(setting, Number) else []:
            assert isinstance(setting, Number)
            before = data_of(app)["opening"]
            value = setting.low if setting.low != app.slider(key=key).value else setting.high
            app.slider(key=key).set_value(value)
            run(app)
            assert link_of(app).get(setting.name, str(setting.default)) == str(value)
            assert told(app) == []
            assert data_of(app)["opening"] != before


def test_a_value_between_a_sliders_steps_is_kept() -> None:
    app = visit({"weights": "random", "gain": 0.123})
    assert told(app) == []
    assert app.slider(key="set weights gain").value == 0.123
    run(app)
    assert link_of(app)["gain"] == "0.123"


def test_weights_that_nobody_chose_follow_the_sequence() -> None:
    app = visit({"input": "text"})
    app.button(key="input-pulse").click()
    run(app)
    assert link_of(app) == {}, "text has random weights for want of others; the latch is back with its own sequence"


def test_what_was_typed_is_back_when_its_sequence_is_chosen_again() -> None:
    app = visit({"input": "text"})
    app.text_input(key="type text").set_value("내 이름")
    run(app)
    app.button(key="input-pulse").click()
    run(app)
    assert "text" not in link_of(app)
    app.button(key="input-text").click()
    run(app)
    assert link_of(app) == {"input": "text", "text": "내 이름"}
    assert app.text_input(key="type text").value == "내 이름"


def test_what_was_typed_stays_through_every_other_choice() -> None:
    app = visit({"input": "text", "text": "abc"})
    app.button_group(key="choose cell").set_value("gru")
    run(app)
    app.slider(key="set weights units").set_value(3)
    run(app)
    app.button(key="lang-ko").click()
    run(app)
    assert link_of(app) == {"cell": "gru", "input": "text", "text": "abc", "units": "3", "lang": "ko"}


def test_a_choice_that_changes_nothing_leaves_the_page_as_it_is() -> None:
    app = visit({"weights": "random", "step": 5, "unit": 3})
    app.button(key="weights-random").click()
    run(app)
    assert link_of(app) == {"weights": "random", "step": "5", "unit": "3"}


def test_a_text_too_long_for_a_link_is_kept_for_the_visit() -> None:
    app = visit({"input": "text"})
    app.text_input(key="type text").set_value("가" * 20_000)
    run(app)
    assert "text" not in link_of(app)
    assert any("20000" in line for line in told(app))
    assert app.text_input(key="type text").value == "가" * 20_000
    app.text_input(key="type text").set_value("나")
    run(app)
    assert (link_of(app)["text"], told(app)) == ("나", [])


def test_choosing_the_chosen_sequence_again_keeps_the_step() -> None:
    app = visit({"step": 5})
    app.button(key="input-pulse").click()
    run(app)
    assert link_of(app) == {"step": "5"}


def test_the_seed_of_the_bits_and_of_random_weights_is_one_choice() -> None:
    app = visit({"input": "bits", "seed": 7})
    assert told(app) == []
    scene = scene_of("lstm", "bits", seed=7)
    assert data_of(app)["labels"] == list(SEQUENCES["bits"].make(seed=7).labels)
    assert np.array_equal(numbers_of(figure_of(app)["data"][0]["y"]), layer_of(scene)["forget"][:, 0])


# Coming to rest


def test_where_the_reader_rests_goes_into_the_link() -> None:
    app = rest(visit({"weights": "random"}), step=3, unit=2)
    assert link_of(app) == {"weights": "random", "step": "3", "unit": "2"}


def test_the_usual_place_stays_out_of_the_link() -> None:
    app = visit({"weights": "random", "step": 3, "unit": 2})
    rest(app, step=data_of(app)["home"], unit=0)
    assert link_of(app) == {"weights": "random"}


def test_the_state_before_the_first_step_goes_into_the_link() -> None:
    assert link_of(rest(visit(), step=-1, unit=0)) == {"step": "-1"}


def test_a_report_is_not_sent_back_to_the_stepper_as_news() -> None:
    app = visit({"weights": "random"})
    before = data_of(app)
    assert data_of(rest(app, step=3, unit=2)) == before


def test_a_late_report_of_another_run_is_not_heard() -> None:
    app = visit({"weights": "random"})
    opening = data_of(app)["opening"]
    app.button(key="input-text").click()
    run(app)
    assert data_of(app)["opening"] != opening
    rest(app, step=7, unit=2, opening=opening)
    assert link_of(app) == {"input": "text"}


def test_the_overview_follows_the_unit() -> None:
    app = rest(visit({"weights": "random"}), step=3, unit=2)
    layer = layer_of(scene_of(weights="random"))
    assert np.array_equal(numbers_of(figure_of(app)["data"][0]["y"]), layer["forget"][:, 2])
    assert any("2" in heading.value for heading in app.subheader)


def test_a_changed_link_opens_the_stepper_anew() -> None:
    app = visit({"weights": "random"})
    opening = data_of(app)["opening"]
    app.query_params["step"] = "4"
    run(app)
    assert (data_of(app)["step"], data_of(app)["opening"] == opening) == (4, False)


# Languages


def test_the_first_visit_follows_the_browsers_locale() -> None:
    assert data_of(visit(locale="ko-KR"))["words"]["play"] == translate("ko", "Play") != "Play"
    assert data_of(visit(locale="fr-FR"))["words"]["play"] == "Play"


def test_the_links_language_outweighs_the_browsers() -> None:
    assert data_of(visit({"lang": "en"}, locale="ko-KR"))["words"]["play"] == "Play"


def test_an_unknown_language_leaves_the_browsers() -> None:
    app = visit({"lang": "xx"}, locale="ko-KR")
    assert data_of(app)["words"]["play"] == translate("ko", "Play")
    assert "lang=xx" in told(app)[0]


def test_the_language_button_switches_there_and_back_and_keeps_the_scene() -> None:
    app = visit({"weights": "random", "step": 5, "unit": 3})
    assert "한국어" in buttons(app)
    app.button(key="lang-ko").click()
    run(app)
    assert link_of(app) == {"weights": "random", "step": "5", "unit": "3", "lang": "ko"}
    assert data_of(app)["words"]["play"] == translate("ko", "Play")
    assert (data_of(app)["step"], data_of(app)["unit"]) == (5, 3)
    assert "English" in buttons(app)
    assert "한국어" not in buttons(app)
    app.button(key="lang-en").click()
    run(app)
    assert data_of(app)["words"]["play"] == "Play"


def test_a_browser_that_reports_from_its_former_address_undoes_no_choice() -> None:
    app = visit({"weights": "random"})
    app.button(key="lang-ko").click()
    run(app)
    app.query_params.clear()
    app.query_params["weights"] = "random"  # what was chosen is still on its way to the browser
    rest(app, 3, 2)
    assert link_of(app) == {"weights": "random", "lang": "ko", "step": "3", "unit": "2"}
    assert data_of(app)["words"]["play"] == translate("ko", "Play")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_usual_settings_are_shown_on_the_sliders(language: str) -> None:
    app = visit({"weights": "random", "lang": language})
    usual, titles = usual_settings("pulse", "random"), set()
    for name, setting in settings_of("pulse", "random").items():
        assert isinstance(setting, Number)
        key = f"set {'input' if name == 'length' else 'weights'} {name}"
        if setting.names:
            assert app.button_group(key=key).value == usual[name]
            assert app.button_group(key=key).options == [translate(language, value) for value in setting.names]
        else:
            assert app.slider(key=key).value == usual[name]
            titles.add(translate(language, setting.title))
    assert {slider.label for slider in app.slider} == titles
