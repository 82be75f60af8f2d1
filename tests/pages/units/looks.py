"""What the units page shows: the rows of the strongest steps, and all that it says."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def rows(app: AppTest) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("strong-")]


def words(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown)
