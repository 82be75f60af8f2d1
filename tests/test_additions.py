"""A new page and a new cell need what CONTRIBUTING says and nothing else: tried in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.checking.files import write_files

KIND = """
from cells.core.messages import N_
from pages.shared.scene.scene import OwnFields, PageKind

HELLO = PageKind(address="hello", title=N_("Hello"), input="pulse", shared=("cell",), own=OwnFields)
"""
# The page: ten lines.
PAGE = """
import streamlit as st

from pages.shared.controls.cells import choose_any_cell
from pages.shared.scene.navigation import start_page
from pages.shared.scene.run import open_scene
from pages.shared.scene.session import current

start_page("hello")
scene, run, _ = open_scene(current()[0])
choose_any_cell(scene)
st.text(f"{scene.cell}: {run.layers[0]['hidden'][-1, 0]:.6f}")
"""
CELL = """
from dataclasses import replace
from functools import partial

import torch

from cells.core.rule import Rule
from cells.core.stepwise import Stepwise
from cells.families.rnn import GATES, RNN, equation, step

RULE = Rule("rnn-sine", GATES, ("hidden",), partial(step, torch.sin))
SINE = replace(
    RNN,
    rule=RULE,
    title="RNN, sine",
    module=partial(Stepwise, RULE),
    signals=None,
    equations=(equation("sin"),),
    varies="rnn",
)
"""
NEW = {
    "pages/hello/__init__.py": "",
    "pages/hello/kind.py": KIND,
    "pages/hello/page.py": PAGE,
    "cells/families/sine.py": CELL,
}
# File -> a line of it, and what comes after that one.
LINES = {
    "pages/table.py": ('    "model",\n', '    "hello",\n'),
    "pages/shared/words/ko.po": ('msgstr "스텝 {step}"\n', '\nmsgid "Hello"\nmsgstr "인사"\n'),
    "pyproject.toml": ("study | data | model", " | hello"),
    "cells/registry.py": ("from cells.families.rnn import RNN, RNN_RELU\n", "from cells.families.sine import SINE\n"),
}
LIST = ("(RNN, RNN_RELU,", "(RNN, RNN_RELU, SINE,")
# What a visitor does, in a process of its own: another project's modules bear the same names as ours.
VISIT = """
from streamlit.testing.v1 import AppTest

app = AppTest.from_file("pages/entry.py", default_timeout=60)
app.query_params.update({"cell": "rnn-sine", "weights": "random", "lang": "ko"})
app.run()
data = __import__("json").loads(app.get_by_key("stepper").proto.json)
print("step page", data["panes"][0]["cell"], data["panes"][0]["steps"])
app.query_params.clear()
app.switch_page("hello/page.py").run()
print("new page", app.text[0].value, len(app.warning), len(app.exception))
app.button(key="cell-gru").click()
app.run()
print("choice", app.text[0].value, app.query_params["cell"])
"""


def copied(to: Path) -> Path:
    """Copy what the app is made of."""
    for folder in ("cells", "pages", ".streamlit"):
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(copied(tmp_path), NEW)
    for name, (line, after) in LINES.items():
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.count(line) == 1, name
        (tmp_path / name).write_text(text.replace(line, line + after), encoding="utf-8")
    registry = tmp_path / "cells" / "registry.py"
    registry.write_text(registry.read_text(encoding="utf-8").replace(*LIST), encoding="utf-8")
    return tmp_path


def run(project: Path, *command: str) -> str:
    """Run a command in the copy. Returns what it says; raises AssertionError where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_a_page_of_ten_lines_and_a_cell_need_no_other_file(project: Path) -> None:
    said = run(project, sys.executable, "-W", "ignore", "-c", VISIT)
    assert "step page rnn-sine 24\n" in said
    (opened,) = [line for line in said.splitlines() if line.startswith("new page")]
    assert opened.startswith("new page rnn-sine: ")
    assert opened.endswith(" 0 0")
    assert said.splitlines()[-1].startswith("choice gru: ")
    assert said.splitlines()[-1].endswith(" gru")
    run(project, str(Path(sys.executable).with_name("lint-imports")))
