"""A pytest plugin that ends a run with a table: for each stage, how many tests there were and what they took.

With `--checkers` the checkers of style, types, imports and JavaScript run beside the tests and are stages too: the
output of one that fails is printed as soon as it has ended, and the run fails.
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
    """Return the stage that a test belongs to."""
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
    """Put the long tests of the browser first where several processes share the tests: none ends up alone."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: STAGES.index(stage_of(item.nodeid)), reverse=True)


class Meter:
    """A meter in each process that runs tests: notes with each test what it took of the processor."""

    def __init__(self) -> None:
        self.start = 0.0
        self._before = 0.0
        self._running = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what finding the tests has taken."""
        self.start = processor_seconds()
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["start"] = self.start

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Read the clock of the processor as a test begins.

        Browsers and servers live on through many tests, and end after the last: what they have used until then would
        else be added to that test.
        """
        self._running = stage_of(item.nodeid) == "browser" or nextitem is None
        self._before = processor_seconds(running=self._running)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the processor's seconds of the part of a test that has just ended; the next part begins."""
        report = yield
        now = processor_seconds(running=self._running)
        vars(report)["processor"] = max(0.0, now - self._before)
        self._before = now
        return report


def processor_seconds(*, running: bool = False) -> float:
    """Return the seconds that this process and its ended children have used; with `running`, running children too."""
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
    """The sum of all that has been reported of one stage."""

    outcomes: Counter[str] = field(default_factory=Counter)
    start: float = float("inf")
    stop: float = 0.0
    processor: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """Count one part of a test: its beginning, itself or its end."""
        self.start, self.stop = min(self.start, report.start), max(self.stop, report.stop)
        self.processor += getattr(report, "processor", 0.0)

    def row(self, stage: str) -> Row:
        """Return the stage's row."""
        outcomes = [f"{self.outcomes[outcome]:,} {outcome}" for outcome in OUTCOMES if self.outcomes[outcome]]
        return Row(stage, ", ".join(outcomes), max(0.0, self.stop - self.start), self.processor)


class Stages:
    """A collector of results in the main process: counts them, reads the checkers' verdicts, and prints the table."""

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
        self._print_failures()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process that has ended took to start."""
        self._starts.append(getattr(node, "workeroutput", {}).get("start", 0.0))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Wait for the checkers: a run in which one has failed has failed."""
        if self._checkers is None:
            return
        self._verdicts = self._checkers.verdicts()
        self._print_failures()
        if session.exitstatus == pytest.ExitCode.OK and not all(verdict.passed for verdict in self._verdicts):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
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
        """Return the row of the start: what it took all processes to find the tests, and this one to hear of them."""
        first = min(tally.start for tally in self._tallies.values())
        here = os.times()
        processor = sum(self._starts) + here.user + here.system if self._starts else self._meter.start
        processes = f"{len(self._starts)} processes" if self._starts else ""
        return Row("start", processes, max(0.0, min(first, time.time()) - self._began), processor)

    def pytest_unconfigure(self) -> None:
        """Stop the checkers, whatever has stopped the run."""
        if self._checkers is not None:
            self._checkers.stop()

    def _print_failures(self) -> None:
        for verdict in self._checkers.new_failures() if self._checkers else []:
            assert self._terminal is not None
            self._terminal.section(f"{verdict.stage} failed", sep="-", red=True)
            self._terminal.write_line(verdict.output)
