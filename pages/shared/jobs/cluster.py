"""Where trainings run: on the Dask cluster that GATESCOPE_SCHEDULER names, or on a small one of our own."""

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

Died = Callable[[], None]


class Cluster:
    """A Dask client that is there when it is needed. One for the whole app; its methods may be called by any thread.

    address: of a scheduler, or "" for workers of our own on this machine; these are also what there is where the
    scheduler cannot be reached, and `note` then says so. workers: how many of our own.
    """

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self._address = os.environ.get(SCHEDULER, "").strip() if address is None else address
        self._workers = workers or max(1, min(MOST_WORKERS, os.cpu_count() or 1))
        self._lock = Lock()
        self._client: Client | None = None
        self._own: SpecCluster | None = None
        self._died: dict[str, Died] = {}
        self.note: InputError | None = None

    def submit(self, function: Callable[..., Any], *arguments: object, died: Died) -> Future[Any]:
        """Have a function run by a worker, once; `died` is called for every worker that dies of it or beside it.

        Raises OSError where there is no cluster, for it could be neither reached nor started.
        """
        future = self._connected().submit(function, *arguments, pure=False)
        self._died[str(future.key)] = died
        return future

    def answered(self, future: Future[Any], seconds: float) -> bool:
        """Wait so long for an answer, or a failure; gives whether there is one. Raises CancelledError without hope."""
        from distributed import wait  # noqa: PLC0415

        try:
            with future.client.as_current():
                wait(future, timeout=seconds)
        except TimeoutError:
            return False
        self._died.pop(str(future.key), None)
        return True

    def cancel(self, future: Future[Any]) -> None:
        """Nobody waits for it any more."""
        self._died.pop(str(future.key), None)
        future.cancel()

    def workers(self) -> int:
        """How many workers there are at present."""
        with self._lock:
            return len(self._client.scheduler_info(n_workers=-1)["workers"]) if self._client else 0

    def gone(self) -> bool:
        """Whether the scheduler has gone, or never came."""
        with self._lock:
            return self._client is None or self._client.status != "running"

    def close(self) -> None:
        """Let go of the scheduler, and end our own."""
        with self._lock:
            self._close()

    def _connected(self) -> Client:
        with self._lock:
            if self._client is not None and self._client.status != "running":
                self._close()  # the scheduler has gone
            if self._client is None:
                self._client = self._reached() or self._started()
                self._client.subscribe_topic("all", self._heard)
            return self._client

    def _close(self) -> None:
        if self._client is not None and self._client.status == "running":
            self._client.unsubscribe_topic("all")  # else it would be told of its own end, with nobody to listen
        for closing in (self._client, self._own):
            if closing is not None:
                closing.close()
        self._client = self._own = None
        self._died.clear()

    def _reached(self) -> Client | None:
        """A client of the scheduler that somebody has set up, or None without one."""
        from distributed import Client  # noqa: PLC0415

        if not self._address:
            return None
        try:
            client = Client(self._address, timeout=SECONDS_TO_REACH, set_as_default=False)
        except (OSError, ValueError, TypeError) as problem:  # a wrong address is told in many ways
            self.note = InputError(
                N_("The scheduler {address} cannot be reached; trainings run on this machine instead."),
                address=self._address,
            )
            print(f"{SCHEDULER}={self._address}: {problem}", file=sys.stderr)
            return None
        self.note = None
        return client

    def _started(self) -> Client:
        """A client of our own scheduler, in this process, with workers in processes of their own.

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

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        _, told = event
        if told.get("action") == "remove-worker" and not told.get("expected", False):
            for key in told.get("processing-tasks", ()):
                if died := self._died.get(key):
                    died()
