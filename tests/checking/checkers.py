"""The checkers of style, types, imports and JavaScript, as `make lint` runs them and a test run has them beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT
from tests.checking.table import Row, table

# The rules for JavaScript stand in a file of their own.
RULES = "tests/checking/javascript.json"
JAVASCRIPT = ["oxlint", f"--config={RULES}", "--deny-warnings", "pages"]

COMMANDS: dict[str, list[list[str]]] = {
    "lint": [["ruff", "check", "."], ["ruff", "format", "--check", "."]],
    "types": [["mypy"]],
    "imports": [["lint-imports"]],
    "javascript": [JAVASCRIPT],
}


@dataclass(frozen=True)
class Verdict:
    """A checker's result: whether it found nothing wrong, its output, and the seconds that it took."""

    stage: str
    passed: bool
    output: str
    seconds: float
    processor: float

    @property
    def row(self) -> Row:
        """The checker's row in the table of stages."""
        return Row(self.stage, "passed" if self.passed else "FAILED", self.seconds, self.processor)


class Checkers:
    """The checkers at work, each in a process of its own beside this one."""

    def __init__(self, commands: dict[str, list[list[str]]] = COMMANDS) -> None:
        self._verdicts: dict[str, Verdict] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stopped = False
        self._threads = [threading.Thread(target=self._check, args=(stage, lines)) for stage, lines in commands.items()]
        self._unreported = list(commands)
        for thread in self._threads:
            thread.start()

    def verdicts(self) -> list[Verdict]:
        """Wait for all verdicts. Returns them in the order of the stages."""
        for thread in self._threads:
            thread.join()
        return list(self._verdicts.values())

    def new_failures(self) -> list[Verdict]:
        """Return the failures since the last call, without waiting."""
        ended = [stage for stage in self._unreported if stage in self._verdicts]
        self._unreported = [stage for stage in self._unreported if stage not in ended]
        return [self._verdicts[stage] for stage in ended if not self._verdicts[stage].passed]

    def stop(self) -> None:
        """End the checkers that still run, and their threads."""
        self._stopped = True
        for process in list(self._running.values()):
            process.terminate()
        for thread in self._threads:
            thread.join()

    def _check(self, stage: str, lines: list[list[str]]) -> None:
        start, processor, passed, output = time.perf_counter(), 0.0, True, ""
        for line in lines:
            if self._stopped:
                return
            code, printed, used = self._run(stage, line)
            passed, output, processor = passed and code == 0, output + printed, processor + used
        self._verdicts[stage] = Verdict(stage, passed, output, time.perf_counter() - start, processor)

    def _run(self, stage: str, line: Sequence[str]) -> tuple[int, str, float]:
        """Run one command out of this Python's own folder. Returns exit code, output, and seconds of the processor."""
        command = [str(Path(sys.executable).with_name(line[0])), *line[1:]]
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            self._running[stage] = process
            if self._stopped:  # between the look before and this one
                process.terminate()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            printed = output.read().decode("utf-8", "replace")
        return process.returncode, printed, used.ru_utime + used.ru_stime


def main() -> int:
    """Run all checkers, print the output of those that fail and a table. Returns 1 if one has failed."""
    verdicts = Checkers().verdicts()
    for verdict in verdicts:
        if not verdict.passed:
            print(verdict.output)
    print(table([verdict.row for verdict in verdicts]))
    return int(not all(verdict.passed for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
