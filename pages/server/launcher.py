"""The launcher, .streamlit/serve.py: it starts this server, and the server is not to outlive it, however it ends."""

from __future__ import annotations

import os
import signal
import threading

# Set by the launcher: our standard input is a pipe whose other end it holds, and which ends with it.
LAUNCHED = "GATESCOPE_LAUNCHED"
SECONDS_TO_STOP = 3


def end_with_launcher() -> None:
    """Where a launcher has started this process: end when it has gone."""
    if os.environ.pop(LAUNCHED, ""):  # the workers that we start have other parents
        threading.Thread(target=_end_at_end_of_input, name="end with launcher", daemon=True).start()


def _end_at_end_of_input() -> None:
    while os.read(0, 1024):  # not through sys.stdin, whose lock a clean end would wait for
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(SECONDS_TO_STOP)
    os._exit(1)  # something holds it up, and nobody is there who could help
