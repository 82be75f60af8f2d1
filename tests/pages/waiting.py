"""Waiting for what other threads do, without a clock."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

PATIENCE = 60.0  # seconds, of which a passing test needs a few hundredths


def wait_until(true: Callable[[], object]) -> None:
    """Wait for what other threads do."""
    never = Event()
    for _ in range(int(PATIENCE / 0.005)):
        if true():
            return
        never.wait(0.005)
    raise AssertionError("it has not happened")
