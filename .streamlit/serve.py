"""Start Gatescope, say where it is, and stop it cleanly.

    python .streamlit/serve.py --port 8501

`streamlit run app.py` runs as a child process. What it does not do by itself is here: one sentence when the port is
taken, the address once the app answers, and an end for the child together with ours. Needs nothing but the standard
library, so that its messages come even from a broken installation.
"""

from __future__ import annotations

import argparse
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# Generous: a first start on a slow disk compiles all of torch's Python files.
SECONDS_TO_START = 180
SECONDS_TO_STOP = 5
SECONDS_ALONE = 3  # of the child, without a launcher
# The exit code of a server that has not started and has said why.
HAS_SAID_WHY = 3
FORWARDED = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# Unless the environment says otherwise.
ENVIRONMENT = {"PYTHONUNBUFFERED": "1", "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true"}
# How the child is told that it is the child.
AS_CHILD = "--as-child"
BASE_PATH = "STREAMLIT_SERVER_BASE_URL_PATH"


class NotStarted(Exception):
    """The app cannot be served; the message says why."""


class Stopped(Exception):
    """A signal asked us to stop."""


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
def started(address: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Streamlit as a child that never outlives the block, nor us: its standard input is a pipe that ends with us."""
    command = [sys.executable, __file__, AS_CHILD, "run", "app.py"]
    command += ["--server.port", str(port), "--server.address", address, "--server.headless", "true"]
    child = subprocess.Popen(
        command,
        cwd=ROOT,  # Streamlit reads .streamlit/config.toml from here.
        env={**ENVIRONMENT, **os.environ},
        stdin=subprocess.PIPE,
        stdout=sys.stderr,  # On standard output stands the address alone.
        # In a session of its own Ctrl-C reaches it once, from us, and not a second time from the terminal.
        start_new_session=True,
    )
    try:
        yield child
    finally:
        stop_child(child)


def run_streamlit(arguments: list[str]) -> None:
    """The child: `python -m streamlit`, in a process that ends with the launcher even while it is still importing."""
    if find_spec("streamlit") is None:
        print("Streamlit is not installed: `make run` installs what Gatescope needs.", file=sys.stderr)
        sys.exit(HAS_SAID_WHY)
    threading.Thread(target=end_with_launcher, name="end with launcher", daemon=True).start()
    sys.argv = ["streamlit", *arguments]
    del sys.path[0]  # this file's folder
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def end_with_launcher() -> None:
    """Wait for the end of standard input, which comes when the launcher has gone, however it went; then end."""
    while os.read(0, 1024):  # not through sys.stdin, whose lock a clean end would wait for
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(SECONDS_ALONE)
    os._exit(1)  # something holds it up, and nobody is there who could help


def stop_child(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def serve(child: subprocess.Popen[bytes], options: argparse.Namespace) -> int:
    """Wait until the app answers, say so, and wait for its end."""
    here, base = local_address(options.address), base_path()
    if not healthy(child, f"http://{here}:{options.port}{base}/_stcore/health"):
        if child.returncode != HAS_SAID_WHY:
            raise NotStarted(f"Streamlit ended while it was starting (exit code {child.returncode}).")
        return child.returncode
    shown = "localhost" if here in ("127.0.0.1", "[::1]") else here
    print(f"Gatescope is ready at http://{shown}:{options.port}{base}", flush=True)
    return child.wait()


def local_address(address: str) -> str:
    """Where this machine reaches a server that listens on `address`, as it stands in a URL."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"}.get(address, address)
    return f"[{reached}]" if ":" in reached else reached


def base_path() -> str:
    """The path below which Streamlit is told to serve: "" or "/gates". The environment goes before the files."""
    found = os.environ.get(BASE_PATH)
    for folder in (ROOT, Path.home()):
        file = folder / ".streamlit" / "config.toml"
        if found is None and file.exists():
            try:
                found = tomllib.loads(file.read_text(encoding="utf-8")).get("server", {}).get("baseUrlPath")
            except ValueError as problem:
                raise NotStarted(f"{file} cannot be read: {problem}.") from None
    path = str(found or "").strip("/")
    return f"/{path}" if path else ""


def healthy(child: subprocess.Popen[bytes], url: str) -> bool:
    """Wait for the app's answer; returns False when the app has ended instead. Raises NotStarted without an end."""
    # From this machine itself: a proxy, which the environment may name, has no part in it.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + SECONDS_TO_START
    while not ended_within(child, 0.1):
        if time.monotonic() > deadline:
            raise NotStarted(f"The app did not answer at {url} within {SECONDS_TO_START} seconds.")
        try:
            with direct.open(url, timeout=5) as answer:
                answer.read()
        except OSError:
            continue
        return True
    return False


def ended_within(child: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


if __name__ == "__main__":
    if sys.argv[1:2] == [AS_CHILD]:
        run_streamlit(sys.argv[2:])
    else:
        sys.exit(main())
