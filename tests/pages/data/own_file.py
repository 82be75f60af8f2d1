"""The data page with a file of one's own: dropped there, and what the page then says and draws."""

from __future__ import annotations

import json
import re
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.data.sources import PENDING
from tests.pages.visit import link_of, numbers_of, run, visit

IRREGULAR = b"when,flow,note\n2024-01-03,3,c\n2024-01-01,1,a\n2024-01-02,2.1,b\n2024-01-02,2.3,b\n2024-01-06,6,d\n"


def upload(name: str = "pump.csv", data: bytes = IRREGULAR, app: AppTest | None = None, **query: str) -> AppTest:
    """Visit the data page and drop a file there."""
    app = app or visit(query, page="data")
    choose_source(app, "file")
    app.file_uploader(key="upload").clear().upload(name, data)
    return run(app)


def choose_source(app: AppTest, source: str) -> None:
    """Choose a source of data."""
    if source in ("file", "microphone"):  # AppTest can press these in English only
        app.session_state[PENDING] = (source, link_of(app).get("input", "co2"))
    else:
        app.button_group(key="way").set_value(source)
    run(app)


def sentences(app: AppTest) -> list[str]:
    """Return the sentences of the page on what was done."""
    written = next(line.value for line in app.markdown if not line.value.startswith(":small["))
    return unescaped(written).split("  \n")


def unescaped(text: str) -> str:
    """Return Markdown as it is read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def before_after(app: AppTest) -> dict[str, list[Any]]:
    """Return the values of the figure's traces of the first column, by name."""
    figure = json.loads(app.get_by_key("before-after").proto.spec)
    return {line["name"]: numbers_of(line["y"]).tolist() for line in figure["data"][:3]}
