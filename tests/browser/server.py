"""The app as a server of its own, for the browser tests and the benchmarks."""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import ROOT

# Longer than serve.py's own limit, so that its message comes first.
SECONDS_TO_START = 200
SECONDS_TO_STOP = 20


@contextmanager
def running_app(root: Path = ROOT, *, cold: bool = False) -> Iterator[str]:
    """Serve the app of the checkout `root` on a free port; gives the base URL, "http://localhost:40123".

    `cold` leaves the first run of a page to the first visitor. Raises RuntimeError when the app does not start.
    """
    with serving(root, GATESCOPE_WARM="0" if cold else "1") as (_, base):
        yield base


@contextmanager
def serving(root: Path = ROOT, port: int = 0, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the launcher of the checkout `root`, which never outlives the block; gives it and the base URL of the app.

    `settings`: variables of its environment. Its messages go on to this process's own stderr, which pytest shows with a
    test that fails.
    """
    launcher = subprocess.Popen(
        command(root, port or free_port()),
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield launcher, ready_url(launcher)
    finally:
        stop(launcher)


def command(root: Path, port: int) -> list[str]:
    """Return the command that starts the app of the checkout `root`."""
    return [sys.executable, str(root / ".streamlit" / "serve.py"), "--port", str(port)]


def copy_without_torch(folder: Path) -> Path:
    """Copy the server, for a script of the test's own in pages/entry.py; the copy starts in a second."""
    for name in ("cells", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "app.py", folder)
    (folder / "cells" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "torch.py").write_text("", encoding="utf-8")
    return folder


def free_port() -> int:
    """Return a port that nobody listens on: the system chooses it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ready_url(server: subprocess.Popen[str]) -> str:
    """Wait for the line by which serve.py says that the app is ready. Returns the URL in it."""
    assert server.stdout is not None
    deadline = time.monotonic() + SECONDS_TO_START
    with selectors.DefaultSelector() as waiting:
        waiting.register(server.stdout, selectors.EVENT_READ)
        while waiting.select(timeout=max(0.0, deadline - time.monotonic())):
            line = server.stdout.readline()
            if not line:
                raise RuntimeError(f"the app did not start (exit code {server.wait()})")
            if " ready at " in line:
                return line.split()[-1]
    raise RuntimeError(f"the app did not start within {SECONDS_TO_START} seconds")


def stop(server: subprocess.Popen[str]) -> None:
    """Stop this server, and no other process."""
    server.terminate()
    try:
        server.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    finally:
        if server.stdout is not None:
            server.stdout.close()
