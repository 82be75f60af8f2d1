"""Trainings on real Dask clusters: a scheduler and workers in processes of their own, one of which is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from cells.training import follow, recipe, worker
from cells.training.recipe import Recipe
from pages.shared.jobs import Status, TrainingJobs, TrainingView
from pages.shared.jobs import pieces as pieces_module
from pages.shared.jobs.cluster import SCHEDULER, Cluster
from tests import ROOT
from tests.checking.sampling import rare
from tests.pages.waiting import PATIENCE, wait_until

VISIT = "a visit"
SECONDS_TO_END = 10


def small(updates: int) -> Recipe:
    return recipe("echo", "lstm", {"length": 8, "delay": 1}, units=2, batch=2, updates=updates)


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that never outlives the block."""
    child = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    """Set up a scheduler; yields its address."""
    told = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    with process("distributed.cli.dask_scheduler", *options, "--scheduler-file", str(told)):
        wait_until(lambda: told.exists() and told.read_text())
        yield json.loads(told.read_text())["address"]


@contextmanager
def worker_of(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker in a process of its own, which nobody starts again."""
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    with process("distributed.cli.dask_worker", address, *options, "--preload", str(worker.__file__)) as child:
        yield child


def pids_of_workers(address: str, count: int) -> dict[str, int]:
    """Wait for so many workers. Returns their processes by the workers' addresses."""
    from distributed import Client  # noqa: PLC0415 - it takes a second to import, which other tests need not wait for

    with Client(address, set_as_default=False) as client:
        wait_until(lambda: len(client.scheduler_info(n_workers=-1)["workers"]) == count)
        pids: dict[str, int] = client.run(os.getpid)
        return pids


@contextmanager
def training_on(cluster: Cluster, made: Recipe) -> Iterator[TrainingJobs]:
    """Start a training there."""
    jobs = TrainingJobs(cluster)
    jobs.start(made, VISIT)
    try:
        yield jobs
    finally:
        jobs.leave(VISIT)
        cluster.close()


def seen(jobs: TrainingJobs, made: Recipe) -> TrainingView:
    found = jobs.view(made, VISIT)
    assert found is not None
    return found


def same_as_at_home(told: TrainingView, made: Recipe) -> bool:
    here = list(follow(made))
    assert [(one.update, one.loss, one.success) for one in told.checkpoints] == [
        (one.update, one.loss, one.success) for one in here
    ]
    pairs = zip(told.checkpoints, here, strict=True)
    return all(torch.equal(one.state[name], other.state[name]) for one, other in pairs for name in other.state)


def test_a_worker_that_dies_is_told_and_another_one_goes_on_bit_by_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces_module, "SECONDS_A_PIECE", 1e9)  # the whole training is one piece
    made = small(updates=1000)
    with scheduler(tmp_path) as address, worker_of(address), worker_of(address):
        pids = pids_of_workers(address, 2)
        with training_on(Cluster(address), made) as jobs:
            cluster = jobs.cluster
            wait_until(lambda: cluster._client is not None and any(cluster._client.processing().values()))
            assert cluster._client is not None
            (first,) = [worker for worker, tasks in cluster._client.processing().items() if tasks]
            wait_until(lambda: cluster.workers() == 2)
            assert not seen(jobs, made).status.ended, "the first one is still at it"
            os.kill(pids[first], signal.SIGKILL)
            wait_until(lambda: seen(jobs, made).status.ended)
            told = seen(jobs, made)
            assert [str(note) for note in told.notes] == [
                "A worker died at update 0; the training goes on from there with another one."
            ]
            assert cluster.note is None
    assert told.status is Status.FINISHED
    assert same_as_at_home(told, made)


# What looks after a worker, the worker itself, and what this says to begin with.
LOOKING_AFTER = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]], check=False)"
WORKING = """
import os, runpy, sys, threading
path, app = sys.argv[1:]
runpy.run_path(path)["dask_setup"].callback(None, int(app))
print(os.getpid(), flush=True)
threading.Event().wait()
"""


def test_a_worker_ends_with_the_app_and_so_does_what_would_start_another_one() -> None:
    app = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    command = [sys.executable, "-c", LOOKING_AFTER, WORKING, str(worker.__file__), str(app.pid)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as looking_after:
        try:
            assert looking_after.stdout is not None
            assert int(looking_after.stdout.readline()), "it has begun"
            app.kill()
            app.communicate()
            rest, _ = looking_after.communicate(timeout=PATIENCE)  # both hold the pipe until they end
        finally:
            looking_after.kill()
            app.kill()
    assert rest == b""


@pytest.mark.parametrize("count", [1, rare(2)])
def test_our_own_cluster_trains_and_starts_a_killed_worker_again(count: int) -> None:
    cluster, made = Cluster("", workers=count), small(updates=200_000)
    with training_on(cluster, made) as jobs:
        wait_until(lambda: seen(jobs, made).update > 0)
        assert cluster.workers() == count
        assert cluster._client is not None
        pids = set(cluster._client.run(os.getpid).values())
        assert os.getpid() not in pids
        assert len(pids) == count, "each in a process of its own"
        before = seen(jobs, made)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: seen(jobs, made).notes)
        wait_until(lambda: seen(jobs, made).update > before.update + 10)
        assert not pids & set(cluster._client.run(os.getpid).values())
        told = seen(jobs, made)
        assert str(told.notes[0]).startswith("A worker died at update")
        assert told.status is Status.RUNNING
        assert told.checkpoints[: len(before.checkpoints)] == before.checkpoints, "what there was is kept"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{free}", rare("nonsense://here"), rare("no address at all")])
def test_a_scheduler_that_cannot_be_reached_is_told_and_this_machine_trains(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.shared.jobs.cluster.SECONDS_TO_REACH", 1)
    address = address.format(free=free_port())
    monkeypatch.setenv(SCHEDULER, address)
    cluster, made = Cluster(workers=1), small(updates=5)
    with training_on(cluster, made) as jobs:
        wait_until(lambda: seen(jobs, made).status.ended)
        assert str(cluster.note) == f"The scheduler {address} cannot be reached; trainings run on this machine instead."
        assert seen(jobs, made).status is Status.FINISHED
        assert same_as_at_home(seen(jobs, made), made)


@pytest.mark.exhaustive  # as one that cannot be reached
def test_a_scheduler_that_goes_is_told_and_this_machine_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.shared.jobs.cluster.SECONDS_TO_REACH", 1)
    made = small(updates=200_000)
    with scheduler(tmp_path) as address, worker_of(address):
        cluster = Cluster(address, workers=1)
        jobs = TrainingJobs(cluster)
        jobs.start(made, VISIT)
        wait_until(lambda: seen(jobs, made).update > 0)
    try:
        before = seen(jobs, made).update
        wait_until(lambda: cluster.note is not None)
        wait_until(lambda: seen(jobs, made).update > before)
        assert "cannot be reached" in str(cluster.note)
        assert seen(jobs, made).status is Status.RUNNING
    finally:
        jobs.leave(VISIT)
        cluster.close()


def test_what_nobody_waits_for_is_taken_from_the_scheduler(tmp_path: Path) -> None:
    made = small(updates=200_000)
    with scheduler(tmp_path) as address, training_on(Cluster(address), made) as jobs:
        cluster = jobs.cluster
        wait_until(lambda: cluster._client is not None)
        client = cluster._client
        assert client is not None
        wait_until(lambda: client.futures)
        assert seen(jobs, made).status is Status.WAITING, "there is no worker"
        jobs.stop(made, VISIT)
        wait_until(lambda: not client.futures)


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
