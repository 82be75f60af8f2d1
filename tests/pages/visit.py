"""A visit to the app without a browser: its pages run through their entry point, as a server would run them."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from cells import LayerTrace
from pages.shared.controls.drawer import OPEN_DRAWERS
from pages.shared.scene import address
from pages.shared.scene.registry import KINDS
from pages.shared.scene.run import open_scene
from pages.shared.scene.scene import Scene
from pages.shared.words.messages import WORD_JOINER
from tests import ROOT

ALL_DRAWERS = frozenset({"settings", "biases", "gradient", "ahead", "how"})
ENTRY = ROOT / "pages" / "entry.py"

# Left alone, each AppTest looks through every installed package for components: longer than the whole visit takes.
COMPONENTS = BidiComponentManager()


def visit(
    query: Mapping[str, object] | None = None, locale: str = "en-US", theme: str = "light", page: str = "step"
) -> AppTest:
    """Follow a link to a page for the first time, the stepper painted. Raises AssertionError when the app raises."""
    app = AppTest.from_file(ENTRY, default_timeout=60)
    app._bidi_component_manager = COMPONENTS
    app.context["locale"] = locale
    app.context["theme"] = theme
    for name, value in (query or {}).items():
        app.query_params[name] = str(value)
    app.session_state["stepper"] = {"painted": True}
    app.session_state[OPEN_DRAWERS] = ALL_DRAWERS
    if page != "step":
        app._page_hash = calc_hash(page)  # before a first run switch_page knows no addresses
    return run(app)


def turn_to(app: AppTest, page: str) -> AppTest:
    """Go to a page through the header, as which Streamlit drops the link's parameters."""
    app.query_params.clear()
    app.switch_page(KINDS[page].script)
    return run(app)


def go_in_history(app: AppTest, link: Mapping[str, str], page: str | None = None) -> AppTest:
    """Follow the browser's Back or Forward to an address: to one of the same page, or of another.

    AppTest knows no history; what a browser says of it stands in the context of the run.
    """
    app.query_params.clear()
    app.query_params.update(link)
    if page:
        app.switch_page(KINDS[page].script)
    with patch.object(address, "get_script_run_ctx", return_value=SimpleNamespace(is_history_navigation=True)):
        return run(app)


def run(app: AppTest) -> AppTest:
    """Run the app again. Raises AssertionError when the app raises."""
    app.run()
    assert not app.exception, [problem.value for problem in app.exception]
    return app


def rest(app: AppTest, step: int, unit: int, opening: int | None = None) -> AppTest:
    """Report that the reader has come to rest, as the stepper does."""
    opening = data_of(app)["opening"] if opening is None else opening
    return report(app, position={"opening": opening, "step": step, "unit": unit})


def pick(app: AppTest, layer: int, step: int, unit: int) -> AppTest:
    """Report that the reader has picked a layer of the stack, as the stepper does."""
    return report(app, pick={"opening": data_of(app)["opening"], "layer": layer, "step": step, "unit": unit})


def ask(
    app: AppTest,
    step: int,
    unit: int,
    clamps: Sequence[Mapping[str, Any]] = (),
    edits: Sequence[Mapping[str, Any]] = (),
    *,
    difference: bool = False,
    in_hand: bool = False,
) -> AppTest:
    """Report what the reader holds and changes, as the stepper does; in_hand: by letting a valve go."""
    what = {"clamps": list(clamps), "edits": list(edits), "difference": difference, "in_hand": in_hand}
    return report(app, asked={"opening": data_of(app)["opening"], "step": step, "unit": unit, **what})


def report(app: AppTest, **news: object) -> AppTest:
    """Give the app what the stepper reports.

    AppTest has no public way to send a component's report so that its callback is called: setting the session state
    changes the value silently. So the report is added to the states that the next run is given.
    """
    proto = app.get_by_key("stepper").proto
    states = app._tree.get_widget_states()
    states.widgets.append(WidgetState(id=proto.id, json_value=json.dumps({"painted": True, **news})))
    app._run(states)
    assert not app.exception, [problem.value for problem in app.exception]
    return app


def layer_of(scene: Scene) -> LayerTrace:
    """Return the trace that a page with this scene must show."""
    _, opened, problems = open_scene(scene)
    assert problems == []
    return opened.layers[0]


def data_of(app: AppTest) -> dict[str, Any]:
    """Return what the stepper has been given: where it opens, and what its first pane shows."""
    data: dict[str, Any] = json.loads(app.get_by_key("stepper").proto.json)
    return {**panes_of(app)[0], **data}


def panes_of(app: AppTest) -> list[dict[str, Any]]:
    """Return the payload of each pane of the stepper."""
    panes: list[dict[str, Any]] = json.loads(app.get_by_key("stepper").proto.json)["panes"]
    return panes


def figure_of(app: AppTest) -> dict[str, Any]:
    """Return the overview as Plotly has it."""
    figure: dict[str, Any] = json.loads(app.get_by_key("overview").proto.spec)
    return figure


def numbers_of(values: Any) -> NDArray[Any]:
    """Numbers of a Plotly figure, which writes arrays as base64 of their bytes."""
    if isinstance(values, dict):
        return np.frombuffer(b64decode(values["bdata"]), dtype=values["dtype"])
    return np.array(values)


def link_of(app: AppTest) -> dict[str, Any]:
    """Return the parameters of the page's address."""
    return dict(app.query_params)


def told(app: AppTest) -> list[str]:
    """Return what the warnings say to a reader: a line a problem, Markdown escapes read as Markdown reads them.

    The invisible word joiners that keep addresses from becoming links are left out.
    """
    lines = [line.replace(WORD_JOINER, "") for warning in app.warning for line in warning.value.split("  \n")]
    return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line) for line in lines]


def bare_marks(markdown: str) -> list[str]:
    """Punctuation that Markdown might act upon, for want of a backslash."""
    return re.findall(r"[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", markdown))
