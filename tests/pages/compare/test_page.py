"""The compare page, and going from page to page, run through the app's entry point without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cells import CELLS, TASKS, load_trained, remains
from cells.core.settings import FEWEST_CELLS, MOST_CELLS
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.scene.registry import KINDS
from pages.shared.words.catalogue import translate
from tests import ROOT
from tests.pages.scenes import LANGUAGES, MOSTLY_ENGLISH, SOME_SEQUENCES
from tests.pages.visit import data_of, link_of, panes_of, rest, run, told, turn_to, visit

USUAL = ["rnn", "lstm", "gru"]
PANES = {"step": 1, "compare": 3, "arrange": 1, "order": 2}  # of the pages that have a stepper
FULL = [*CELLS][:MOST_CELLS]


def shown(app: AppTest) -> list[str]:
    return [pane["cell"] for pane in panes_of(app)]


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", KINDS)
def test_every_page_opens(page: str, language: str) -> None:
    app = visit({"lang": language}, page=page)
    assert told(app) == []
    if page in PANES:
        assert data_of(app)["page"] == page
        assert len(panes_of(app)) == PANES[page]


@pytest.mark.parametrize("query", [{}, {"lang": "ko"}])
def test_the_bare_address_is_sent_on_to_trained_cells_of_which_the_rnn_fails(query: dict[str, str]) -> None:
    app = visit(query, page="compare")
    assert told(app) == []
    assert shown(app) == USUAL
    assert link_of(app) == {"input": "order", **query}
    data = data_of(app)
    assert (data["steps"], data["step"], data["labels"][39]) == (40, 39, "E")
    rnn, lstm, gru = (pane["about"] for pane in panes_of(app))
    assert rnn["success"]["value"] < 0.35
    assert (lstm["success"]["value"], gru["success"]["value"]) == (1, 1)
    again = visit(link_of(app), page="compare")
    assert [pane["about"] for pane in panes_of(again)] == [pane["about"] for pane in panes_of(app)]


def test_a_link_that_says_something_keeps_its_meaning() -> None:
    for query in ({"input": "bit"}, {"cells": "rnn,gru"}, {"step": "3"}, {"match": "units"}, {"precision": "float64"}):
        app = visit(query, page="compare")
        assert link_of(app) == query
        assert data_of(app)["steps"] == 100
        assert SEQUENCES["bit"].make().values[data_of(app)["home"]].tolist() == [-1, 0]


def test_the_usual_sequence_chosen_there_has_a_link_of_its_own() -> None:
    app = visit(page="compare")
    app.button(key="input-bit").click()
    app = run(app)
    assert link_of(app) == {"input": "bit"}
    assert data_of(visit(link_of(app), page="compare"))["steps"] == 100


def test_who_comes_by_the_header_keeps_what_is_carried_and_finds_his_own_again() -> None:
    app = turn_to(visit({"lang": "ko"}), "compare")
    assert link_of(app) == {"input": "order", "lang": "ko"}
    assert link_of(turn_to(app, "step")) == {"lang": "ko"}
    app = turn_to(visit({"input": "sine", "period": "9"}), "compare")
    assert link_of(app) == {"input": "sine", "period": "9"}


def test_who_goes_back_to_the_bare_address_is_not_sent_forward_again() -> None:
    app = visit(page="compare")
    app.query_params.clear()
    app = run(app)
    assert link_of(app) == {}, "else the browser's Back would lead nowhere"
    assert data_of(app)["steps"] == 40


def test_a_trained_cell_says_its_success_what_it_predicts_and_how_likely_it_holds_the_right_answer() -> None:
    app = visit({"input": "order", "seed": "4", "length": "30"}, page="compare")
    wanted = TASKS["order"].problem(length=30).wanted(4)[-1]
    sequence = TASKS["order"].sequence(4, length=30)
    for cell, pane in zip(USUAL, panes_of(app), strict=True):
        model = load_trained(ROOT / "cells" / "data" / "models" / f"order-{cell}.safetensors")
        shares = model.readout(model.module(sequence.values)[0]).softmax(dim=-1)
        about = pane["about"]
        assert about["answer"]["name"] == wanted
        assert about["answer"]["shares"] == pytest.approx(shares[:, model.outputs.index(wanted)].tolist(), abs=1e-6)
        assert about["answer"]["chance"] == 0.25
        assert about["success"]["value"] == pytest.approx(float(model.metadata["success"]), abs=0.01)
        assert about["success"]["text"] == f"success {100 * about['success']['value']:.0f} %"
        assert about["prediction"]["asked_at_end"]
        for row, expected in zip(about["prediction"]["rows"], shares, strict=True):
            by_name = dict(zip(model.outputs, expected.tolist(), strict=True))
            assert [value for _, value in row] == pytest.approx(sorted(by_name.values(), reverse=True), abs=1e-6)
            assert [value for _, value in row] == pytest.approx([by_name[name] for name, _ in row], abs=1e-6)


@pytest.mark.parametrize(
    ("sequence", "weights"), [("anbn", "trained-counter"), ("order", "random"), ("noise", "random")]
)
def test_where_no_single_answer_is_asked_for_none_is_shown(sequence: str, weights: str) -> None:
    about = panes_of(visit({"input": sequence, "weights": weights}, page="compare"))[1]["about"]
    assert about["answer"] is None
    assert (about["prediction"] is None, about["success"] is None) == (weights == "random", weights == "random")


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sequence", SOME_SEQUENCES)
def test_every_sequence_is_read_by_all_panes(sequence: str, language: str) -> None:
    app = visit({"input": sequence, "lang": language}, page="compare")
    assert told(app) == []
    steps = SEQUENCES[sequence].make().labels
    for pane in panes_of(app):
        assert pane["steps"] == len(pane["labels"]) == len(steps)
        assert pane["about"]["remains"] is None or len(pane["about"]["remains"]) == len(steps)
        assert pane["signals"][-1]["title"] == translate(language, "hidden state")


def test_a_pane_says_its_size_what_remains_and_which_weights_do_not_fit() -> None:
    app = visit({"cells": "rnn,lstm", "input": "anbn", "weights": "counter"}, page="compare")
    rnn, lstm = (pane["about"] for pane in panes_of(app))
    assert (rnn["title"], rnn["size"]) == ("RNN", "1 unit, 5 parameters")
    assert rnn["note"] == "Random weights instead: “counter” does not fit this cell."
    assert (lstm["size"], lstm["note"]) == ("1 unit, 20 parameters", "")
    module, xs = WEIGHTS["counter"].make("lstm", 2), SEQUENCES["anbn"].make().values
    assert lstm["remains"] == remains(module, xs).tolist()


BAD = [
    ({"cells": "lstm"}, "cells=lstm"),
    ({"cells": "lstm,elman"}, "cells=lstm,elman"),
    ({"match": "size"}, "match=size"),
    ({"cells": "rnn,rnn-relu", "input": "anbn", "weights": "counter"}, "weights=counter"),
    ({"step": "100"}, "step=100"),
    ({"weights": "random", "unit": "8"}, "unit=8"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("query", "named"), BAD)
def test_a_bad_link_is_answered_by_one_message_and_a_working_page(
    query: dict[str, str], named: str, language: str
) -> None:
    app = visit({"lang": language, **query}, page="compare")
    (message,) = told(app)
    assert named in message
    assert len(panes_of(app)) >= FEWEST_CELLS


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_what_cannot_be_read_is_replaced_by_an_example(language: str) -> None:
    app = visit({"input": "numbers", "numbers": "3,x", "lang": language}, page="compare")
    assert len(told(app)) == 2
    assert data_of(app)["labels"] == list(SEQUENCES["numbers"].make().labels)
    assert link_of(app)["numbers"] == "3,x"


# Choices


def test_cells_are_added_at_the_end_and_taken_out() -> None:
    app = visit({"input": "bit"}, page="compare")
    other = next(key for key in CELLS if key not in USUAL)
    app.button(key=f"cells-{other}").click()
    assert shown(run(app)) == [*USUAL, other]
    app.button(key="cells-lstm").click()
    assert shown(run(app)) == ["rnn", "gru", other]
    assert link_of(app)["cells"] == f"rnn,gru,{other}"


def test_there_are_never_fewer_than_two_cells_nor_more_than_four() -> None:
    app = visit({"cells": "lstm,gru"}, page="compare")
    assert [key for key in CELLS if app.button(key=f"cells-{key}").disabled] == ["lstm", "gru"]
    app = visit({"cells": ",".join(FULL)}, page="compare")
    assert [key for key in CELLS if app.button(key=f"cells-{key}").disabled] == [*CELLS][MOST_CELLS:]


def test_the_match_changes_units_and_link() -> None:
    app = visit({"cells": "lstm,rnn", "weights": "random"}, page="compare")
    before = data_of(app)["opening"]
    app.button_group(key="choose match").set_value("parameters")
    lstm, rnn = panes_of(run(app))
    assert link_of(app)["match"] == "parameters"
    assert lstm["units"] == 8 < rnn["units"]
    assert data_of(app)["opening"] != before


def test_a_match_means_nothing_to_hand_wired_cells() -> None:
    app = visit({"cells": "lstm,gru", "weights": "latch"}, page="compare")
    assert app.button_group(key="choose match").disabled


@pytest.mark.parametrize("sequence", ["text", "sine"])
def test_a_sequence_and_weights_are_chosen_for_all(sequence: str) -> None:
    app = visit({"input": "bit"}, page="compare")
    app.button(key=f"input-{sequence}").click()
    run(app)
    app.slider(key="set weights units").set_value(3)
    run(app)
    assert link_of(app) == {"input": sequence, "units": "3"}
    assert [pane["units"] for pane in panes_of(app)] == [3, 3, 3]


def test_the_reader_s_position_goes_to_the_link_and_home_leaves_it() -> None:
    app = rest(visit({"weights": "random"}, page="compare"), step=3, unit=2)
    assert link_of(app) == {"step": "3", "unit": "2"} | {k: v for k, v in link_of(app).items() if k == "weights"}
    before = data_of(app)
    assert data_of(rest(app, step=4, unit=2)) == before, "the browser is already there"
    rest(app, step=data_of(app)["home"], unit=0)
    assert "step" not in link_of(app)


# From page to page


def test_turning_pages_keeps_language_sequence_weights_and_settings() -> None:
    chosen = {"input": "text", "text": "hello", "units": "5", "seed": "7", "lang": "ko"}
    app = turn_to(visit({"cell": "gru", "step": "2", **chosen}), "compare")
    assert link_of(app) == {"step": "2", **chosen}
    assert shown(app) == USUAL
    assert data_of(app)["words"]["play"] == translate("ko", "Play")
    app.button(key="cells-rnn").click()
    run(app)
    assert link_of(turn_to(app, "step")) == {"cell": "gru", "step": "2", **chosen}
    assert shown(app) == ["gru"]
    assert link_of(turn_to(app, "compare")) == {"cells": "lstm,gru", "step": "2", **chosen}


def test_turning_pages_makes_no_complaint_of_what_only_the_other_page_has() -> None:
    app = turn_to(visit({"input": "sunspots", "step": "200"}), "compare")
    assert (told(app), link_of(app)) == ([], {"input": "sunspots", "step": "200"})
    app = turn_to(visit({"step": "99", "cells": "lstm,rnn"}, page="compare"), "step")
    assert (told(app), link_of(app)) == ([], {})


def test_a_link_to_a_page_is_followed_as_it_stands_wherever_the_reader_comes_from() -> None:
    app = visit({"input": "text", "lang": "ko"})
    app.query_params.clear()
    app.query_params["input"] = "sine"
    app.switch_page(KINDS["compare"].script)
    assert link_of(run(app)) == {"input": "sine"}
    assert data_of(app)["words"]["play"] == "Play"


@pytest.mark.parametrize(("sequence", "weights"), [("bits", "parity"), ("anbn", "counter")])
def test_weights_that_fit_one_cell_only_go_on_working_after_a_choice(sequence: str, weights: str) -> None:
    app = visit({"input": sequence, "weights": weights}, page="compare")
    app = rest(app, step=2, unit=0)
    assert link_of(app)["step"] == "2"
    assert link_of(app)["weights"] == weights
    assert told(app) == []
