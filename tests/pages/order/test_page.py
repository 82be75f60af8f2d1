"""The order page run through the app's entry point without a browser: two networks, every order, words and link."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from cells import trace
from cells.analysis.running_mean import running_mean
from cells.feed_forward import FeedForward, feed_forward_trace
from cells.order import ORDERS, Order, permutation, read_order, reordered
from cells.sequences import SEQUENCES
from cells.weights import WEIGHTS
from pages.shared.words.catalogue import translate
from tests.pages.scenes import LANGUAGES, MOSTLY_ENGLISH, SOME_CELLS, SOME_SEQUENCES
from tests.pages.visit import data_of, link_of, panes_of, rest, run, told, turn_to, visit

ORDER_KEY = "choose order"


def block(packed: dict[str, Any], name: str) -> NDArray[np.floating]:
    """Return one array of a packed block."""
    where = packed["arrays"][name]
    numbers = np.frombuffer(b64decode(packed["blob"]), dtype=f"<f{packed['width']}")
    return numbers[where["offset"] :][: where["rows"] * where["cols"]].reshape(where["rows"], where["cols"])


def endings(app: AppTest) -> list[str]:
    """Return what stands above each pane for the first unit."""
    return [pane["about"]["endings"][0] for pane in panes_of(app)]


def sentences(app: AppTest) -> list[str]:
    """Return the sentences beside the plot."""
    shown: list[str] = panes_of(app)[0]["about"]["told"]
    return shown


def test_a_first_visit_reads_a_latch_from_the_end_and_opens_there() -> None:
    app = visit(page="order")
    assert [pane["cell"] for pane in panes_of(app)] == ["lstm", "feed-forward"]
    assert link_of(app) == {}
    assert data_of(app)["step"] == 23
    cell, net = endings(app)
    assert cell == "Ends at −0.72 as it was, at +0.74 in this order."
    assert net.startswith("The same output for every step, whatever the order: their mean is −0.5")
    assert "read from the end" in sentences(app)[0]


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sequence", SOME_SEQUENCES)
def test_every_sequence_is_read_in_every_order(sequence: str, language: str) -> None:
    labels = SEQUENCES[sequence].make().labels
    for order in ("as-is", "shuffle:3", "reverse", "rotate:5"):
        app = visit({"input": sequence, "order": order, "lang": language}, page="order")
        assert told(app) == []
        former_steps = permutation(read_order(order), len(labels))
        for pane in panes_of(app):
            assert pane["about"]["places"] == list(former_steps)
            assert pane["labels"] == [pane["about"]["former"][step] for step in former_steps]
            assert len(pane["about"]["endings"]) == pane["units"]


@pytest.mark.parametrize("cell", SOME_CELLS)
def test_both_panes_hold_each_step_against_what_it_was(cell: str) -> None:
    app = visit({"cell": cell, "input": "text", "seed": 4, "units": 3, "order": "shuffle:2"}, page="order")
    text, order = SEQUENCES["text"].make(), Order("shuffle", 2)
    former_steps = list(permutation(order, len(text.labels)))
    module, net = WEIGHTS["random"].make(cell, text.values.shape[1], units=3, seed=4), FeedForward(8, 3, seed=4)
    now, was = trace(module, reordered(text, order).values)[0], trace(module, text.values)[0]
    recurrent, plain = panes_of(app)
    assert np.array_equal(block(recurrent, "hidden")[1:], now["hidden"])
    assert np.array_equal(block(recurrent["original"], "hidden")[1:], was["hidden"][former_steps])
    assert np.array_equal(block(recurrent["original"], "hidden.before"), was.before("hidden")[former_steps])
    assert np.array_equal(block(recurrent["lines"], "now"), now["hidden"])
    assert np.array_equal(block(recurrent["lines"], "was"), was["hidden"])
    for name in plain["arrays"]:
        assert np.array_equal(block(plain, name), block(plain["original"], name)), name
    means = running_mean(feed_forward_trace(net, text.values)["output"])
    assert np.array_equal(block(plain["lines"], "was"), means)
    assert np.array_equal(block(plain["lines"], "now")[-1], means[-1])


def test_both_networks_run_in_double_precision_on_request() -> None:
    app = visit({"input": "sine", "order": "shuffle:2", "precision": "float64"}, page="order")
    sine, net = SEQUENCES["sine"].make().in_double(), FeedForward(1, 8).double()
    answers = feed_forward_trace(net, reordered(sine, Order("shuffle", 2)).values)["output"]
    recurrent, plain = panes_of(app)
    assert recurrent["width"] == plain["width"] == 8
    assert np.array_equal(block(plain, "output"), answers)
    for name in plain["arrays"]:
        assert np.array_equal(block(plain, name), block(plain["original"], name)), name


def test_the_panes_say_how_large_the_networks_are() -> None:
    app = visit({"input": "text", "units": 3}, page="order")
    assert [pane["about"]["size"] for pane in panes_of(app)] == [
        "3 units, 156 parameters",
        "3 units, 39 parameters",
    ]


@pytest.mark.parametrize(
    ("query", "words", "moved"),
    [
        ({"order": "as-is"}, "This is its original order", False),
        ({"order": "shuffle:1"}, "are read shuffled", True),
        ({"order": "rotate:3"}, "the first 3 of the same 24 steps are read last", True),
        ({"order": "rotate:27"}, "the first 3 of the same 24 steps are read last", True),
        ({"order": "rotate:24"}, "nothing has changed", False),
        ({"input": "numbers", "numbers": "1,2,1"}, "nothing has changed", False),
        ({"input": "numbers", "numbers": "5,5,5", "order": "shuffle:0"}, "Every step reads the same", False),
        ({"input": "text", "text": "a"}, "A single step has no other order", False),
        ({"input": "text", "text": "a", "order": "rotate:3"}, "A single step has no other order", False),
    ],
)
def test_the_words_follow_the_order_and_the_input(query: dict[str, str], words: str, moved: bool) -> None:
    app = visit(query, page="order")
    assert told(app) == []
    assert words in sentences(app)[0]
    for pane in panes_of(app):
        assert pane["about"]["moved"] == moved
        if not moved:  # steps that read the same cannot be told apart, wherever they come from
            assert np.array_equal(block(pane["lines"], "now"), block(pane["lines"], "was"))
            assert np.array_equal(block(pane, "hidden"), block(pane["original"], "hidden"))


def test_a_parity_needs_a_memory_but_no_order() -> None:
    app = visit({"input": "bits", "weights": "parity", "cell": "rnn"}, page="order")
    assert endings(app)[0] == "Ends at +0.99 in both orders."


# Choices


def test_an_order_is_chosen_shuffled_again_and_turned() -> None:
    app = visit({"input": "text"}, page="order")
    assert app.button_group(key=ORDER_KEY).options == [*map(str, ORDERS.values())]
    app.button_group(key=ORDER_KEY).set_value("shuffle")
    assert link_of(run(app)) == {"input": "text", "order": "shuffle:0"}
    before = data_of(app)["opening"]
    app.button(key="again").click()
    assert link_of(run(app))["order"] == "shuffle:1"
    assert data_of(app)["opening"] != before
    app.button_group(key=ORDER_KEY).set_value("rotate")
    assert link_of(run(app))["order"] == "rotate:3"
    slider = app.slider(key="set order steps")
    assert (slider.min, slider.max, slider.value) == (0, 10, 3)
    slider.set_value(7)
    assert link_of(run(app))["order"] == "rotate:7"
    app.button_group(key=ORDER_KEY).set_value("reverse")
    assert link_of(run(app)) == {"input": "text"}
    assert not app.slider(key="set weights units").disabled


def test_the_last_seed_is_followed_by_the_first() -> None:
    app = visit({"order": "shuffle:9999"}, page="order")
    app.button(key="again").click()
    assert link_of(run(app))["order"] == "shuffle:0"


def test_a_cell_is_chosen_and_a_stack_has_one_layer_here() -> None:
    app = visit({"input": "text", "layers": "3", "directions": "2"}, page="order")
    assert panes_of(app)[0]["about"]["size"] == "8 units, 576 parameters"
    app.button(key="cell-gru").click()
    assert panes_of(run(app))[0]["cell"] == "gru"
    assert link_of(app)["cell"] == "gru"


def test_the_position_goes_into_the_link_and_stays_when_the_order_changes() -> None:
    app = rest(visit({"input": "text"}, page="order"), step=4, unit=2)
    assert link_of(app) == {"input": "text", "step": "4", "unit": "2"}
    app.button_group(key=ORDER_KEY).set_value("as-is")
    run(app)
    assert (data_of(app)["step"], data_of(app)["unit"]) == (4, 2)
    rest(app, step=data_of(app)["home"], unit=0)
    assert link_of(app) == {"input": "text", "order": "as-is"}


def test_the_order_stays_with_its_page() -> None:
    app = visit({"cell": "gru", "input": "text", "order": "shuffle:4"}, page="order")
    assert link_of(turn_to(app, "step")) == {"cell": "gru", "input": "text"}
    assert link_of(turn_to(app, "order")) == {"cell": "gru", "input": "text", "order": "shuffle:4"}


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "named"),
    [({"order": "sorted"}, "“sorted”"), ({"order": "shuffle:x"}, "“shuffle:x”"), ({"step": "24"}, "step=24")],
)
def test_a_bad_link_is_answered_by_one_message_and_the_usual_page(
    query: dict[str, str], named: str, language: str
) -> None:
    app = visit({"lang": language, **query}, page="order")
    (message,) = told(app)
    assert named in message
    assert data_of(app)["step"] == 23


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_what_cannot_be_read_is_replaced_by_an_example(language: str) -> None:
    app = visit({"input": "numbers", "numbers": "3,x", "lang": language}, page="order")
    assert len(told(app)) == 2
    assert panes_of(app)[0]["about"]["former"] == list(SEQUENCES["numbers"].make().labels)
    assert data_of(app)["words"]["order_now"] == translate(language, "in this order")
