"""Start Gatescope warm, say where it is, and stop it cleanly.

    python .streamlit/serve.py --port 8501

Streamlit runs as a child process. Its first run of app.py, which imports torch, happens here and not in the first
visitor's browser. Needs nothing but the standard library, so that its messages come even from a broken installation.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# Generous: a first start on a slow disk compiles all of torch's Python files.
SECONDS_TO_START = 180
SECONDS_TO_STOP = 10
FORWARDED = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class NotStarted(Exception):
    """The app cannot be served; the message says why."""


class Stopped(Exception):
    """A signal asked us to stop."""


class Output:
    """What the child prints: kept back while it starts, so that it can explain a failure, then passed on."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self._held: list[str] | None = []
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            with self._lock:
                if self._held is None:
                    sys.stderr.write(line)
                    sys.stderr.flush()
                else:
                    self._held.append(line)

    def pass_on(self) -> None:
        """From now on print each line as it comes; the banner held so far is dropped."""
        with self._lock:
            self._held = None

    def told(self) -> str:
        """All that has been held back."""
        if self._child.poll() is not None:
            self._reader.join(timeout=1)
        with self._lock:
            return "".join(self._held or [])


def main() -> int:
    """Serve until stopped; returns what a shell expects: 0 when stopped by a person, else the child's exit code."""
    options = read_options()
    try:
        require_free(options.address, options.port)
        with asked_to_stop(), started(options.address, options.port) as child:
            return serve(child, options)
    except Stopped:
        return 0
    except NotStarted as problem:
        print(problem, file=sys.stderr)
        return 1


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Start Gatescope and say where it is.")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="0.0.0.0 shows it to the whole network")
    parser.add_argument("--cold", action="store_true", help="leave the first run of the app to the first visitor")
    options = parser.parse_args()
    if not 0 < options.port < 65536:
        parser.error(f"a port is a number from 1 to 65535, not {options.port}")
    return options


def require_free(address: str, port: int) -> None:
    """Raise NotStarted unless we can listen there."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # Else a port whose last visitor has just left counts as taken for a minute.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as problem:
        raise NotStarted(
            f"Gatescope cannot listen on port {port} of {address}: {problem.strerror}.\n"
            f"Choose another port, for instance: PORT={port + 1 if port < 65535 else 8501} make run"
        ) from None


@contextmanager
def asked_to_stop() -> Iterator[None]:
    """Turn the first signal to stop into Stopped; those after it are ignored while the child is being stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in FORWARDED:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    for number in FORWARDED:
        signal.signal(number, stop)
    yield


@contextmanager
def started(address: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Streamlit as a child that never outlives the block."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(port), "--server.address", address, "--server.headless", "true"]
    child = subprocess.Popen(
        command,
        cwd=ROOT,  # Streamlit reads .streamlit/config.toml from here.
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # In a session of its own Ctrl-C reaches it once, from us, and not a second time from the terminal.
        start_new_session=True,
    )
    try:
        yield child
    finally:
        stop_child(child)


def stop_child(child: subprocess.Popen[str]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def serve(child: subprocess.Popen[str], options: argparse.Namespace) -> int:
    """Wait until the app answers, warm it, say so, and wait for its end."""
    output = Output(child)
    here = local_address(options.address)
    deadline = time.monotonic() + SECONDS_TO_START
    wait_for_health(child, output, f"http://{here}:{options.port}/_stcore/health", deadline)
    if not options.cold:
        warm(output, f"http://{here}:{options.port}/_stcore/script-health-check", deadline)
    output.pass_on()
    shown = "localhost" if here in ("127.0.0.1", "[::1]") else here
    print(f"Gatescope is ready at http://{shown}:{options.port}", flush=True)
    return child.wait()


def local_address(address: str) -> str:
    """Where this machine reaches a server that listens on `address`, as it stands in a URL."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"}.get(address, address)
    return f"[{reached}]" if ":" in reached else reached


def wait_for_health(child: subprocess.Popen[str], output: Output, url: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        if ended_within(child, 0.1):
            raise NotStarted(f"{output.told()}Streamlit ended while it was starting (exit code {child.returncode}).")
        try:
            get(url, seconds=5)
        except OSError:
            continue
        return
    raise NotStarted(f"{output.told()}The app did not answer within {SECONDS_TO_START} seconds.")


def warm(output: Output, url: str, deadline: float) -> None:
    try:
        get(url, seconds=max(1.0, deadline - time.monotonic()))
    except urllib.error.HTTPError:
        raise NotStarted(f"{output.told()}The app's first run failed; the lines above say why.") from None
    except OSError as problem:
        raise NotStarted(f"{output.told()}The app's first run did not end: {problem}.") from None


def ended_within(child: subprocess.Popen[str], seconds: float) -> bool:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def get(url: str, seconds: float) -> None:
    """Fetch from this machine itself: a proxy, which the environment may name, has no part in it."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=seconds) as answer:
        answer.read()


if __name__ == "__main__":
    sys.exit(main())
