"""A cluster in threads of this process, for tests that need no other: it makes a piece for every permission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Semaphore
from typing import Any

import pytest

from pages.shared.jobs import TRAINING_JOBS, pieces
from pages.shared.jobs.cluster import Cluster


class Piece(Future[Any]):
    """A piece's result, once there is one; a piece that is not wanted any more takes no permission."""

    unwanted = False

    def cancel(self) -> bool:
        self.unwanted = True
        return True


class Inline(Cluster):
    """A cluster that makes a piece for every permission; `free` makes as many as are asked for.

    fails: what the next pieces raise in place of an answer, one each.
    """

    def __init__(self, *fails: Exception, free: bool = False) -> None:
        super().__init__("")
        self._pool = ThreadPoolExecutor(4)
        self._permits = Semaphore(0)
        self.free, self.fails = free, list(fails)
        self.pieces = 0

    def permit(self, pieces: int = 1) -> None:
        """Let some pieces be made."""
        self._permits.release(pieces)

    def submit(self, function: Callable[..., Any], *arguments: object, on_death: Callable[[], None]) -> Future[Any]:  # type: ignore[override]
        piece = Piece()

        def permitted() -> None:
            if not self.free:
                self._permits.acquire()
            if piece.unwanted:
                self._permits.release()
                return
            self.pieces += 1
            try:
                if self.fails:
                    raise self.fails.pop(0)
                piece.set_result(function(*arguments))
            except Exception as problem:
                piece.set_exception(problem)

        self._pool.submit(permitted)
        return piece

    def wait_for_answer(self, future: Future[Any], seconds: float) -> bool:  # type: ignore[override]
        return bool(wait([future], timeout=seconds).done)

    def cancel(self, future: Future[Any]) -> None:  # type: ignore[override]
        future.cancel()

    def is_gone(self) -> bool:
        return False

    def close(self) -> None:
        self.free = True
        self._permits.release(100)
        self._pool.shutdown()


def shorten_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every piece one update, and let whoever waits look often."""
    monkeypatch.setattr(pieces, "SECONDS_A_PIECE", 0.0)
    monkeypatch.setattr(pieces, "SECONDS_TO_LOOK", 0.01)


def inline_trainings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inline]:
    """Let the app's trainings run in this process, each piece one update; for a fixture, which has the cluster."""
    monkeypatch.setattr(pieces, "SECONDS_A_PIECE", 0.0)
    inline = Inline(free=True)
    monkeypatch.setattr(TRAINING_JOBS, "cluster", inline)
    monkeypatch.setattr(TRAINING_JOBS, "_jobs", {})
    yield inline
    inline.close()
