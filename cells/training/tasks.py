"""Every task that can be chosen: one dictionary is the menu, the link's vocabulary and the tests' list at once."""

from __future__ import annotations

from collections.abc import Mapping

from cells.depth.units import UNITS
from cells.registry import CELLS
from cells.training.digit_task import DIGITS
from cells.training.grammar_tasks import ANBN, ANBNCN, EMBEDDED_REBER
from cells.training.memory_tasks import ADDING, ECHO, LATCH, ORDER, PARITY
from cells.training.series_tasks import SUNSPOTS, TEXT
from cells.training.task import Task

TASKS: dict[str, Task] = {
    task.key: task for task in (LATCH, ECHO, ADDING, ORDER, PARITY, ANBN, ANBNCN, EMBEDDED_REBER, SUNSPOTS, TEXT)
}
"""Those that a recurrent cell learns, a key of CELLS."""

DEEP_TASKS: dict[str, Task] = {DIGITS.key: DIGITS}
"""Those that a deep stack learns, a key of `cells.depth.units.UNITS`, and no recurrent cell."""

ALL_TASKS: Mapping[str, Task] = {**TASKS, **DEEP_TASKS}


def learners_of(task: str) -> Mapping[str, object]:
    """Return what can learn a task, by key: recurrent cells, or the units of deep stacks."""
    return UNITS if task in DEEP_TASKS else CELLS
