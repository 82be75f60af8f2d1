"""Waiting for what other threads do, without a clock."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

# Seconds, of which a passing test needs a hundredth. Workers that train run behind everything else, at a nice value of
# 10: beside other busy processes they get a tenth of a processor.
PATIENCE = 600.0


def wait_until(true: Callable[[], object]) -> None:
    """Wait for what other threads do."""
    never = Event()
    for _ in range(int(PATIENCE / 0.005)):
        if true():
            return
        never.wait(0.005)
    raise AssertionError("it has not happened")
