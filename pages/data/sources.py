"""The sources of data: the shipped example, a file or a bundle, pasted text, and the microphone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.inputs.tabular import EXAMPLE, TABULAR
from cells.reading.limits import MAX_BYTES, MEGABYTE
from pages.data.layout_controls import offer_rows
from pages.data.taking import take
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.controls.widgets import NOTHING_ELSE
from pages.shared.scene.navigation import take_bundle
from pages.shared.scene.registry import KINDS
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import forget_table
from pages.shared.scene.session import attempt, choose, current, refuse
from pages.shared.uploads.bundle import read_bundle
from pages.shared.uploads.files import TABLES, OwnFile
from pages.shared.words import say

SOURCES = {"co2": N_("example"), "file": N_("file"), "table": N_("paste"), "microphone": N_("microphone")}
PENDING = "way in that has brought nothing yet"
IN_PART = "file that could not be read as a whole"
DRAFT = "pasted text that cannot be read"


def choose_source(scene: Scene) -> None:
    """Show the choice of a source."""
    st.session_state["way"] = source_of(scene)
    st.segmented_control(
        say("Where the data comes from"),
        list(SOURCES),
        format_func=lambda key: say(SOURCES[key]),
        key="way",
        required=True,
        on_change=on_source_change,
        label_visibility="collapsed",
    )


def show_source(scene: Scene) -> None:
    """Show the field through which the chosen source brings data, and the file that is open."""
    source = source_of(scene)
    if source == "file":
        st.file_uploader(
            say("CSV, TSV, text, NPY, NPZ, WAV, or a bundle"),
            key="upload",
            max_upload_size=MAX_BYTES // MEGABYTE,
            on_change=take_file,
            args=("upload",),
        )
    elif source == "microphone":
        st.audio_input(say("Record a sound"), key="recording", on_change=take_file, args=("recording",))
    elif source == "table":
        st.session_state["paste"] = st.session_state.get(DRAFT) or str(scene.settings.get("table", EXAMPLE))
        st.text_area(say("A table, or one number a line"), key="paste", height=150, on_change=take_pasted)
    if scene.input == "file" and str(scene.settings["file"]) in TABLES.files():
        show_open_file(scene)


def show_open_file(scene: Scene) -> None:
    """Show the file that is open, a button that forgets it, and the bundle."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(file_title(TABLES.file(str(scene.settings["file"]))), width="content")
        st.button(say("Forget it"), key="forget", type="tertiary", on_click=forget)
        offer_bundle(scene)


def source_of(scene: Scene) -> str:
    """Return the source of the sequence, or the one that was chosen since and has brought nothing yet."""
    source, since = st.session_state.get(PENDING, (scene.input, scene.input))
    return str(source if since == scene.input else scene.input)


def on_source_change() -> None:
    """Show the data that the chosen source has brought; one that has brought nothing yet is only opened."""
    source = st.session_state["way"]
    scene, _ = current()
    st.session_state.pop(PENDING, None)
    if source in ("co2", "table"):
        attempt(input=source)
    elif source == "file" and TABLES.files():
        attempt(input="file", file=TABLES.newest())
    else:
        st.session_state[PENDING] = (source, scene.input)


def file_title(file: OwnFile) -> str:
    """Name a file with its size."""
    return f"{shortened(file.name)}, {len(file.data) / 1000:,.1f} kB"


def usual_settings() -> dict[str, Any]:
    """Return the settings with which new data is read."""
    return {setting.name: setting.default for setting in TABULAR}


def take_file(widget: str) -> None:
    """Read a file that has just come in; one that cannot be read leaves everything as it was."""
    uploaded = st.session_state[widget]
    if uploaded is None:  # taken out of the field, perhaps to make room for another one
        return
    file = OwnFile(uploaded.name, uploaded.getvalue())
    try:
        bundle = read_bundle(file, KINDS)
    except InputError as problem:
        refuse(problem, InputError(N_("What was read before stays.")))
        return
    if bundle:
        take_bundle(bundle)
        return
    take_table(file)


def take_table(file: OwnFile, choices: Mapping[str, str] = NOTHING_ELSE) -> None:
    """Read a file as is chosen; one that cannot be read is remembered, as it may be read in part."""
    had_file = file.key in TABLES.files()
    TABLES.keep(file)
    taken = attempt(input="file", **{**usual_settings(), **choices, "file": file.key})
    st.session_state[IN_PART] = None if taken else file
    if not taken and not had_file:
        forget_table(file.key)


def forget() -> None:
    """Forget the visitor's file, and go back to the example."""
    scene, _ = current()
    choose(input=scene.kind.input)
    forget_table(str(scene.settings["file"]))


def take_pasted(choices: Mapping[str, str] = NOTHING_ELSE) -> None:
    """Read what was pasted; what cannot be read stays in its field."""
    pasted = st.session_state["paste"]
    st.session_state.pop(DRAFT, None)
    if not attempt(input="table", **{**usual_settings(), **choices, "table": pasted}):
        st.session_state[DRAFT] = pasted


def offer_part(scene: Scene, *, unusable: bool) -> None:
    """Offer to read in part what could not be read as a whole. unusable: whether that is what the link says."""
    source, file = source_of(scene), st.session_state.get(IN_PART)
    if source == "file" and file is not None:
        offer_rows(partial(take_table, file))
    elif source == "table" and st.session_state.get(DRAFT):
        offer_rows(take_pasted)
    elif unusable and (source == "table" or str(scene.settings.get("file", "")) in TABLES.files()):
        offer_rows(lambda choices: take(**choices))
