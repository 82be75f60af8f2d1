"""The compare page, and going from page to page, run through the app's entry point without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cells import CELLS, remains
from cells.core.settings import FEWEST_CELLS, MOST_CELLS
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.scene.registry import KINDS
from pages.shared.words.catalogue import translate
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


def test_a_first_visit_compares_three_cells_that_hold_one_bit() -> None:
    app = visit(page="compare")
    assert shown(app) == USUAL
    assert link_of(app) == {}
    data = data_of(app)
    assert data["steps"] == 100
    assert SEQUENCES["bit"].make().values[data["step"]].tolist() == [-1, 0]


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
    app = visit(page="compare")
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
    app = visit(page="compare")
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
