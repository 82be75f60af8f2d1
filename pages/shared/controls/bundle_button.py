"""Two buttons: the way to the step page, and the download of one's own file with the link to what is shown."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from pages.shared.scene.navigation import step_through
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.session import LINKS
from pages.shared.scene.weights import MODEL
from pages.shared.uploads.bundle import ENDING, Bundle, write_bundle
from pages.shared.uploads.files import MODELS, TABLES, VOCABULARIES
from pages.shared.words import say


def offer_step_page() -> None:
    """Show the button that leads to the step page."""
    title = say("Step through it")
    st.button(
        f"**{title}**",
        key="step-through",
        icon=":material/arrow_forward:",
        on_click=step_through,
    )


def offer_bundle(scene: Scene, key: str = "bundle") -> None:
    """Offer one's own file, which a link does not hold, in one archive with the link. key: of the button."""
    file = TABLES.files().get(str(scene.settings["file"])) if INPUTS[scene.input].private else None
    model = MODELS.files().get(str(scene.settings["model"])) if scene.weights == MODEL else None
    vocabulary = VOCABULARIES.files().get(str(scene.settings["vocabulary"])) if model else None
    first = file or model
    if first is None:
        return
    links = st.session_state[LINKS]  # the very object: the reader may have moved on since this was drawn
    st.download_button(
        say("Download file and link"),
        lambda: write_bundle(Bundle(scene.page, dict(links[scene.page]), file, model, vocabulary)),
        key=key,
        icon=":material/download:",
        file_name=f"{PurePath(first.name).stem or 'sequence'}{ENDING}",
        mime="application/zip",
        on_click="ignore",
    )
