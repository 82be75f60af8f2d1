"""The place of data that cannot be read: the reason, what to do, the rows around the spot, and fields for its rows.

Nobody's other data stands there; what was shown before is one click away.
"""

from __future__ import annotations

import streamlit as st

from cells.core.messages import N_
from cells.core.readable import shortened
from pages.data.layout_controls import offer_rows
from pages.data.results import Refusal
from pages.shared.scene.link import read_link
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS
from pages.shared.scene.session import LINKS, write_to_address
from pages.shared.uploads.files import TABLES
from pages.shared.words import LANGUAGES, say
from pages.shared.words.messages import plain, show_problems

FORMER = "link of the data that was read last"
NOT_HERE = N_("Open the file above, and it is shown as the link says.")
AT_A_ROW = N_("Mend the row, or read the table without it.")
AT_A_CELL = N_("Mend the row, or read the table without it or without its column.")
OF_SHEETS = N_("Choose another sheet or other columns above, or open another file.")
OF_WORDS = N_("It holds words: under “columns” above these can be read as numbers.")
OF_A_TABLE = N_("Choose other columns above, or open another file.")
OF_A_TEXT = N_("Change the text above, or open a file.")
OF_A_FILE = N_("Open another file, or save this one in another way: as CSV, .xlsx, Parquet, JSON or NPY.")
OF_A_LINK = N_("Choose another section or interval.")


def show_refusal(scene: Scene, refusal: Refusal) -> None:
    """Show why the scene's data cannot be read, what to do, the rows around the spot, and the way back."""
    show_problems([refusal.problem])
    st.markdown(plain(say(advice(scene, refusal))))
    if refusal.around is not None:
        st.dataframe(refusal.around, height="content", alt=say("The rows around the spot, as they stand in the file"))
    if refusal.in_rows:
        offer_rows(scene, has_names=refusal.has_names)
    offer_former(scene)


def advice(scene: Scene, refusal: Refusal) -> str:
    """Return what a reader can do."""
    if INPUTS[scene.input].private and str(scene.settings["file"]) not in TABLES.files():
        return NOT_HERE
    if scene.input == scene.kind.input:
        return OF_A_LINK
    if refusal.in_rows and "row" in refusal.problem.values:
        return AT_A_CELL if refusal.names else AT_A_ROW
    ways = (
        (refusal.has_words, OF_WORDS),
        (bool(refusal.sheets), OF_SHEETS),
        (bool(refusal.names), OF_A_TABLE),
        (INPUTS[scene.input].private, OF_A_FILE),
    )
    return next((way for is_there, way in ways if is_there), OF_A_TEXT)


def offer_former(scene: Scene) -> None:
    """Offer the way back to the data that was shown before, else to the example."""
    former = former_scene(scene)
    if former is None:
        st.button(say("Show the example"), key="show-example", on_click=show_example)
        return
    name = file_name(former) or say(INPUTS[former.input].title)
    st.button(
        say("Back to {name}", name=name),
        key="back-to-former",
        icon=":material/undo:",
        on_click=write_to_address,
        args=(st.session_state[FORMER],),
    )


def former_scene(scene: Scene) -> Scene | None:
    """Return the scene that was shown before, None where there is none, or its file has gone."""
    link = st.session_state.get(FORMER)
    if link is None or link == st.session_state[LINKS][scene.page]:
        return None
    former, _ = read_link(link, LANGUAGES, scene.page)
    return None if INPUTS[former.input].private and file_name(former) is None else former


def file_name(scene: Scene) -> str | None:
    """Return the name of a scene's file, None where it is of none, or of one that is not here."""
    file = TABLES.files().get(str(scene.settings.get("file", "")))
    return shortened(file.name) if file else None


def show_example() -> None:
    """Show the data with which the page opens, as it is read by itself."""
    st.session_state.pop(FORMER, None)
    write_to_address({name: value for name, value in st.query_params.to_dict().items() if name == "lang"})


def remember_read(scene: Scene) -> None:
    """Keep the link of data that could be read, as the one to come back to."""
    st.session_state[FORMER] = dict(st.session_state[LINKS][scene.page])


def forget_unread(scene: Scene) -> None:
    """Make room for another file: the one that cannot be read would push out the one that was read before."""
    file = str(scene.settings.get("file", ""))
    former = former_scene(scene)
    if file in TABLES.files() and former is not None and former.settings.get("file") != file:
        TABLES.forget(file)
