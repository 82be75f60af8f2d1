"""A pytest plugin that tells at the end of a run, a line a stage, how many tests there were and what they took.

With `--checkers` the checkers of style, types, imports and JavaScript run beside the tests and are stages too: what one
of them finds fault with is printed as soon as it is found, and the run fails.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from tests.checking.checkers import Checkers, Verdict
from tests.checking.table import Row, table

# The stage of a test by the beginning of its address; what is under none of these is a unit test.
FOLDERS = {"tests/browser/": "browser", "tests/pages/": "pages"}
STAGES = ("units", "pages", "browser")
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def stage_of(nodeid: str) -> str:
    """The stage that a test belongs to."""
    return next((stage for folder, stage in FOLDERS.items() if nodeid.startswith(folder)), "units")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--checkers", action="store_true", help="check style, types, imports and JavaScript beside the tests"
    )


def pytest_configure(config: pytest.Config) -> None:
    meter = Meter()
    config.pluginmanager.register(meter, "meter")
    if not hasattr(config, "workerinput"):
        checkers = Checkers() if config.getoption("--checkers") and not config.option.collectonly else None
        config.pluginmanager.register(Stages(meter, checkers), "stages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, the long ones of the browser come first: none ends up alone."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: STAGES.index(stage_of(item.nodeid)), reverse=True)


class Meter:
    """Where the tests run: notes with each what it took of the processor."""

    def __init__(self) -> None:
        self.start = 0.0
        self._before = 0.0
        self._running = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """So far everything was for finding the tests."""
        self.start = processor_seconds()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["start"] = self.start

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Every test begins where the clock of the processor stands.

        Browsers and servers live on through many tests, and end after the last: what they have used until then would
        else be added to that one.
        """
        self._running = stage_of(item.nodeid) == "browser" or nextitem is None
        self._before = processor_seconds(running=self._running)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The part of a test that has just been reported ends here, and the next part begins."""
        report = yield
        now = processor_seconds(running=self._running)
        vars(report)["processor"] = max(0.0, now - self._before)
        self._before = now
        return report


def processor_seconds(*, running: bool = False) -> float:
    """What this process, and those of its own that have ended, have used so far; with `running` all that run too."""
    spent = os.times()
    total = spent.user + spent.system + spent.children_user + spent.children_system
    if running:
        for child in psutil.Process().children(recursive=True):
            try:
                total += sum(child.cpu_times()[:4])
            except psutil.NoSuchProcess:
                continue
    return total


@dataclass
class Tally:
    """What has been reported of one stage."""

    outcomes: Counter[str] = field(default_factory=Counter)
    start: float = float("inf")
    stop: float = 0.0
    processor: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """Count one part of a test: its beginning, itself or its end."""
        self.start, self.stop = min(self.start, report.start), max(self.stop, report.stop)
        self.processor += getattr(report, "processor", 0.0)

    def row(self, stage: str) -> Row:
        """The stage's line."""
        told = [f"{self.outcomes[outcome]:,} {outcome}" for outcome in OUTCOMES if self.outcomes[outcome]]
        return Row(stage, ", ".join(told), max(0.0, self.stop - self.start), self.processor)


class Stages:
    """Where the results come together: counts them, hears the checkers, and prints the table."""

    def __init__(self, meter: Meter, checkers: Checkers | None) -> None:
        self._meter = meter
        self._checkers = checkers
        self._tallies = {stage: Tally() for stage in STAGES}
        self._verdicts: list[Verdict] = []
        self._began = time.time()
        self._starts: list[float] = []
        self._terminal: pytest.TerminalReporter | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find where to print."""
        self._terminal = session.config.pluginmanager.get_plugin("terminalreporter")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a part of a test, and see whether a checker has come to an end meanwhile."""
        self._tallies[stage_of(report.nodeid)].add(report)
        self._tell_failures()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """One of several processes has ended."""
        self._starts.append(getattr(node, "workeroutput", {}).get("start", 0.0))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Wait for the checkers: a run with a discontent one has failed."""
        if self._checkers is None:
            return
        self._verdicts = self._checkers.verdicts()
        self._tell_failures()
        if session.exitstatus == pytest.ExitCode.OK and not all(verdict.passed for verdict in self._verdicts):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table."""
        for outcome in OUTCOMES:
            for report in terminalreporter.stats.get(outcome, []):
                self._tallies[stage_of(report.nodeid)].outcomes[outcome] += 1
        rows = [verdict.row for verdict in self._verdicts]
        rows.append(self._start())
        rows += [tally.row(stage) for stage, tally in self._tallies.items() if tally.outcomes]
        rows.append(Row("in all", "", time.time() - self._began, sum(row.processor for row in rows)))
        terminalreporter.section("stages")
        terminalreporter.write_line(table(rows))

    def _start(self) -> Row:
        """What it took to find the tests, in all processes, and here to hear of them."""
        first = min(tally.start for tally in self._tallies.values())
        here = os.times()
        processor = sum(self._starts) + here.user + here.system if self._starts else self._meter.start
        told = f"{len(self._starts)} processes" if self._starts else ""
        return Row("start", told, max(0.0, min(first, time.time()) - self._began), processor)

    def pytest_unconfigure(self) -> None:
        """Whatever has stopped the run, no checker outlives it."""
        if self._checkers is not None:
            self._checkers.stop()

    def _tell_failures(self) -> None:
        for verdict in self._checkers.new_failures() if self._checkers else []:
            assert self._terminal is not None
            self._terminal.section(f"{verdict.stage} failed", sep="-", red=True)
            self._terminal.write_line(verdict.said)
