"""The rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import gzip
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import ROOT

CODE = {".py", ".js", ".css", ".sh"}
PICTURES = {".png", ".jpg", ".ico", ".gif"}
LINES_A_FILE = 400
LINES_A_FUNCTION = 50
# In pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~*])/(?:home|root|Users|work|tmp|opt|mnt)/" + r"[\w.]|\b[A-Z]:" + r"\\\w")
PINNED = re.compile(r"-r [\w.-]+\.txt|[A-Za-z0-9._-]+==[\w.]+")
# A path in backticks, or where a link in Markdown leads.
WRITTEN_ABOUT = re.compile(r"(?:`|\]\()((?:cells|pages|tests|\.streamlit)/[\w./-]+)(?:`|\))")
VAGUE = ("What ", "How ", "Which ", "Whether ", "The same", "All that ")
MADE_BY_RUNS = {"tests/browser/failures/"}
NAMED_REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]


def project_files() -> list[Path]:
    """Every file of the project: what git keeps, and what is new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


FILES = project_files()
TEXTS = [path for path in FILES if path.suffix not in PICTURES]
PYTHON = [path for path in FILES if path.suffix == ".py"]


@cache
def words_in(path: Path) -> str:
    """The text of a file, unpacked; of one with weights its header, which eight bytes before it give the length of."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if path.suffix == ".safetensors":
        content = content[8 : 8 + int.from_bytes(content[:8], "little")]
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as broken:
        broken.add_note(named(path))
        raise


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything in a file of Python."""
    return [*ast.walk(ast.parse(words_in(path), filename=named(path)))]


def imported(path: Path) -> Iterator[str]:
    """The full name of each module, or of what is taken from it, that a file imports anywhere."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_files_are_found() -> None:
    assert ROOT / "app.py" in PYTHON
    assert Path(__file__) in PYTHON


def test_the_app_is_put_together_from_the_server_which_nobody_else_imports() -> None:
    found = {name for name in imported(ROOT / "app.py") if within(name, "pages") or within(name, "cells")}
    assert [name for name in found if not within(name, "pages.server")] == []
    above = [ROOT / "app.py", *(ROOT / "pages" / "server").glob("*.py"), *(ROOT / "tests").rglob("*.py")]
    assert [
        named(path)
        for path in PYTHON
        if path not in above and any(within(name, "pages.server") or within(name, "app") for name in imported(path))
    ] == []


def test_nothing_imports_the_script_of_a_page() -> None:
    scripts = [f"pages.{path.parent.name}.page" for path in (ROOT / "pages").glob("*/page.py")]
    assert scripts
    assert [
        (named(path), name) for path in PYTHON for name in imported(path) for script in scripts if within(name, script)
    ] == []


def test_nothing_imports_a_file_of_tests() -> None:
    """A helper of several test files stands beside them: so a change in one of them concerns it alone."""
    assert [
        (named(path), name) for path in PYTHON for name in imported(path) if re.match(r"tests\.(?:\w+\.)*test_\w", name)
    ] == []


def test_no_path_of_one_machine() -> None:
    found = {named(path): [line for line in words_in(path).splitlines() if MACHINE_PATH.search(line)] for path in TEXTS}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("line", ["cd /" + "home/me", '"/' + "tmp/x.png", "C:" + "\\Users", "(/" + "root/x)"])
def test_a_path_of_one_machine_is_seen(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["/usr/bin/env", "https://example.org/home/me", "tests/" + "tmp/x", "a /work"])
def test_other_paths_are_not_taken_for_one(line: str) -> None:
    assert not MACHINE_PATH.search(line)


def test_the_readme_names_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)
    assert {"run", "test", "test-all", "lint", "bench", "snapshots", "help"} <= set(commands)
    assert [command for command in commands if not re.search(rf"make {command}(?![\w-])", readme)] == []


def test_every_file_that_is_written_about_is_there() -> None:
    missing = [
        (named(path), file)
        for path in TEXTS
        if path.suffix == ".md" and path.name != "CHANGELOG.md"
        for file in set(WRITTEN_ABOUT.findall(words_in(path))) - MADE_BY_RUNS
        if not (ROOT / file).exists() and not (path.parent / file).exists()
    ]
    assert missing == []


def test_files_are_short() -> None:
    lengths = {named(path): len(words_in(path).splitlines()) for path in FILES if path.suffix in CODE}
    assert {name: length for name, length in lengths.items() if length > LINES_A_FILE} == {}


def test_docstrings_begin_with_what_a_thing_does() -> None:
    """Whoever hovers over a name is helped by "Return ...", not by "What is made of it."."""
    vague = {
        f"{named(path)}:{node.lineno} {node.name}": docstring
        for path in PYTHON
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and (docstring := ast.get_docstring(node) or "").startswith(VAGUE)
    }
    assert vague == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{named(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in PYTHON
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LINES_A_FUNCTION} == {}


@pytest.mark.parametrize("name", NAMED_REQUIREMENTS)
def test_requirements_are_pinned_and_name_no_host(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
