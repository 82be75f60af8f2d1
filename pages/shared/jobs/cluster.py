"""The cluster on which trainings run: the Dask one that GATESCOPE_SCHEDULER names, or a small one of our own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cells.core.messages import N_, InputError
from cells.training import worker

if TYPE_CHECKING:  # it takes a second to import, and is not needed before somebody trains
    from distributed import Client, Future, SpecCluster

SCHEDULER = "GATESCOPE_SCHEDULER"
SECONDS_TO_REACH = 5
MOST_WORKERS = 4
MEMORY_OF_A_WORKER = "2GiB"  # the largest recipe takes half a gigabyte, torch another quarter

OnDeath = Callable[[], None]


class Cluster:
    """A Dask client that connects when it is needed: one for the whole app, called by any thread.

    address: of a scheduler, or "" for workers of our own on this machine; these are also what there is where the
    scheduler cannot be reached, and `note` then says so. workers: how many of our own.
    """

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self._address = os.environ.get(SCHEDULER, "").strip() if address is None else address
        self._workers = workers or max(1, min(MOST_WORKERS, os.cpu_count() or 1))
        self._lock = Lock()
        self._client: Client | None = None
        self._own: SpecCluster | None = None
        self._on_death: dict[str, OnDeath] = {}
        self.note: InputError | None = None

    def submit(self, function: Callable[..., Any], *arguments: object, on_death: OnDeath) -> Future[Any]:
        """Let a worker run a function, once; `on_death` is called for every worker that dies of it or beside it.

        Raises OSError where there is no cluster, for it could be neither reached nor started.
        """
        future = self._connect().submit(function, *arguments, pure=False)
        self._on_death[str(future.key)] = on_death
        return future

    def wait_for_answer(self, future: Future[Any], seconds: float) -> bool:
        """Wait so long for an answer or a failure. Returns whether there is one; raises CancelledError without hope."""
        from distributed import wait  # noqa: PLC0415

        try:
            with future.client.as_current():
                wait(future, timeout=seconds)
        except TimeoutError:
            return False
        self._on_death.pop(str(future.key), None)
        return True

    def cancel(self, future: Future[Any]) -> None:
        """Cancel what nobody waits for any more."""
        self._on_death.pop(str(future.key), None)
        future.cancel()

    def workers(self) -> int:
        """Return how many workers there are at present."""
        with self._lock:
            return len(self._client.scheduler_info(n_workers=-1)["workers"]) if self._client else 0

    def is_gone(self) -> bool:
        """Tell whether the scheduler has gone, or never came."""
        with self._lock:
            return self._client is None or self._client.status != "running"

    def close(self) -> None:
        """Disconnect from the scheduler, and end our own."""
        with self._lock:
            self._close()

    def _connect(self) -> Client:
        with self._lock:
            if self._client is not None and self._client.status != "running":
                self._close()  # the scheduler has gone
            if self._client is None:
                self._client = self._reach_scheduler() or self._start_own()
                self._client.subscribe_topic("all", self._on_event)
            return self._client

    def _close(self) -> None:
        if self._client is not None and self._client.status == "running":
            self._client.unsubscribe_topic("all")  # else its own end would be announced, with nobody to listen
        for closing in (self._client, self._own):
            if closing is not None:
                closing.close()
        self._client = self._own = None
        self._on_death.clear()

    def _reach_scheduler(self) -> Client | None:
        """Return a client of the scheduler that somebody has set up, or None without one."""
        from distributed import Client  # noqa: PLC0415

        if not self._address:
            return None
        try:
            client = Client(self._address, timeout=SECONDS_TO_REACH, set_as_default=False)
        except (OSError, ValueError, TypeError) as problem:  # a wrong address raises one of many
            self.note = InputError(
                N_("The scheduler {address} cannot be reached; trainings run on this machine instead."),
                address=self._address,
            )
            print(f"{SCHEDULER}={self._address}: {problem}", file=sys.stderr)
            return None
        self.note = None
        return client

    def _start_own(self) -> Client:
        """Start our own scheduler in this process, with workers in processes of their own. Returns a client of it.

        They are started as commands, not forked or spawned: what is to be run again in a spawned process would be the
        page that Streamlit is running here.
        """
        from distributed import Client, Scheduler, SpecCluster  # noqa: PLC0415
        from distributed.deploy.subprocess import SubprocessWorker  # noqa: PLC0415

        here = {"host": "127.0.0.1", "dashboard": False, "dashboard_address": "127.0.0.1:0"}  # for nobody else
        options = {
            **here,
            "nthreads": 1,
            "memory_limit": MEMORY_OF_A_WORKER,
            "preload": [str(Path(worker.__file__))],
            "preload_argv": ["--app", str(os.getpid())],
            "silence_logs": 30,
        }
        kind = {"cls": SubprocessWorker, "options": {"worker_class": "distributed.Nanny", "worker_kwargs": options}}
        scheduler = {"cls": Scheduler, "options": {**here, "port": 0}}
        self._own = SpecCluster(dict.fromkeys(range(self._workers), kind), scheduler, kind, silence_logs=30)
        return Client(self._own, set_as_default=False)

    def _on_event(self, event: tuple[float, dict[str, Any]]) -> None:
        """Call `on_death` for each task of a worker that has died."""
        _, details = event
        if details.get("action") == "remove-worker" and not details.get("expected", False):
            for key in details.get("processing-tasks", ()):
                if on_death := self._on_death.get(key):
                    on_death()
