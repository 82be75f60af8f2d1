"""From the data to the other pages, and out of the browser: the way on, and the bundle of file and link."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from pages.scene.bundle import ENDING, Bundle, packed
from pages.scene.files import has_file, own_file
from pages.scene.inputs import INPUTS
from pages.scene.scene import Scene
from pages.scene.session import LINKS, step_through
from pages.words import say


def go_to_the_steps() -> None:
    """The way to the step page."""
    title = say("Step through it")
    st.button(
        f"**{title}**",
        key="step-through",
        icon=":material/arrow_forward:",
        on_click=step_through,
    )


def offer_bundle(scene: Scene) -> None:
    """A file is not part of a link: so both are offered in one archive."""
    if not INPUTS[scene.input].private or not has_file(str(scene.settings["file"])):
        return
    file = own_file(str(scene.settings["file"]))
    links = st.session_state[LINKS]  # the very object: the reader may have moved on since this was drawn
    st.download_button(
        say("Download file and link"),
        lambda: packed(Bundle(scene.page, dict(links[scene.page]), file)),
        key="bundle",
        icon=":material/download:",
        file_name=f"{PurePath(file.name).stem or 'sequence'}{ENDING}",
        mime="application/zip",
        on_click="ignore",
    )
