"""The sequence as a table in which single values change, run through the app's entry point without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping

import torch
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from cells.sequences import SEQUENCES
from tests.pages.visit import data_of, link_of, run, told, visit


def visit_table(query: dict[str, object]) -> AppTest:
    app = visit(query)
    app.session_state["sequence-table"] = True
    return run(app)


def type_rows(app: AppTest, **rows: Mapping[str, object]) -> AppTest:
    """Type into the table, as the browser reports it."""
    proto = app.data_editor[0].proto
    states = app._tree.get_widget_states()
    edited = {"edited_rows": {row.removeprefix("row"): values for row, values in rows.items()}}
    report = json.dumps({**edited, "added_rows": [], "deleted_rows": []})
    states.widgets.append(WidgetState(id=proto.id, string_value=report))
    app._run(states)
    assert not app.exception
    return app


def test_it_is_what_the_cell_reads() -> None:
    app = visit_table({"input": "numbers", "numbers": "0.1,2,-3e5"})
    table = app.data_editor[0].value
    assert table["0"].tolist() == [0.1, 2, -3e5]
    assert [str(entry) for entry in table.index] == ["1  0.1", "2  2", "3  -3e5"]


def test_a_value_changes_and_the_run_follows() -> None:
    app = visit_table({"input": "numbers", "numbers": "1,2,3"})
    type_rows(app, row1={"0": 0.25})
    assert link_of(app)["edit"] == "1:0.25"
    assert [row[0] for row in data_of(app)["inputs"]] == [1, 0.25, 3]
    assert app.data_editor[0].value["0"].tolist() == [1, 2, 3], "the table stands, with what was typed in it"
    type_rows(app, row1={"0": 0.25}, row2={"0": 7})
    assert link_of(app)["edit"] == "1:0.25,2:7"
    type_rows(app, row1={"0": 2}, row2={"0": 7})
    assert link_of(app)["edit"] == "2:7", "typed back"


def test_one_number_of_several_leaves_the_others_exact() -> None:
    app = visit_table({"input": "table"})
    before = SEQUENCES["table"].make().values
    type_rows(app, row3={"1": 0.5})
    after = torch.tensor(data_of(app)["inputs"])
    assert after[3, 1] == 0.5
    assert torch.equal(after[3, 0], before[3, 0])
    assert torch.equal(torch.cat([after[:3], after[4:]]), torch.cat([before[:3], before[4:]]))


def test_a_letter_is_chosen_among_those_of_the_text() -> None:
    app = visit_table({"input": "text", "text": "abca"})
    type_rows(app, row3={"0": "b"})
    assert (link_of(app)["edit"], data_of(app)["labels"]) == ("3:b", ["a", "b", "c", "b"])


def test_what_is_too_large_or_too_much_is_refused() -> None:
    app = visit_table({"input": "sine"})
    type_rows(app, row1={"0": 1e300})
    assert "is too large" in told(app)[0]
    assert "edit" not in link_of(app)
    type_rows(app, **{f"row{row}": {"0": 5.0} for row in range(40)})
    assert told(app)[0] == "A link holds at most 32 clamps and 32 changed inputs, not 40."
    assert "edit" not in link_of(app)


def test_a_change_from_elsewhere_is_in_it() -> None:
    app = visit_table({"input": "numbers", "numbers": "1,2,3", "edit": "0:9"})
    assert app.data_editor[0].value["0"].tolist() == [9, 2, 3]
