"""Every task that can be chosen: one dictionary is the menu, the link's vocabulary and the tests' list at once."""

from __future__ import annotations

from cells.training.grammar_tasks import ANBN, ANBNCN, EMBEDDED_REBER
from cells.training.memory_tasks import ADDING, ECHO, LATCH, ORDER, PARITY
from cells.training.series_tasks import SUNSPOTS, TEXT
from cells.training.task import Task

TASKS: dict[str, Task] = {
    task.key: task for task in (LATCH, ECHO, ADDING, ORDER, PARITY, ANBN, ANBNCN, EMBEDDED_REBER, SUNSPOTS, TEXT)
}
