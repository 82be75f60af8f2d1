"""What the server does before it takes connections: it sees whether the pages can be run, and runs the first one.

So torch, which takes seconds to import, is there before the first visitor, and nobody meets a broken page.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from logging import getLogger
from pathlib import Path

from streamlit.runtime import get_instance

from pages.server.errors import uncaught_errors
from pages.shared.broken import BrokenProject

WARM = "GATESCOPE_WARM"
ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "cells", ROOT / "pages")
TIMEOUT = "timeout"  # as Streamlit's check calls it

Check = Callable[[], Awaitable[tuple[bool, str]]]


class NotStarted(Exception):
    """The app cannot be served; the message says why, in one sentence."""


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Warm start; then the server runs. What keeps it from starting is told on stderr, and the process ends."""
    try:
        with ended_by_signals():
            check_that_all_compile(*FOLDERS)
            if os.environ.get(WARM, "1") != "0":
                await warm(get_instance().does_script_run_without_error)
    except NotStarted as problem:
        print(problem, file=sys.stderr, flush=True)
        getLogger("uvicorn.error").disabled = True  # it would add where in Starlette this came through
        raise
    yield


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the process at once: the server would only heed them when it has started."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def check_that_all_compile(*folders: Path) -> None:
    """Raise NotStarted for the first Python file below one of the folders that does not compile.

    A page's script is only read when somebody opens the page.
    """
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            check_that_it_compiles(path, folder.parent)


def check_that_it_compiles(path: Path, root: Path) -> None:
    """Raise NotStarted for a Python file below `root` that does not compile."""
    try:
        compile(path.read_bytes(), path.name, "exec")
    except (SyntaxError, ValueError) as problem:  # ValueError: a null byte
        line = f", line {problem.lineno}" if isinstance(problem, SyntaxError) and problem.lineno else ""
        why = problem.msg if isinstance(problem, SyntaxError) else problem
        place = path.relative_to(root).as_posix()
        raise NotStarted(f"Gatescope cannot start: {place}{line} does not compile: {why}.") from None


async def warm(check: Check) -> None:
    """Import torch, then have the first page run by Streamlit's `check`. Raises NotStarted where that goes wrong.

    The check waits a minute, which on a slow disk the import alone may take.
    """
    with uncaught_errors() as errors:
        try:
            import torch  # noqa: F401, PLC0415 - not before somebody waits for it
        except Exception as problem:
            raise NotStarted(f"Gatescope cannot start: torch cannot be imported ({problem}).") from problem
        good, outcome = await check()
    if outcome == TIMEOUT:
        print("The first page takes long to run; Gatescope is served nevertheless.", file=sys.stderr, flush=True)
    elif not good:
        raise NotStarted(f"Gatescope cannot start: {reason(errors)}") from None


def reason(errors: list[BaseException]) -> str:
    """Say why the first page did not run: an error of ours by its own sentence, any other by where it was raised.

    Of the latter the traceback is printed.
    """
    if not errors:  # Streamlit has printed it
        return "its first page cannot be run, and the lines above say why."
    error = errors[-1]
    if isinstance(error, BrokenProject):
        return str(error)
    traceback.print_exception(error)
    return f"{raised_in(error)} raises {type(error).__name__}: {error}"


def raised_in(error: BaseException) -> str:
    """Return the place in a file of ours from which an error came, "pages/step/kind.py, line 12"."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_ours(Path(frame.filename))]
    if not frames:
        return "the first page"
    return f"{Path(frames[-1].filename).relative_to(ROOT).as_posix()}, line {frames[-1].lineno},"


def is_ours(file: Path) -> bool:
    """Tell whether a file is one of the project's own."""
    return any(file.is_relative_to(folder) for folder in FOLDERS)
