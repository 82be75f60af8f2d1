"""The menu by which a reader downloads a run, with an entry for each kind of file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from cells.core.messages import N_
from cells.export import FORMATS, LabelledTrace
from pages.shared.offline.document import document
from pages.shared.offline.panes import OfflineRun
from pages.shared.words import say

HTML = ".html"
KINDS = {
    HTML: (N_("This stepper as a page that works without Gatescope"), "text/html"),
    ".npz": (N_("Arrays for NumPy, one a signal"), "application/octet-stream"),
    ".csv": (N_("A table with one number a row"), "text/csv"),
    ".json": (N_("The same for other programs"), "application/json"),
}
AS_TEXT = (".csv", ".json")
MOST_AS_TEXT = 2_000_000  # numbers: as text they take some 60 bytes each in a table


def downloads(stepped: OfflineRun, data: LabelledTrace, name: str) -> None:
    """Offer a run as files called `name`, each made only when it is asked for."""
    make: dict[str, Callable[[], bytes]] = {HTML: lambda: document(stepped).encode()}
    make |= {ending: partial(form, data) for ending, form in FORMATS.items()}
    first = data.layers[0]
    large = len(data.layers) * len(first) * first["hidden"].numel() > MOST_AS_TEXT
    menu = st.popover(say("Download the run"), icon=":material/download:", key="download-menu")
    with menu, st.container(gap="xsmall"):
        for ending, (title, mime) in KINDS.items():
            st.download_button(
                f"**{ending[1:].upper()}** · {say(title)}",
                make[ending],
                key=f"download-{ending[1:]}",
                file_name=f"{name}{ending}",
                mime=mime,
                on_click="ignore",
                type="tertiary",
                disabled=large and ending in AS_TEXT,
            )
        if large:
            st.caption(say("This run is too large for CSV and JSON; NPZ has all of it."))
