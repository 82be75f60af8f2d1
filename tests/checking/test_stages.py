"""The table at the end of a run."""

from __future__ import annotations

import re
import sys

import pytest

from tests import ROOT
from tests.checking.checkers import Checkers
from tests.checking.sampling import rare
from tests.checking.stages import stage_of
from tests.checking.table import Row, table

pytest_plugins = ["pytester"]

TESTS = {
    "tests/pages/test_page": "def test_good(): pass\ndef test_bad(): assert False",
    "tests/browser/test_window": "import pytest\n@pytest.mark.xfail\ndef test_known(): assert False",
    "tests/test_sum": "def test_one(): pass\ndef test_two(): pass",
}


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return a project with a test of each stage, which finds our plugins."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, text in TESTS.items():
        path = pytester.path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return pytester


@pytest.mark.parametrize("processes", [rare(0), 2])
def test_each_stage_has_a_line_and_pytests_own_is_the_last(project: pytest.Pytester, processes: int) -> None:
    result = project.runpytest_subprocess("-p", "tests.checking.stages", "-n", str(processes))
    lines = [re.sub(r"\s\s+", " | ", line) for line in result.outlines]
    start = lines.index("stage | outcome | clock | processor")
    told = [line.split(" | ")[:2] for line in lines[start + 2 : start + 5]]
    assert told == [["units", "2 passed"], ["pages", "1 passed, 1 failed"], ["browser", "1 xfailed"]]
    assert lines[start + 1].startswith("start | 2 processes" if processes else "start")
    assert lines[start + 5].startswith("in all")
    assert re.search(r"1 failed, 3 passed, 1 xfailed in", lines[-1])


def test_the_stage_of_a_test_is_told_by_its_folder() -> None:
    assert stage_of("tests/browser/test_links.py::test_x[a]") == "browser"
    assert stage_of("tests/pages/shared/words/test_words.py::test_y") == "pages"
    assert stage_of("tests/cells/checkpoints/test_keras.py::test_z") == "units"


def python(text: str) -> list[str]:
    """Return a command that stands beside this Python and runs `text`."""
    return [sys.executable.rpartition("/")[2], "-c", text]


def test_checkers_run_side_by_side_and_say_what_is_wrong() -> None:
    checkers = Checkers(
        {
            "lint": [python("print('line 3 is long'); exit(1)"), python("print('and so is line 4')")],
            "types": [python("sum(range(10**6))")],
        }
    )
    verdicts = {verdict.stage: verdict for verdict in checkers.verdicts()}
    assert [failure.stage for failure in checkers.new_failures()] == ["lint"]
    assert checkers.new_failures() == [], "each is told once"
    assert verdicts["lint"].output.splitlines() == ["line 3 is long", "and so is line 4"]
    assert verdicts["lint"].row.outcome == "FAILED"
    assert verdicts["types"].passed
    assert verdicts["types"].processor > 0


def test_a_checker_that_is_stopped_does_not_run_on() -> None:
    checkers = Checkers({"types": [python("import threading; threading.Event().wait()"), python("print('never')")]})
    checkers.stop()
    assert all(not verdict.passed and not verdict.output for verdict in checkers.verdicts())


def test_a_run_fails_where_a_checker_does(project: pytest.Pytester) -> None:
    (project.path / "tests/pages/test_page.py").unlink()
    project.makeconftest(
        "from tests.checking import checkers\n"
        f"checkers.COMMANDS.clear(); checkers.COMMANDS['lint'] = [{python('print(1234); exit(1)')!r}]\n"
        "pytest_plugins = ['tests.checking.stages']\n"
    )
    result = project.runpytest_subprocess("--checkers")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*lint failed*", "1234", "lint *FAILED*", "*2 passed*"])


def test_the_columns_of_a_table_stand_below_each_other() -> None:
    first, second = table([Row("units", "1,024 passed", 12.34, 100.0)]).splitlines()
    assert first == "stage  outcome        clock  processor"
    assert second == "units  1,024 passed  12.3 s    100.0 s"
