"""Studies on a cluster: nothing is computed twice, whoever asks, however often it is left and taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest

from cells import InputError
from cells.training.loop import part_of
from cells.training.study import Run, Study, results, study
from pages.shared.jobs import Status
from pages.shared.jobs import studies as studies_module
from pages.shared.jobs.pieces import await_piece
from pages.shared.jobs.studies import Limits, Studies
from tests.pages.shared.jobs.inline import Inline, shorten_pieces
from tests.pages.waiting import wait_until

SMALL: dict[str, Any] = {"units": 2, "batch": 2, "updates": 3}


class Crew(Inline):
    """An inline cluster of two workers."""

    def workers(self) -> int:
        return 2


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pieces(monkeypatch)


@pytest.fixture
def cluster() -> Iterator[Crew]:
    made = Crew()
    yield made
    made.close()


def small(**changes: Any) -> Study:
    """Four trainings of three updates, each a piece: twelve pieces."""
    given: dict[str, Any] = {"task": "latch", "cells": ["rnn", "gru"], "lags": [8, 12], "seeds": [0], **SMALL}
    return study(**{**given, **changes})


def idle(studies: Studies) -> bool:
    """Tell whether no thread is at work any more."""
    return not studies._progress.in_work


def test_it_gives_what_it_gives_at_home(cluster: Crew) -> None:
    studies, made = Studies(cluster), small()
    before = studies.view(made, "a")
    assert (before.status, before.done, before.results) == (None, 0, {})
    studies.start(made, "a")
    assert studies.view(made, "a").status is Status.WAITING
    cluster.permit(1)
    wait_until(lambda: studies.view(made, "a").done == 1)
    assert studies.view(made, "a").status is Status.RUNNING
    cluster.permit(2)
    wait_until(lambda: studies.view(made, "a").done == 3)
    assert (studies.view(made, "a").left or 0) > 0
    cluster.free = True
    cluster.permit(9)
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    seen = studies.view(made, "a")
    assert seen.results == {one.run: one for one in results(made)}
    assert (seen.done, seen.left, seen.going) == (made.updates, None, False)
    assert cluster.pieces == 12


def test_as_many_trainings_at_a_time_as_there_are_workers(cluster: Crew) -> None:
    studies, made = Studies(cluster), small()
    studies.start(made, "a")
    wait_until(lambda: len(studies._progress.in_work) == 1)
    cluster.permit(1)
    wait_until(lambda: len(studies._progress.in_work) == 2)
    cluster.permit(11)
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    assert cluster.pieces == 12


def test_a_pause_is_taken_up_where_it_was_left(cluster: Crew) -> None:
    studies, made = Studies(cluster), small()
    studies.start(made, "a")
    cluster.permit(4)
    wait_until(lambda: studies.view(made, "a").done == 4)
    studies.pause(made, "a")
    assert studies.view(made, "a").status is Status.PAUSED
    wait_until(lambda: idle(studies))
    studies.start(made, "a")
    cluster.permit(10)  # two of the pieces that nobody waits for any more may have been begun
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    assert studies.view(made, "a").results == {one.run: one for one in results(made)}


def test_who_leaves_and_comes_back_goes_on_from_what_is_done(cluster: Crew) -> None:
    cluster.free = True
    studies, made = Studies(cluster), small()
    studies.start(small(lags=[8]), "a")
    wait_until(lambda: studies.view(small(lags=[8]), "a").status is Status.FINISHED)
    assert cluster.pieces == 6
    studies.leave("a")
    seen = studies.view(made, "b")
    assert (seen.status, seen.done, set(seen.results)) == (None, 6, {Run("rnn", 8, 0), Run("gru", 8, 0)})
    studies.start(made, "b")
    wait_until(lambda: studies.view(made, "b").status is Status.FINISHED)
    assert cluster.pieces == 12, "what the two studies share was not made again"
    assert studies.view(made, "nobody").status is Status.FINISHED


def test_equal_studies_and_those_that_overlap_share_at_the_same_time(cluster: Crew) -> None:
    studies, made = Studies(cluster), small()
    other = small(cells=["gru", "rnn"], lags=[12])
    studies.start(made, "a")
    studies.start(small(), "b")
    studies.start(other, "c")
    cluster.permit(12)
    wait_until(lambda: all(studies.view(one, "a").status is Status.FINISHED for one in (made, other)))
    assert cluster.pieces == 12


def test_one_who_stops_does_not_stop_the_others(cluster: Crew) -> None:
    studies, made = Studies(cluster), small()
    studies.start(made, "a")
    studies.start(made, "b")
    studies.stop(made, "a")
    assert studies.view(made, "a").status is Status.STOPPED
    cluster.permit(12)
    wait_until(lambda: studies.view(made, "b").status is Status.FINISHED)


def test_another_study_of_a_visit_takes_the_place_of_the_first(cluster: Crew) -> None:
    studies, made, other = Studies(cluster), small(), small(seeds=[1])
    studies.start(made, "a")
    assert studies.other(other, "a") == made
    studies.start(other, "a")
    assert studies.other(other, "a") is None
    assert studies.view(made, "a").status is None
    cluster.permit(14)
    wait_until(lambda: studies.view(other, "a").status is Status.FINISHED)
    assert studies.view(made, "a").done <= 2, "at most the pieces that had been begun"


def test_a_full_queue_is_told_and_can_be_shared(cluster: Crew) -> None:
    studies = Studies(cluster, Limits(going=1))
    studies.start(small(), "a")
    with pytest.raises(InputError, match=r"^The queue is full: 1 studies"):
        studies.start(small(seeds=[1]), "b")
    studies.start(small(), "b")
    studies.leave("b")
    studies.start(small(seeds=[1]), "a")
    assert studies.view(small(seeds=[1]), "a").going


def test_a_training_that_runs_away_counts_as_its_last_good_checkpoint(cluster: Crew) -> None:
    cluster.free = True
    wild: dict[str, Any] = {"units": 16, "updates": 60, "learning_rate": 1.0, "clip": 0.0}
    made = study("adding", ["rnn-relu", "gru"], [50], [0], **wild)
    studies = Studies(cluster)
    studies.start(made, "a")
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    told = studies.view(made, "a").results[Run("rnn-relu", 50, 0)]
    (home,) = [one for one in results(made) if one.run.cell == "rnn-relu"]
    assert (told.success, told.update, str(told.trouble)) == (home.success, home.update, str(home.trouble))
    assert told.update < 60


def test_what_a_cluster_cannot_do_is_told_and_can_be_tried_again(cluster: Crew) -> None:
    cluster.free, cluster.fails = True, [RuntimeError("no memory")]
    studies, made = Studies(cluster), small()
    studies.start(made, "a")
    wait_until(lambda: studies.view(made, "a").status is Status.FAILED)
    assert str(studies.view(made, "a").trouble) == "The cluster cannot train this: RuntimeError: no memory"
    studies.start(made, "a")
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    assert studies.view(made, "a").trouble is None


def test_a_study_ends_after_its_time_and_goes_on_when_asked(cluster: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.free = True
    studies, made = Studies(cluster), small()
    monkeypatch.setattr(studies_module, "MOST_SECONDS", -1.0)
    studies.start(made, "a")
    wait_until(lambda: studies.view(made, "a").status is Status.FAILED)
    assert "what has been done is kept" in str(studies.view(made, "a").trouble)
    monkeypatch.setattr(studies_module, "MOST_SECONDS", 3600.0)
    wait_until(lambda: idle(studies))
    studies.start(made, "a")
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    assert cluster.pieces == 12


def test_a_worker_that_dies_is_told(monkeypatch: pytest.MonkeyPatch, cluster: Crew) -> None:
    def submit(function: Any, *arguments: Any, on_death: Any) -> Future[Any]:
        on_death()
        return Inline.submit(cluster, function, *arguments, on_death=on_death)

    monkeypatch.setattr(cluster, "submit", submit)
    cluster.free = True
    studies, made = Studies(cluster), small()
    studies.start(made, "a")
    wait_until(lambda: studies.view(made, "a").status is Status.FINISHED)
    assert str(studies.view(made, "a").notes[0]) == (
        "A worker died at lag 8, seed 0; that training goes on with another one."
    )


def test_only_so_much_is_kept(cluster: Crew) -> None:
    cluster.free = True
    studies, made = Studies(cluster, Limits(ended=3)), small()
    studies.start(made, "a")
    wait_until(lambda: len(studies._progress.ended) == 3)
    studies.leave("a")
    wait_until(lambda: idle(studies))
    assert len(studies._progress.ended) == 3


def test_an_answer_is_asked_for_once_it_is_there(cluster: Crew) -> None:
    class Fleeting(Future[Any]):
        """Loses its answer to whoever does not wait for it, as the cluster's do on their way."""

        def result(self, timeout: float | None = None) -> Any:
            assert self.done()
            return super().result(timeout)

    future, asked = Fleeting(), Event()

    class Slow(Crew):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
            return future

    def wanted() -> bool:
        if asked.is_set():
            future.set_result(part)
        asked.set()
        return True

    recipe = next(iter(small().recipes.values()))
    part = part_of(recipe, None, 0.0)
    assert await_piece(Slow(), recipe, None, wanted, lambda: None) is part
