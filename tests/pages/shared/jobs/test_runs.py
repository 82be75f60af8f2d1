"""Trainings that run elsewhere: shared, paused, resumed, stopped, bounded, and gone with the visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from cells import InputError
from cells.training import follow, recipe
from cells.training.recipe import Recipe
from pages.shared.jobs import Runs, Seen, Status
from pages.shared.jobs import run as run_module
from pages.shared.jobs.runs import Limits, bytes_of
from tests.pages.shared.jobs.inline import Inline, shorten_pieces
from tests.pages.waiting import wait_until

SMALL = {"units": 2, "batch": 2}
NOBODY = ""


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_pieces(monkeypatch)


@pytest.fixture
def cluster() -> Iterator[Inline]:
    made = Inline()
    yield made
    made.close()


def small(seed: int = 0, updates: int = 4) -> Recipe:
    return recipe("echo", "rnn", {"length": 8, "delay": 1}, updates=updates, seed=seed, **SMALL)


def seen(runs: Runs, made: Recipe, visit: str) -> Seen:
    found = runs.seen(made, visit)
    assert found is not None
    return found


def reached(runs: Runs, made: Recipe, visit: str, update: int) -> Callable[[], bool]:
    return lambda: seen(runs, made, visit).update == update


def test_a_training_gives_what_it_gives_at_home(cluster: Inline) -> None:
    runs, made = Runs(cluster), small()
    cluster.free = True
    runs.start(made, "a")
    wait_until(lambda: seen(runs, made, "a").status.ended)
    here, told = list(follow(made)), seen(runs, made, "a")
    assert told.status is Status.FINISHED
    assert [(one.update, one.loss, one.success) for one in told.checkpoints] == [
        (one.update, one.loss, one.success) for one in here
    ]
    for one, other in zip(told.checkpoints, here, strict=True):
        assert all(torch.equal(one.state[name], other.state[name]) for name in other.state)
    assert len(told.losses) == told.update == 4
    assert told.others == 0


def test_it_waits_for_a_worker_runs_pauses_resumes_and_stops(cluster: Inline) -> None:
    runs, made = Runs(cluster), small(updates=20)
    runs.start(made, "a")
    assert seen(runs, made, "a").status is Status.WAITING
    assert seen(runs, made, "a").left is None
    cluster.permit(3)
    wait_until(reached(runs, made, "a", 3))
    assert seen(runs, made, "a").status is Status.RUNNING
    assert (seen(runs, made, "a").left or 0) > 0
    runs.pause(made, "a")
    assert seen(runs, made, "a").status is Status.PAUSED
    runs.start(made, "a")
    assert seen(runs, made, "a").status is Status.RUNNING
    cluster.permit(2)
    wait_until(reached(runs, made, "a", 5))
    runs.stop(made, "a")
    told = seen(runs, made, "a")
    assert (told.status, told.update) == (Status.STOPPED, 5)
    assert [one.update for one in told.checkpoints] == [0, 1, 2, 3, 4]
    cluster.permit(20)
    runs.start(made, "a")
    wait_until(lambda: seen(runs, made, "a").status is Status.FINISHED)
    assert list(seen(runs, made, "a").losses)[:5] == list(told.losses)


def test_while_it_is_paused_nothing_is_computed(cluster: Inline) -> None:
    runs, made = Runs(cluster), small(updates=50)
    runs.start(made, "a")
    cluster.permit(2)
    wait_until(reached(runs, made, "a", 2))
    runs.pause(made, "a")
    wait_until(lambda: not runs._runs[made].going)
    cluster.permit(20)
    other = small(seed=1)
    runs.start(other, "a")
    wait_until(lambda: seen(runs, other, "a").status is Status.FINISHED)
    assert seen(runs, made, "a").update <= 3, "at most the piece that had been begun"


def test_equal_settings_share_one_run_and_each_visit_pauses_for_itself(cluster: Inline) -> None:
    runs, made = Runs(cluster), small(updates=8)
    runs.start(made, "a")
    runs.start(recipe("echo", "rnn", {"delay": 1, "length": 8}, seed=0, updates=8, **SMALL), "b")
    cluster.permit(3)
    wait_until(reached(runs, made, "a", 3))
    assert seen(runs, made, "b").update == 3
    assert seen(runs, made, "b").others == 1
    runs.stop(made, "a")
    cluster.permit(5)
    wait_until(lambda: seen(runs, made, "b").status is Status.FINISHED)
    assert (seen(runs, made, "a").status, seen(runs, made, "a").update) == (Status.STOPPED, 3)
    assert seen(runs, made, "a").checkpoints[-1].update == 3
    assert cluster.pieces == 8, "nothing was computed twice"
    runs.leave("a")
    runs.leave("b")
    runs.start(made, "c")
    assert seen(runs, made, "c").status is Status.FINISHED
    assert cluster.pieces == 8


def test_a_run_goes_with_its_last_visit(cluster: Inline) -> None:
    runs, made = Runs(cluster, Limits(grace=0.05)), small(updates=1000)
    runs.start(made, "a")
    cluster.permit(2)
    wait_until(reached(runs, made, "a", 2))
    runs.leave("a")
    assert runs.seen(made, "a") is None
    wait_until(lambda: not runs._runs)
    cluster.permit(10)
    pieces = cluster.pieces
    runs.start(made, "b")
    wait_until(reached(runs, made, "b", 1))
    assert seen(runs, made, "b").checkpoints[0].update == 0, "it has begun anew"
    assert cluster.pieces > pieces


def test_a_page_that_is_loaded_anew_finds_its_run_again(cluster: Inline) -> None:
    runs, made = Runs(cluster), small(updates=1000)
    runs.start(made, "a")
    cluster.permit(2)
    wait_until(reached(runs, made, "a", 2))
    runs.leave("a")
    runs.start(made, "another visit, the same person")
    assert seen(runs, made, "another visit, the same person").update >= 2


def test_a_training_that_runs_away_keeps_its_last_good_checkpoint(cluster: Inline) -> None:
    runs = Runs(cluster)
    made = recipe("adding", "rnn-relu", units=16, updates=60, learning_rate=1.0, clip=0.0)
    *_, last = follow(made)
    cluster.free = True
    runs.start(made, "a")
    wait_until(lambda: seen(runs, made, "a").status.ended)
    told = seen(runs, made, "a")
    assert told.status is Status.FAILED
    assert str(told.trouble) == str(last.trouble)
    assert told.checkpoints[-1].update == last.update


@pytest.mark.parametrize("reason", ["no such function", "out of memory {really}"])
def test_what_a_cluster_cannot_do_is_told_and_can_be_tried_again(cluster: Inline, reason: str) -> None:
    runs, made = Runs(cluster), small()
    cluster.free, cluster.fails = True, [RuntimeError(reason)]
    runs.start(made, "a")
    wait_until(lambda: seen(runs, made, "a").status.ended)
    assert seen(runs, made, "a").status is Status.FAILED
    assert str(seen(runs, made, "a").trouble) == f"The cluster cannot train this: RuntimeError: {reason}"
    runs.start(made, "a")
    wait_until(lambda: seen(runs, made, "a").status is Status.FINISHED)


def test_a_visit_has_so_many_trainings_at_once(cluster: Inline) -> None:
    runs = Runs(cluster, Limits(a_visit=2))
    for seed in range(2):
        runs.start(small(seed), "a")
    with pytest.raises(InputError, match=r"^2 trainings of yours are running already"):
        runs.start(small(2), "a")
    assert runs.seen(small(2), "a") is None
    runs.pause(small(0), "a")
    runs.start(small(2), "a")
    with pytest.raises(InputError, match=r"^2 trainings of yours"):
        runs.start(small(0), "a")
    assert seen(runs, small(0), "a").status is Status.PAUSED, "which is as it was"
    runs.start(small(1), "a")


def test_a_full_queue_is_told_and_what_is_there_already_can_be_shared(cluster: Inline) -> None:
    runs = Runs(cluster, Limits(at_once=2))
    for visit in range(2):
        runs.start(small(visit), str(visit))
    with pytest.raises(InputError, match=r"^The queue is full: 2 trainings"):
        runs.start(small(2), "late")
    runs.start(small(1), "late")
    assert seen(runs, small(1), "late").others == 1


def test_a_visit_keeps_so_much_and_forgets_the_oldest(cluster: Inline) -> None:
    size = bytes_of(small())
    assert size == sum(v.nbytes for one in follow(small()) for v in one.state.values())
    cluster.free = True
    runs = Runs(cluster, Limits(bytes_a_visit=2 * size, kept=0))
    for seed in range(3):
        runs.start(small(seed), "a")
        wait_until(lambda seed=seed: seen(runs, small(seed), "a").status is Status.FINISHED)  # type: ignore[misc]
    assert runs.seen(small(0), "a") is None
    assert {one.seed for one in runs._runs} == {1, 2}
    with pytest.raises(InputError, match=r"^The checkpoints of this training would take"):
        Runs(cluster, Limits(bytes_a_visit=size - 1)).start(small(), "a")


def test_ended_trainings_that_nobody_watches_are_few(cluster: Inline) -> None:
    cluster.free = True
    runs = Runs(cluster, Limits(kept=2))
    for seed in range(4):
        runs.start(small(seed), "a")
        wait_until(lambda seed=seed: seen(runs, small(seed), "a").status is Status.FINISHED)  # type: ignore[misc]
    runs.leave("a")
    assert {one.seed for one in runs._runs} == {2, 3}


def test_a_training_ends_after_its_time(cluster: Inline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "MOST_SECONDS", -1.0)
    runs, made = Runs(cluster), small(updates=100)
    cluster.free = True
    runs.start(made, "a")
    wait_until(lambda: seen(runs, made, "a").status.ended)
    told = seen(runs, made, "a")
    assert (told.status, told.update) == (Status.FAILED, 1)
    assert "minutes; the last checkpoint is kept" in str(told.trouble)


def test_nobody_sees_what_he_has_not_asked_for(cluster: Inline) -> None:
    runs = Runs(cluster)
    assert runs.seen(small(), NOBODY) is None
    runs.pause(small(), NOBODY)
    runs.start(small(), "a")
    runs.stop(small(), "b")
    assert runs.seen(small(), "b") is None
    assert seen(runs, small(), "a").status is Status.WAITING
