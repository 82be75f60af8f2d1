"""A browser on a busy machine, on purpose: what it sends to the server is held, and let go late or in another order."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.BackMsg_pb2 import BackMsg

STREAM = re.compile("/_stcore/stream")
FRAMES_TO_WAIT = 1200  # of the browser's own, for a report that comes after 0.3 s
Frame = str | bytes


class LateFrames:
    """The frames that a page sends through its websocket, held while `holds` says so. Made before the page is opened.

    held: the frames that have not been let go, the oldest first.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.held: list[bytes] = []
        self.holds: Callable[[BackMsg], bool] = lambda message: False
        self._server: WebSocketRoute | None = None
        page.route_web_socket(STREAM, self._connect)

    def _connect(self, browser: WebSocketRoute) -> None:
        server = self._server = browser.connect_to_server()

        def on_message(frame: Frame) -> None:
            if isinstance(frame, bytes) and self.holds(BackMsg.FromString(frame)):
                self.held.append(frame)
            else:
                server.send(frame)

        browser.on_message(on_message)

    def wait_until_held(self, frames: int) -> None:
        """Wait until so many frames are held."""
        for _ in range(FRAMES_TO_WAIT):
            if len(self.held) >= frames:
                return
            self.page.evaluate("new Promise(requestAnimationFrame)")  # frames come in while the browser is asked
        raise AssertionError(f"{len(self.held)} of {frames} frames have come")

    def let_go(self, *order: int, between: Callable[[], None] = lambda: None) -> None:
        """Send what is held, in the order of these indices; without any, in its own. From now on nothing is held.

        between: waits for the answer to each, where they must not come so close that the server takes them for one.
        """
        assert self._server
        self.holds = lambda message: False
        for index in order or range(len(self.held)):
            self._server.send(self.held[index])
            between()
        self.held.clear()


def is_report(message: BackMsg) -> bool:
    """Tell whether the stepper reports where the reader is: a run that no timer and no button has asked for."""
    rerun = message.rerun_script
    widgets = rerun.widget_states.widgets
    by_button = any(widget.WhichOneof("value") == "trigger_value" for widget in widgets)
    told = any('"position"' in widget.json_value for widget in widgets)
    return told and not by_button and not rerun.is_auto_rerun and not rerun.is_history_navigation
