"""The ways by which data comes in: the shipped example, a file or a bundle, pasted text, and the microphone."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cells.core.messages import N_, InputError
from cells.core.readable import shortened
from cells.inputs.tabular import EXAMPLE, TABULAR
from cells.reading.limits import MAX_BYTES, MEGABYTE
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.scene.navigation import take_bundle
from pages.shared.scene.registry import KINDS
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import forget_table
from pages.shared.scene.session import attempt, choose, current, refuse
from pages.shared.uploads.bundle import read_bundle
from pages.shared.uploads.files import TABLES, OwnFile
from pages.shared.words import say

WAYS = {"co2": N_("example"), "file": N_("file"), "table": N_("paste"), "microphone": N_("microphone")}
PENDING = "way in that has brought nothing yet"
DRAFT = "pasted text that cannot be read"


def choose_way(scene: Scene) -> None:
    """The choice of a way in."""
    st.session_state["way"] = way_of(scene)
    st.segmented_control(
        say("Where the data comes from"),
        list(WAYS),
        format_func=lambda key: say(WAYS[key]),
        key="way",
        required=True,
        on_change=turn_to_way,
        label_visibility="collapsed",
    )


def open_data(scene: Scene) -> None:
    """The way in that is chosen, and the file that is open."""
    way = way_of(scene)
    if way == "file":
        st.file_uploader(
            say("CSV, TSV, text, NPY, NPZ, WAV, or a bundle"),
            key="upload",
            max_upload_size=MAX_BYTES // MEGABYTE,
            on_change=take_file,
            args=("upload",),
        )
    elif way == "microphone":
        st.audio_input(say("Record a sound"), key="recording", on_change=take_file, args=("recording",))
    elif way == "table":
        st.session_state["paste"] = st.session_state.get(DRAFT) or str(scene.settings.get("table", EXAMPLE))
        st.text_area(say("A table, or one number a line"), key="paste", height=150, on_change=take_pasted)
    if scene.input == "file" and str(scene.settings["file"]) in TABLES.files():
        show_open(scene)


def show_open(scene: Scene) -> None:
    """The file that is open, a button that forgets it, and the bundle."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(in_words(TABLES.file(str(scene.settings["file"]))), width="content")
        st.button(say("Forget it"), key="forget", type="tertiary", on_click=forget)
        offer_bundle(scene)


def way_of(scene: Scene) -> str:
    """The way in by which the sequence has come, or the one that was turned to since."""
    way, since = st.session_state.get(PENDING, (scene.input, scene.input))
    return str(way if since == scene.input else scene.input)


def turn_to_way() -> None:
    """Show what a way in has brought; one that has brought nothing yet is only opened."""
    way = st.session_state["way"]
    scene, _ = current()
    st.session_state.pop(PENDING, None)
    if way in ("co2", "table"):
        attempt(input=way)
    elif way == "file" and TABLES.files():
        attempt(input="file", file=TABLES.newest())
    else:
        st.session_state[PENDING] = (way, scene.input)


def in_words(file: OwnFile) -> str:
    """A file by its name and its size."""
    return f"{shortened(file.name)}, {len(file.data) / 1000:,.1f} kB"


def fresh() -> dict[str, Any]:
    """Everything about new data as it is found by itself."""
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
    known = file.key in TABLES.files()
    TABLES.keep(file)
    if not attempt(input="file", **{**fresh(), "file": file.key}) and not known:
        forget_table(file.key)


def forget() -> None:
    """The visitor does not want the file any more: so it is gone, and the example is back."""
    scene, _ = current()
    choose(input=scene.kind.input)
    forget_table(str(scene.settings["file"]))


def take_pasted() -> None:
    """Read what was pasted; what cannot be read stays in its field."""
    written = st.session_state["paste"]
    st.session_state.pop(DRAFT, None)
    if not attempt(input="table", **{**fresh(), "table": written}):
        st.session_state[DRAFT] = written
