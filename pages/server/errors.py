"""Errors that a script did not catch: the log has each with a number and its traceback, the page tells the number.

Nobody who reads a page learns from it how the code looks or where it lies.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.logger import get_logger

# What Streamlit itself logs of such an error before it asks us: the same once more, without the number.
LOGGER = "streamlit.error_util"
UNCAUGHT = "Uncaught app execution"


def on_script_error(error: Exception) -> bool:
    """Log an uncaught error and tell its number on the page. Returns True, for Streamlit to add nothing of its own."""
    number = f"{secrets.randbelow(10**8):08d}"  # of digits alone: easily read out, and typed again
    get_logger("gatescope").error("Error %s on a page", number, exc_info=error)
    from pages.shared.words import say  # noqa: PLC0415 - it brings torch along

    st.error(say("Something went wrong here. If you report it, give this number: {number}", number=number))
    return True


class Uncaught(logging.Filter):
    """Keeps uncaught errors out of Streamlit's own log, and in `kept` while that is a list."""

    kept: list[BaseException] | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is to be logged."""
        if record.msg != UNCAUGHT or not record.exc_info:
            return True
        if self.kept is not None and record.exc_info[1] is not None:
            self.kept.append(record.exc_info[1])
        return False


FILTER = Uncaught()
logging.getLogger(LOGGER).addFilter(FILTER)


@contextmanager
def uncaught_errors() -> Iterator[list[BaseException]]:
    """Collect uncaught errors: give a list to which every error is added that a script does not catch meanwhile."""
    kept: list[BaseException] = []
    FILTER.kept = kept
    try:
        yield kept
    finally:
        FILTER.kept = None
