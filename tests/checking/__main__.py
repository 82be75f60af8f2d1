"""Run the tests that a change reaches: `make check`.

python -m tests.checking --since HEAD
python -m tests.checking --files cells/gradients/half_life.py pages/order/stepper.css
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from pages.table import PAGES
from tests import ROOT
from tests.checking.reach import Project, Reach


def main() -> int:
    """Say what is run and why, run it, and return pytest's exit code."""
    options = read_options()
    files = options.files or changed_since(options.since)
    if not files:
        print(f"Nothing has changed since {options.since}.")
        return 0
    reach = Project(ROOT, {kind.address: f"pages/{kind.script}" for kind in PAGES}).reached(files)
    print(summary(files, reach), flush=True)
    command = [sys.executable, "-m", "pytest", "--checkers", "-n", "logical", "--dist", "loadfile", *arguments(reach)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Run the tests that a change reaches.")
    parser.add_argument("--since", default="HEAD", help="the commit since which things have changed")
    parser.add_argument("--files", nargs="+", help="take these files for changed")
    options = parser.parse_args()
    options.files = [
        in_project(file) or parser.error(f"the project has no file {file}") for file in options.files or ()
    ]
    return options


def in_project(file: str) -> str:
    """Return a file's path below the project's folder; "" if it is no file, or outside."""
    path = (ROOT / file).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_file() and path.is_relative_to(ROOT) else ""


def changed_since(commit: str) -> list[str]:
    """List the files that differ from `commit`, and those that git does not know yet."""
    differing = git("diff", "--name-only", "-z", commit, "--")
    new = git("ls-files", "--others", "--exclude-standard", "-z")
    return [name for name in (differing + new).split("\0") if name]


def git(*words: str) -> str:
    """Run git. Returns what it prints; ends the run with git's own message when it refuses."""
    result = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stderr.strip())
    return result.stdout


def summary(files: list[str], reach: Reach) -> str:
    """Say what is run, and why."""
    if reach.everything:
        return f"All tests: {reach.everything}."
    only = "".join(f", of the {name}s only {value}" for name, value in reach.only)
    return "\n  ".join([f"Reached by {', '.join(files)}{only}:", *sorted(reach.tests)])


def arguments(reach: Reach) -> list[str]:
    """Return the arguments with which pytest runs it."""
    if reach.everything:
        return []
    return [*(f"--only={name}={value}" for name, value in reach.only), *sorted(reach.tests)]


if __name__ == "__main__":
    sys.exit(main())
