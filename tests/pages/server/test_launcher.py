"""The app as a process of its own: how it starts, why it does not, and how it ends.

No page is run in these, so that they take no longer than Streamlit itself.
"""

from __future__ import annotations

import subprocess
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests import ROOT
from tests.browser.server import (
    SECONDS_TO_START,
    SECONDS_TO_STOP,
    command,
    copy_without_torch,
    free_port,
    serving,
)
from tests.pages.waiting import wait_until


def run(root: Path, port: int) -> subprocess.CompletedProcess[str]:
    """A launcher that ends by itself."""
    return subprocess.run(command(root, port), capture_output=True, text=True, check=False, timeout=SECONDS_TO_START)


def get(url: str) -> str:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def test_it_is_found_below_its_base_path_refuses_a_taken_port_and_stops_cleanly() -> None:
    port = free_port()
    with serving(port=port, GATESCOPE_WARM="0", STREAMLIT_SERVER_BASE_URL_PATH="/gates/") as (launcher, base):
        assert base == f"http://localhost:{port}/gates"
        assert "<html" in get(f"{base}/compare")
        again = run(ROOT, port)
        assert again.returncode == 1
        assert f"cannot listen on port {port} of 127.0.0.1" in again.stderr
        launcher.terminate()
        assert launcher.wait(SECONDS_TO_STOP) == 0


def test_a_launcher_that_is_killed_leaves_no_server_behind() -> None:
    with serving(GATESCOPE_WARM="0") as (launcher, _):
        (server,) = psutil.Process(launcher.pid).children()
        launcher.kill()
        launcher.wait()
        wait_until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    ("broken", "content", "told"),
    [
        ("pages/units.py", "x = (", "pages/units.py, line 1 does not compile: '(' was never closed."),
        (
            "pages/entry.py",
            "from pages.shared.broken import BrokenProject\nraise BrokenProject('Two pages have the address x.')",
            "Two pages have the address x.",
        ),
    ],
    ids=["a page", "the table of pages"],
)
def test_what_is_broken_stops_the_start_with_one_sentence(tmp_path: Path, broken: str, content: str, told: str) -> None:
    root = copy_without_torch(tmp_path)
    (root / broken).write_text(content, encoding="utf-8")
    ended = run(root, free_port())
    assert (ended.stdout, ended.stderr) == ("", f"Gatescope cannot start: {told}\n")
    assert ended.returncode == 3
