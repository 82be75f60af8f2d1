"""A visit is the same one in a tab that has been loaded anew, and in no other."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from pages.shared.jobs import TRAINING_JOBS, visitor
from pages.shared.jobs import pieces as pieces_module
from pages.shared.jobs.visitor import Visit, Visits, end_visit, on_visit_end
from tests.pages.shared.jobs.inline import Inline
from tests.pages.visit import link_of, run, told, visit
from tests.pages.waiting import wait_until

TAB, OTHER = "5a" * 16, "7b" * 16
SHORT = "latch,length:8,units:2,updates:12"


class Sessions:
    """The sessions of a server, each with its visit; AppTest has but one. `here`: the one that runs."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.connected: set[str] = set()
        self.here = ""

    def enter(self, session: str) -> None:
        self.here = session
        self.connected.add(session)

    def visit(self) -> Visit:
        return self.visits.setdefault(self.here, Visit(self.here))


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    sessions = Sessions()
    monkeypatch.setattr(pieces_module, "SECONDS_A_PIECE", 0.0)
    inline = Inline(free=True)
    monkeypatch.setattr(TRAINING_JOBS, "cluster", inline)
    monkeypatch.setattr(TRAINING_JOBS, "_jobs", {})
    monkeypatch.setattr(visitor, "VISITS", Visits())
    monkeypatch.setattr(visitor, "visit_of_session", sessions.visit)
    monkeypatch.setattr(visitor, "is_connected", lambda session: session in sessions.connected)
    yield sessions
    inline.close()


def report_tab(app: AppTest, tab: str, tries: int = 0) -> AppTest:
    """Let the browser say by which secret its tab is known."""
    proto = app.get_by_key("tab").proto
    states = app._tree.get_widget_states()
    states.widgets.append(WidgetState(id=proto.id, json_value=json.dumps({"tab": {"id": tab, "tries": tries}})))
    app._run(states)
    assert not app.exception
    return app


def refused(app: AppTest) -> tuple[str | None, int]:
    """Return which secret the browser is told to give up, and after how many tries."""
    data = json.loads(app.get_by_key("tab").proto.json)
    return data["refused"], data["tries"]


def progress(app: AppTest) -> list[str]:
    return [str(bar.proto.text).replace("\\", "") for bar in app.get("progress")]


def trained(sessions: Sessions, training: str) -> AppTest:
    """Open the page in the tab, and train."""
    sessions.enter("first")
    app = report_tab(visit({"training": training}, page="train"), TAB)
    app.button(key="start-training").click()
    run(app)
    wait_until(lambda: not any(one.going for one in TRAINING_JOBS._jobs.values()))
    return run(app)


def test_a_tab_that_is_loaded_anew_finds_its_run_by_itself_and_no_other_browser_does(sessions: Sessions) -> None:
    trained(sessions, SHORT)
    sessions.connected.remove("first")
    sessions.enter("another browser")
    other = report_tab(visit({"training": SHORT}, page="train"), OTHER)
    assert not progress(other)
    sessions.enter("loaded anew")
    app = visit({"training": SHORT}, page="train")
    assert not progress(app), "whose tab nobody knows yet"
    assert progress(report_tab(app, TAB))[0].startswith("Finished · 12 / 12")
    assert refused(app) == (None, 0)
    end_visit(sessions.visits["first"])
    assert progress(run(app)), "which is not dropped with the session that had it before"
    end_visit(sessions.visits["loaded anew"])
    assert not any(job.visits for job in TRAINING_JOBS._jobs.values())


def test_a_browser_that_goes_leaves_its_run_for_a_minute_in_which_its_tab_may_come_back(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[tuple[object, ...]] = []

    class Waiting:
        def __init__(self, seconds: float, act: object, visits: list[Visit]) -> None:
            waits.append((seconds, visits[0]))

        def start(self) -> None:
            assert self.daemon  # type: ignore[attr-defined]

    monkeypatch.setattr(visitor, "Timer", Waiting)
    trained(sessions, SHORT)
    first = sessions.visits["first"]
    on_visit_end(first)
    assert waits == [(60.0, first)]
    assert any(job.visits for job in TRAINING_JOBS._jobs.values())
    end_visit(first)
    assert not any(job.visits for job in TRAINING_JOBS._jobs.values())


def test_a_text_that_was_too_long_for_the_link_comes_back_with_it(sessions: Sessions) -> None:
    sessions.enter("first")
    app = report_tab(visit({"training": "text,updates:2,units:2"}, page="train"), TAB)
    text = "na und ob, sagte er. " * 400
    app.text_area(key="set training text").set_value(text)
    run(app)
    link = link_of(app)
    assert "kept:" in link["training"]
    assert TAB not in str(link)
    sessions.connected.remove("first")
    sessions.enter("loaded anew")
    again = visit(link, page="train")
    assert "paste it again" in told(again)[0]
    assert told(report_tab(again, TAB)) == []
    assert again.text_area(key="set training text").value == text


def test_a_duplicated_tab_is_a_visit_of_its_own(sessions: Sessions) -> None:
    first = trained(sessions, SHORT)
    sessions.enter("duplicate")
    app = report_tab(visit({"training": SHORT}, page="train"), TAB)
    assert not progress(app)
    assert refused(app) == (TAB, 0)
    assert refused(report_tab(app, TAB, tries=1)) == (TAB, 1), "as a tab that was loaded anew is asked once more"
    assert refused(report_tab(app, OTHER)) == (None, 0)
    assert not progress(app)
    sessions.enter("first")
    assert progress(run(first))


def test_what_was_started_before_the_tab_was_known_goes_on(sessions: Sessions) -> None:
    trained(sessions, SHORT)
    sessions.connected.remove("first")
    sessions.enter("loaded anew")
    app = visit({"training": f"{SHORT},seed:3"}, page="train")
    app.button(key="start-training").click()
    run(app)
    report_tab(app, TAB)
    wait_until(lambda: not any(one.going for one in TRAINING_JOBS._jobs.values()))
    assert progress(run(app))[0].startswith("Finished")
    assert {job.visits for job in TRAINING_JOBS._jobs.values()} == {(sessions.visits["first"].name,)}
