"""The data page with a file of one's own: dropped there, and what the page then says and draws."""

from __future__ import annotations

import json
import re
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.data.sources import PENDING
from pages.shared.scene.registry import KINDS
from tests.pages.visit import link_of, numbers_of, run, visit

IRREGULAR = b"when,flow,note\n2024-01-03,3,c\n2024-01-01,1,a\n2024-01-02,2.1,b\n2024-01-02,2.3,b\n2024-01-06,6,d\n"
EVEN = [1, 2.2, 3, 4.5, 4.5, 6]  # of these two were filled


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


def written(app: AppTest) -> str:
    """Return what the page says, in small letters, of how the file is written and its numbers are rounded."""
    (line,) = (line.value for line in app.markdown if line.value.startswith(":small["))
    return unescaped(line).removeprefix(":small[").removesuffix("]")


def unescaped(text: str) -> str:
    """Return Markdown as it is read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def before_after(app: AppTest) -> dict[str, list[Any]]:
    """Return the values of the figure's traces of the first column, by name."""
    figure = json.loads(app.get_by_key("before-after").proto.spec)
    return {line["name"]: numbers_of(line["y"]).tolist() for line in figure["data"][:3]}


def figures(app: AppTest) -> list[str]:
    """Return the keys of the figures that the page shows."""
    return [key for key in ("before-after", "whole-series") if has(app, key)]


def has(app: AppTest, key: str) -> bool:
    """Tell whether something with that key stands on the page."""
    try:
        app.get_by_key(key)
    except KeyError:
        return False
    return True


def step_through(app: AppTest) -> AppTest:
    """Press the button that leads to the step page."""
    app.button(key="step-through").click()
    run(app)
    app.switch_page(KINDS["step"].script)  # AppTest does not notice that the script has turned the page
    return run(app)
