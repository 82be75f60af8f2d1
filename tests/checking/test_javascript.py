"""The checker of JavaScript finds what a person would overlook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.checking.checkers import JAVASCRIPT, RULES
from tests.checking.files import write_files

GOOD = {
    "pages/order/stepper.js": 'import { plot } from "./plot.js";\n\nexport default plot(document.title);\n',
    "pages/order/plot.js": "export function plot(title) {\n  return [title];\n}\n",
}
# What is said of a fault -> the file that has it. An imported file that is not there is found where modules are joined.
FAULTS = {
    "no-unused-vars": {
        "pages/order/stepper.js": 'import { plot } from "./plot.js";\n\nexport default document.title;\n'
    },
    "no-undef": {"pages/order/stepper.js": "export default plot(document.title);\n"},
    "named": {"pages/order/plot.js": "export const line = 1;\n"},
    "no-cycle": {
        "pages/order/plot.js": 'import { name } from "./name.js";\n\nexport const plot = () => name();\n',
        "pages/order/name.js": 'import { plot } from "./plot.js";\n\nexport const name = () => plot();\n',
    },
    "Variable 'size' is declared but never used": {
        "pages/order/plot.js": "const size = 1;\n\nexport function plot(title) {\n  return [title];\n}\n"
    },
    "Parameter 'size' is declared but never used": {
        "pages/order/plot.js": "export function plot(title, size) {\n  return [title];\n}\n"
    },
    "no-shadow": {
        "pages/order/plot.js": "const size = 1;\n\nexport const plot = (title) => title.map((size) => size) + size;\n"
    },
}


def check_javascript(folder: Path) -> tuple[int, str]:
    """Check the pages in a folder. Returns the checker's exit code and output."""
    write_files(folder, {RULES: (ROOT / RULES).read_text(encoding="utf-8")})
    command = [str(Path(sys.executable).with_name(JAVASCRIPT[0])), *JAVASCRIPT[1:]]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_good_modules_pass(tmp_path: Path) -> None:
    assert check_javascript(write_files(tmp_path, GOOD))[0] == 0


@pytest.mark.parametrize("found", FAULTS)
def test_a_fault_is_found(tmp_path: Path, found: str) -> None:
    code, output = check_javascript(write_files(tmp_path, GOOD | FAULTS[found]))
    assert code == 1
    assert found in output
