"""Trainings that run elsewhere: shared, paused, resumed, stopped, bounded, and gone with the visit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from cells import InputError
from cells.training import follow, recipe
from cells.training.recipe import Recipe
from pages.shared.jobs import Status, TrainingJobs, TrainingView
from pages.shared.jobs import training_job as training_job_module
from pages.shared.jobs.training_jobs import Limits, bytes_of
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


def seen(jobs: TrainingJobs, made: Recipe, visit: str) -> TrainingView:
    found = jobs.view(made, visit)
    assert found is not None
    return found


def reached(jobs: TrainingJobs, made: Recipe, visit: str, update: int) -> Callable[[], bool]:
    return lambda: seen(jobs, made, visit).update == update


def test_a_training_gives_what_it_gives_at_home(cluster: Inline) -> None:
    jobs, made = TrainingJobs(cluster), small()
    cluster.free = True
    jobs.start(made, "a")
    wait_until(lambda: seen(jobs, made, "a").status.ended)
    here, told = list(follow(made)), seen(jobs, made, "a")
    assert told.status is Status.FINISHED
    assert [(one.update, one.loss, one.success) for one in told.checkpoints] == [
        (one.update, one.loss, one.success) for one in here
    ]
    for one, other in zip(told.checkpoints, here, strict=True):
        assert all(torch.equal(one.state[name], other.state[name]) for name in other.state)
    assert len(told.losses) == told.update == 4
    assert told.others == 0


def test_it_waits_for_a_worker_runs_pauses_resumes_and_stops(cluster: Inline) -> None:
    jobs, made = TrainingJobs(cluster), small(updates=20)
    jobs.start(made, "a")
    assert seen(jobs, made, "a").status is Status.WAITING
    assert seen(jobs, made, "a").left is None
    cluster.permit(3)
    wait_until(reached(jobs, made, "a", 3))
    assert seen(jobs, made, "a").status is Status.RUNNING
    assert (seen(jobs, made, "a").left or 0) > 0
    jobs.pause(made, "a")
    assert seen(jobs, made, "a").status is Status.PAUSED
    jobs.start(made, "a")
    assert seen(jobs, made, "a").status is Status.RUNNING
    cluster.permit(2)
    wait_until(reached(jobs, made, "a", 5))
    jobs.stop(made, "a")
    told = seen(jobs, made, "a")
    assert (told.status, told.update) == (Status.STOPPED, 5)
    assert [one.update for one in told.checkpoints] == [0, 1, 2, 3, 4]
    cluster.permit(20)
    jobs.start(made, "a")
    wait_until(lambda: seen(jobs, made, "a").status is Status.FINISHED)
    assert list(seen(jobs, made, "a").losses)[:5] == list(told.losses)


def test_while_it_is_paused_nothing_is_computed(cluster: Inline) -> None:
    jobs, made = TrainingJobs(cluster), small(updates=50)
    jobs.start(made, "a")
    cluster.permit(2)
    wait_until(reached(jobs, made, "a", 2))
    jobs.pause(made, "a")
    wait_until(lambda: not jobs._jobs[made].going)
    cluster.permit(20)
    other = small(seed=1)
    jobs.start(other, "a")
    wait_until(lambda: seen(jobs, other, "a").status is Status.FINISHED)
    assert seen(jobs, made, "a").update <= 3, "at most the piece that had been begun"


def test_equal_settings_share_one_run_and_each_visit_pauses_for_itself(cluster: Inline) -> None:
    jobs, made = TrainingJobs(cluster), small(updates=8)
    jobs.start(made, "a")
    jobs.start(recipe("echo", "rnn", {"delay": 1, "length": 8}, seed=0, updates=8, **SMALL), "b")
    cluster.permit(3)
    wait_until(reached(jobs, made, "a", 3))
    assert seen(jobs, made, "b").update == 3
    assert seen(jobs, made, "b").others == 1
    jobs.stop(made, "a")
    cluster.permit(5)
    wait_until(lambda: seen(jobs, made, "b").status is Status.FINISHED)
    assert (seen(jobs, made, "a").status, seen(jobs, made, "a").update) == (Status.STOPPED, 3)
    assert seen(jobs, made, "a").checkpoints[-1].update == 3
    assert cluster.pieces == 8, "nothing was computed twice"
    jobs.leave("a")
    jobs.leave("b")
    jobs.start(made, "c")
    assert seen(jobs, made, "c").status is Status.FINISHED
    assert cluster.pieces == 8


def test_a_run_goes_with_its_last_visit(cluster: Inline) -> None:
    jobs, made = TrainingJobs(cluster, Limits(grace=0.05)), small(updates=1000)
    jobs.start(made, "a")
    cluster.permit(2)
    wait_until(reached(jobs, made, "a", 2))
    jobs.leave("a")
    assert jobs.view(made, "a") is None
    wait_until(lambda: not jobs._jobs)
    cluster.permit(10)
    pieces = cluster.pieces
    jobs.start(made, "b")
    wait_until(reached(jobs, made, "b", 1))
    assert seen(jobs, made, "b").checkpoints[0].update == 0, "it has begun anew"
    assert cluster.pieces > pieces


def test_a_page_that_is_loaded_anew_finds_its_run_again(cluster: Inline) -> None:
    jobs, made = TrainingJobs(cluster), small(updates=1000)
    jobs.start(made, "a")
    cluster.permit(2)
    wait_until(reached(jobs, made, "a", 2))
    jobs.leave("a")
    jobs.start(made, "another visit, the same person")
    assert seen(jobs, made, "another visit, the same person").update >= 2


def test_a_training_that_runs_away_keeps_its_last_good_checkpoint(cluster: Inline) -> None:
    jobs = TrainingJobs(cluster)
    made = recipe("adding", "rnn-relu", units=16, updates=60, learning_rate=1.0, clip=0.0)
    *_, last = follow(made)
    cluster.free = True
    jobs.start(made, "a")
    wait_until(lambda: seen(jobs, made, "a").status.ended)
    told = seen(jobs, made, "a")
    assert told.status is Status.FAILED
    assert str(told.trouble) == str(last.trouble)
    assert told.checkpoints[-1].update == last.update


@pytest.mark.parametrize("reason", ["no such function", "out of memory {really}"])
def test_what_a_cluster_cannot_do_is_told_and_can_be_tried_again(cluster: Inline, reason: str) -> None:
    jobs, made = TrainingJobs(cluster), small()
    cluster.free, cluster.fails = True, [RuntimeError(reason)]
    jobs.start(made, "a")
    wait_until(lambda: seen(jobs, made, "a").status.ended)
    assert seen(jobs, made, "a").status is Status.FAILED
    assert str(seen(jobs, made, "a").trouble) == f"The cluster cannot train this: RuntimeError: {reason}"
    jobs.start(made, "a")
    wait_until(lambda: seen(jobs, made, "a").status is Status.FINISHED)


def test_a_visit_has_so_many_trainings_at_once(cluster: Inline) -> None:
    jobs = TrainingJobs(cluster, Limits(a_visit=2))
    for seed in range(2):
        jobs.start(small(seed), "a")
    with pytest.raises(InputError, match=r"^2 trainings of yours are running already"):
        jobs.start(small(2), "a")
    assert jobs.view(small(2), "a") is None
    jobs.pause(small(0), "a")
    jobs.start(small(2), "a")
    with pytest.raises(InputError, match=r"^2 trainings of yours"):
        jobs.start(small(0), "a")
    assert seen(jobs, small(0), "a").status is Status.PAUSED, "which is as it was"
    jobs.start(small(1), "a")


def test_a_full_queue_is_told_and_what_is_there_already_can_be_shared(cluster: Inline) -> None:
    jobs = TrainingJobs(cluster, Limits(at_once=2))
    for visit in range(2):
        jobs.start(small(visit), str(visit))
    with pytest.raises(InputError, match=r"^The queue is full: 2 trainings"):
        jobs.start(small(2), "late")
    jobs.start(small(1), "late")
    assert seen(jobs, small(1), "late").others == 1


def test_a_visit_keeps_so_much_and_forgets_the_oldest(cluster: Inline) -> None:
    size = bytes_of(small())
    assert size == sum(v.nbytes for one in follow(small()) for v in one.state.values())
    cluster.free = True
    jobs = TrainingJobs(cluster, Limits(bytes_a_visit=2 * size, kept=0))
    for seed in range(3):
        jobs.start(small(seed), "a")
        wait_until(lambda seed=seed: seen(jobs, small(seed), "a").status is Status.FINISHED)  # type: ignore[misc]
    assert jobs.view(small(0), "a") is None
    assert {one.seed for one in jobs._jobs} == {1, 2}
    with pytest.raises(InputError, match=r"^The checkpoints of this training would take"):
        TrainingJobs(cluster, Limits(bytes_a_visit=size - 1)).start(small(), "a")


def test_ended_trainings_that_nobody_watches_are_few(cluster: Inline) -> None:
    cluster.free = True
    jobs = TrainingJobs(cluster, Limits(kept=2))
    for seed in range(4):
        jobs.start(small(seed), "a")
        wait_until(lambda seed=seed: seen(jobs, small(seed), "a").status is Status.FINISHED)  # type: ignore[misc]
    jobs.leave("a")
    assert {one.seed for one in jobs._jobs} == {2, 3}


def test_a_training_ends_after_its_time(cluster: Inline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_job_module, "MOST_SECONDS", -1.0)
    jobs, made = TrainingJobs(cluster), small(updates=100)
    cluster.free = True
    jobs.start(made, "a")
    wait_until(lambda: seen(jobs, made, "a").status.ended)
    told = seen(jobs, made, "a")
    assert (told.status, told.update) == (Status.FAILED, 1)
    assert "minutes; the last checkpoint is kept" in str(told.trouble)


def test_nobody_sees_what_he_has_not_asked_for(cluster: Inline) -> None:
    jobs = TrainingJobs(cluster)
    assert jobs.view(small(), NOBODY) is None
    jobs.pause(small(), NOBODY)
    jobs.start(small(), "a")
    jobs.stop(small(), "b")
    assert jobs.view(small(), "b") is None
    assert seen(jobs, small(), "a").status is Status.WAITING
