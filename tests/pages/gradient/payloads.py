"""The data that the gradient page gives its stepper, for tests that look at it."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.visit import panes_of


def gradient_payload(app: AppTest, index: int = 0) -> dict[str, Any]:
    """Return what the stepper is given of one cell's gradient."""
    payload: dict[str, Any] = panes_of(app)[index]["about"]
    return payload
