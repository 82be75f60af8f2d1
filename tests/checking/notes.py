"""A pytest plugin by which tests leave notes for the end of a run, in whichever process they have run."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

# By note: how many pictures it is about.
NOTES = pytest.StashKey["Counter[str]"]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOTES] = Counter()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over the notes of this process where several run the tests."""
    if hasattr(session.config, "workeroutput"):
        notes = session.config.stash[NOTES]
        session.config.workeroutput["notes"] = dict(notes)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the notes of a process that has ended; one that has died has left none."""
    notes: Counter[str] = node.config.stash[NOTES]
    notes.update(getattr(node, "workeroutput", {}).get("notes", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which pictures were written, and which were not compared and why."""
    notes = config.stash[NOTES]
    if notes:
        terminalreporter.section("screenshots")
        for note, count in notes.items():
            terminalreporter.line(f"{count} picture{'s' if count > 1 else ''} {note}")
