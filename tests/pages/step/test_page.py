"""Every page, run through the app's entry point as a visitor's link runs it, without a browser.

What stands inside the stepper, the chart's look, the downloads' bytes and the layout are the browser tests' business.
"""

from __future__ import annotations

from html import unescape

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cells import CELLS
from cells.core.settings import MAX_STEPS, MAX_UNITS
from cells.sequences import SEQUENCES
from cells.weights import default_weights
from pages.shared.figures.palette import PALETTE
from pages.shared.words.catalogue import translate
from pages.shared.words.messages import plain
from tests.checking.sampling import few, rare
from tests.pages.scenes import FITTING, LANGUAGES, MOSTLY_ENGLISH, PAIRS, SOME_CELLS, scene_of
from tests.pages.visit import bare_marks, data_of, figure_of, layer_of, link_of, numbers_of, rest, run, told, visit

# Fitting weights that are not the default ones, and so are named by the link.
CHOSEN = [(cell, sequence, key) for cell, sequence, key in FITTING if key != default_weights(cell, sequence)]
MARKUP = ["<script>alert(1)</script>", "**bold**", "$x$", "[a](http://b)", "`code`", ":red[x]", "# h", "{value}", "\\*"]


# Opening links


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("cell", "sequence"), PAIRS)
def test_every_cell_reads_every_sequence(cell: str, sequence: str, language: str) -> None:
    app = visit({"cell": cell, "input": sequence, "lang": language})
    assert told(app) == []
    data = data_of(app)
    scene = scene_of(cell, sequence)
    assert (data["cell"], data["steps"]) == (cell, len(layer_of(scene)["hidden"]))
    assert data["signals"][-1]["title"] == translate(language, "hidden state")
    assert len(figure_of(app)["data"]) == len(CELLS[cell].shown)


@pytest.mark.parametrize(("cell", "sequence", "weights"), few(CHOSEN, *{one[2]: one for one in CHOSEN}.values()))
def test_every_fitting_weights_open_from_a_link(cell: str, sequence: str, weights: str) -> None:
    app = visit({"cell": cell, "input": sequence, "weights": weights})
    assert told(app) == []
    assert data_of(app)["units"] == layer_of(scene_of(cell, sequence, weights))["hidden"].shape[-1]


def test_the_first_visit_shows_an_lstm_latch_at_a_telling_step() -> None:
    app = visit()
    data, layer = data_of(app), layer_of(scene_of())
    assert (data["cell"], data["step"], data["unit"]) == ("lstm", data["home"], 0)
    values = SEQUENCES["pulse"].make().values[data["step"]]
    assert values.tolist() == [-1, 0], "the input speaks against the memory and writes nothing"
    assert layer["cell"][data["step"], 0] > 0.9, "and the memory holds"
    assert link_of(app) == {}, "a first visit has the plain link"


def test_the_step_and_unit_of_the_link_are_where_the_stepper_opens() -> None:
    data = data_of(visit({"weights": "random", "step": -1, "unit": 7}))
    assert (data["step"], data["unit"]) == (-1, 7)


def test_the_largest_run_opens() -> None:
    app = visit({"weights": "random", "units": MAX_UNITS, "length": MAX_STEPS, "unit": MAX_UNITS - 1})
    assert told(app) == []
    assert (data_of(app)["steps"], data_of(app)["units"]) == (MAX_STEPS, MAX_UNITS)


def test_a_run_that_grows_beyond_every_number_opens() -> None:
    app = visit({"cell": "rnn-relu", "gain": 3, "length": MAX_STEPS})
    assert told(app) == []
    assert data_of(app)["steps"] == MAX_STEPS


@pytest.mark.parametrize("sequence", ["text", "numbers"])
def test_one_step_is_enough(sequence: str) -> None:
    app = visit({"input": sequence, sequence: "1"})
    assert told(app) == []
    assert data_of(app)["steps"] == 1


# Bad links

BAD = [
    ({"cell": "elman"}, "cell=elman"),
    rare({"input": "song"}, "input=song"),
    rare({"weights": "magic"}, "weights=magic"),
    ({"cell": "rnn-relu", "weights": "latch"}, "weights=latch"),
    ({"sharpness": "nan"}, "sharpness=nan"),
    rare({"sharpness": "inf"}, "sharpness=inf"),
    rare({"sharpness": "1e400"}, "sharpness=1e400"),
    ({"length": str(MAX_STEPS + 1)}, str(MAX_STEPS)),
    rare({"weights": "random", "units": str(MAX_UNITS + 1)}, str(MAX_UNITS)),
    ({"step": "last"}, "step=last"),
    ({"step": "24"}, "step=24"),
    rare({"step": "9" * 15}, "step=9999"),
    ({"unit": "1"}, "unit=1"),
    rare({"layer": "1"}, "layer=1"),
    ({"lang": "xx"}, "lang=xx"),
    ({"colour": "red"}, "colour"),
    ({"text": "hello"}, "text=hello"),
    ({"input": "text", "text": ""}, ""),
    rare({"input": "text", "text": "a" * (MAX_STEPS + 1)}, str(MAX_STEPS)),
    ({"input": "numbers", "numbers": "3,4,x"}, "3"),
    rare({"input": "numbers", "numbers": "3,nan"}, "nan"),
]


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("query", "named"), BAD)
def test_a_bad_link_is_answered_by_one_message_and_a_working_page(
    query: dict[str, str], named: str, language: str
) -> None:
    app = visit({"lang": language, **query})
    assert named in told(app)[0]
    assert len(told(app)) == (2 if "input" in query and len(query) > 1 else 1), "an example is said to be one"
    assert data_of(app)["steps"] > 0
    assert figure_of(app)["data"]
    assert app.button_group[0].value in CELLS


def test_several_bad_values_are_told_in_one_warning_a_line_each() -> None:
    app = visit({"cell": "elman", "step": "x", "unit": "99", "bogus": "1"})
    assert len(app.warning) == 1
    assert len(told(app)) == 4


@pytest.mark.each_value
@pytest.mark.parametrize("value", few([*MARKUP, "two\nlines", "x" * 5000], "[a](http://b)", "two\nlines", "x" * 5000))
@pytest.mark.parametrize("name", ["cell", "step", "sharpness"])
def test_markup_in_a_value_is_shown_as_text(name: str, value: str) -> None:
    app = visit({name: value})
    (body,) = [warning.value for warning in app.warning]
    assert bare_marks(body) == []
    assert value[:39] in "\n".join(told(app))


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "**b**", "[a](b)"])
def test_markup_in_a_name_is_shown_as_text(name: str) -> None:
    app = visit({name: "1"})
    assert bare_marks(app.warning[0].value) == []
    assert told(app)[0].startswith(name)


@pytest.mark.parametrize("text", ["a.b", "<b>", "\\", "a_b*c", "*", "1. x", "- x", "&amp;", "안녕", ""])
def test_plain_text_can_be_read_back(text: str) -> None:
    assert bare_marks(plain(text)) == []
    assert plain(text).replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text


@pytest.mark.parametrize("language", MOSTLY_ENGLISH)
def test_a_bad_entry_is_named_and_what_was_typed_stays(language: str) -> None:
    app = visit({"input": "numbers", "lang": language})
    app.text_input(key="type numbers").set_value("3,4,x")
    run(app)
    assert "3" in told(app)[0]
    assert "x" in told(app)[0]
    assert app.text_input(key="type numbers").value == "3,4,x"
    assert link_of(app)["numbers"] == "3,4,x"
    assert data_of(app)["labels"] == list(SEQUENCES["numbers"].make().labels)
    app.text_input(key="type numbers").set_value("3,4,5")
    run(app)
    assert told(app) == []
    assert data_of(app)["labels"] == ["3", "4", "5"]


@pytest.mark.parametrize("typed", ["", rare("   "), "a" * (MAX_STEPS + 1), rare("{x}"), rare("<b>"), "👩‍👩‍👧 안녕"])
def test_nothing_typed_is_lost(typed: str) -> None:
    app = visit({"input": "text", "text": typed})
    fields = [*app.text_input]
    assert [field.value for field in fields if field.key == "type text"] == [typed]
    run(app)
    assert link_of(app)["text"] == typed


def test_labels_with_markup_reach_the_stepper_and_the_figure_as_text() -> None:
    app = visit({"input": "text", "text": "<{b}>"})
    assert data_of(app)["labels"] == ["<", "{", "b", "}", ">"]
    shown = figure_of(app)["data"][0]["customdata"]
    assert [unescape(label) for label in shown] == ["<", "{", "b", "}", ">"]
    assert not any("<" in label for label in shown)


# Figure and table


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cell", SOME_CELLS)
def test_the_overview_has_one_line_a_signal_equal_to_the_trace(cell: str, language: str) -> None:
    app = visit({"cell": cell, "weights": "random", "unit": 5, "lang": language})
    layer = layer_of(scene_of(cell, weights="random"))
    lines = {line["name"]: line for line in figure_of(app)["data"]}
    assert len(lines) == len(CELLS[cell].shown)
    for signal in CELLS[cell].shown:
        line = lines[translate(language, signal.title)]
        assert np.array_equal(numbers_of(line["y"]), layer[signal.name][:, 5])
        assert numbers_of(line["x"]).tolist() == list(range(1, len(layer["hidden"]) + 1))
        assert line["line"]["color"] == PALETTE["light"]["signals"][signal.name]["fill"]
    assert app.get_by_key("overview").proto.alt


def test_the_overview_takes_the_dark_themes_colours() -> None:
    colors = {line["line"]["color"] for line in figure_of(visit(theme="dark"))["data"]}
    assert colors == {PALETTE["dark"]["signals"][signal.name]["fill"] for signal in CELLS["lstm"].shown}


def visit_with_table(query: dict[str, object]) -> AppTest:
    """Visit with the table's disclosure open. AppTest cannot click it, so its state is set as the click would."""
    app = visit(query)
    assert not app.table, "closed at first"
    app.session_state["numbers"] = True
    return run(app)


@pytest.mark.each_value
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cell", few(CELLS, "rnn", "lstm-peephole"))
def test_the_table_is_the_trace(cell: str, language: str) -> None:
    app = visit_with_table({"cell": cell, "weights": "random", "unit": 5, "lang": language})
    layer, table = layer_of(scene_of(cell, weights="random")), app.table[0].value
    titles = [translate(language, title) for title in ("step", "reads", *(s.title for s in CELLS[cell].shown))]
    assert list(table) == titles
    assert table[titles[0]].tolist() == list(range(1, len(layer["hidden"]) + 1))
    for signal in CELLS[cell].shown:
        assert np.array_equal(table[translate(language, signal.title)].to_numpy(np.float32), layer[signal.name][:, 5])


def test_the_table_downloads_as_csv() -> None:
    app = visit_with_table({"weights": "random", "unit": 5})
    (download,) = [button for button in app.download_button if not (button.key or "").startswith("download-")]
    assert download.label == "Download as CSV"
    assert download.proto.url.endswith(".csv")


def test_the_table_stays_open_when_the_unit_changes() -> None:
    app = rest(visit_with_table({"weights": "random"}), step=3, unit=2)
    forget = layer_of(scene_of(weights="random"))["forget"][:, 2]
    assert np.array_equal(app.table[0].value["forget gate"].to_numpy(np.float32), forget)
