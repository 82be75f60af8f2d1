"""What the gradient page says."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.visit import panes_of


def about(app: AppTest, place: int = 0) -> dict[str, Any]:
    """What is told of one cell's gradient."""
    found: dict[str, Any] = panes_of(app)[place]["about"]
    return found
