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
FAULTS = {
    "noUnusedImports": {
        "pages/order/stepper.js": 'import { plot } from "./plot.js";\n\nexport default document.title;\n'
    },
    "noUndeclaredVariables": {"pages/order/stepper.js": "export default plot(document.title);\n"},
    "noUnresolvedImports": {"pages/order/plot.js": "export const line = 1;\n"},
    "noImportCycles": {
        "pages/order/plot.js": 'import { name } from "./name.js";\n\nexport const plot = () => name();\n',
        "pages/order/name.js": 'import { plot } from "./plot.js";\n\nexport const name = () => plot();\n',
    },
    "noUnusedVariables": {
        "pages/order/plot.js": "export function plot(title) {\n  const size = 1;\n  return [title];\n}\n"
    },
    "noUnusedFunctionParameters": {
        "pages/order/plot.js": "export function plot(title, size) {\n  return [title];\n}\n"
    },
    "organizeImports": {
        "pages/order/stepper.js": (
            'import { plot } from "./plot.js";\nimport { name } from "./name.js";\n\nexport default plot(name);\n'
        ),
        "pages/order/name.js": "export const name = 1;\n",
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


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_found(tmp_path: Path, rule: str) -> None:
    code, output = check_javascript(write_files(tmp_path, GOOD | FAULTS[rule]))
    assert code == 1
    assert rule in output
