"""Several tasks measured side by side."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time


def in_turns(
    turns: int, *tasks: Callable[[], object], clock: Callable[[], float] = process_time, warm: bool = True
) -> list[float]:
    """The median seconds of each task; they take turns, so that a busy moment of the machine falls on all of them.

    clock: `process_time` counts all threads of this process and no other program; `perf_counter` is the time that a
    person waits. warm: whether each task is run once before it counts.
    """
    for task in tasks if warm else ():
        task()
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(turns):
        for task, taken in zip(tasks, seconds, strict=True):
            start = clock()
            task()
            taken.append(clock() - start)
    return [median(taken) for taken in seconds]
