"""The sources of data: the shipped example, a file or a bundle, pasted text, and the microphone."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.inputs.tabular import EXAMPLE, TABULAR
from cells.reading.limits import MAX_BYTES, MEGABYTE
from pages.data.refusal import forget_unread
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.scene.navigation import take_bundle
from pages.shared.scene.registry import KINDS
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import forget_table
from pages.shared.scene.session import choose, current, refuse
from pages.shared.uploads.bundle import read_bundle
from pages.shared.uploads.files import TABLES, OwnFile
from pages.shared.words import say

SOURCES = {"co2": N_("example"), "file": N_("file"), "table": N_("paste"), "microphone": N_("microphone")}
PENDING = "way in that has brought nothing yet"


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
            say("CSV, TSV, .xlsx, .ods, Parquet, JSON, text, NPY, NPZ, WAV, or a bundle"),
            key="upload",
            max_upload_size=MAX_BYTES // MEGABYTE,
            on_change=take_file,
            args=("upload",),
        )
    elif source == "microphone":
        st.audio_input(say("Record a sound"), key="recording", on_change=take_file, args=("recording",))
    elif source == "table":
        st.session_state["paste"] = str(scene.settings.get("table", EXAMPLE))
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
        choose(input=source)
    elif source == "file" and TABLES.files():
        choose(input="file", file=TABLES.newest())
    else:
        st.session_state[PENDING] = (source, scene.input)


def file_title(file: OwnFile) -> str:
    """Name a file with its size."""
    return f"{shortened(file.name)}, {len(file.data) / 1000:,.1f} kB"


def usual_settings() -> dict[str, Any]:
    """Return the settings with which new data is read."""
    return {setting.name: setting.default for setting in TABULAR}


def take_file(widget: str) -> None:
    """Open a file that has just come in, whether it can be read or not; a bundle that is none leaves all as it was."""
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
    forget_unread(current()[0])
    choose(input="file", **{**usual_settings(), "file": TABLES.keep(file)})


def forget() -> None:
    """Forget the visitor's file, and go back to the example."""
    scene, _ = current()
    choose(input=scene.kind.input)
    forget_table(str(scene.settings["file"]))


def take_pasted() -> None:
    """Take what was pasted, whether it can be read or not."""
    choose(input="table", **{**usual_settings(), "table": st.session_state["paste"]})
