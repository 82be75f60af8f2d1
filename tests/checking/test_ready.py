"""The messages, and how soon they come, where nothing can be run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import ROOT

READY = ROOT / "tests" / "checking" / "ready.sh"
INSTALL = ROOT / "tests" / "browser" / "install.sh"
TOOLS = ("sh", "mktemp", "rm", "tail", "head", "timeout", "env")
# A folder in which not even root can write.
READ_ONLY = Path("/proc")


def commands(folder: Path, scripts: Mapping[str, str]) -> str:
    """Return a PATH with the tools that the scripts need and these commands, each a line of shell."""
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool) or "")
    for name, line in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        path.chmod(0o755)
    return str(folder)


def said(script: Path, *arguments: str, folder: Path, **environment: str) -> tuple[int, str]:
    """Run a script in a folder. Returns its exit code and message."""
    command = ["/bin/sh", str(script), *arguments]
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return told.returncode, told.stderr


def with_python(folder: Path, line: str) -> Path:
    """Make a checkout whose .venv has a Python that runs this line."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    python.chmod(0o755)
    return folder


def test_all_is_well_in_a_new_checkout_and_beside_a_python_that_is_known(tmp_path: Path) -> None:
    assert said(READY, "test", folder=tmp_path) == (0, "")
    assert said(READY, "test", folder=with_python(tmp_path, f'exec {sys.executable} "$@"')) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == [".venv"], "it leaves nothing behind"


def test_a_venv_of_another_python_or_of_none_is_told_with_the_way_out(tmp_path: Path) -> None:
    old = with_python(tmp_path / "old", "exit 1")
    gone = with_python(tmp_path / "gone", "")
    (gone / ".venv/bin/python").unlink()
    for folder in (old, gone):
        code, message = said(READY, "check", folder=folder)
        assert code == 1
        assert message.startswith("The .venv that is here is of another Python than 3.11, 3.12 or 3.13")
        assert message.endswith("make clean removes it, then make check makes a new one.\n")


@pytest.mark.skipif(not READ_ONLY.is_dir(), reason="there is no folder that nobody can write to")
def test_a_folder_that_cannot_be_written_to_is_named() -> None:
    code, message = said(READY, "test", folder=READ_ONLY)
    assert code == 1
    assert (
        message
        == "Nothing can be written to /proc: copy the project to a folder of your own and run make test there.\n"
    )


def test_where_no_chromium_can_be_installed_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    path = commands(tmp_path / "bin", {"id": "echo 1000", "python": "exit 1"})
    code, message = said(INSTALL, "python", folder=tmp_path, PATH=path)
    assert code == 1
    assert message.startswith("The browser tests need a Chromium and none could be installed: install one")


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_without_korean_letters_it_is_said_and_ci_stops(tmp_path: Path, ci: str, code: int) -> None:
    path = commands(tmp_path / "bin", {"id": "echo 1000", "python": "exit 0", "dpkg": "exit 1", "fc-list": "exit 0"})
    told = said(INSTALL, "python", folder=tmp_path, PATH=path, CI=ci)
    assert told == (
        code,
        "There is no font with Korean letters (Debian: apt-get install fonts-noto-cjk): no pictures are compared.\n",
    )


def test_where_all_is_there_nothing_is_said_and_nothing_installed(tmp_path: Path) -> None:
    never = 'echo "$0 $*" >&2; exit 1'
    stubs = {"id": "echo 0", "python": "exit 0", "fc-list": "echo Noto", "dpkg": "exit 1", "apt-get": never}
    assert said(INSTALL, "python", folder=tmp_path, PATH=commands(tmp_path / "bin", stubs)) == (0, "")
