"""One's own data before a cell reads it: what was found in it, what was done to it, and the section that is shown.

Both figures, of the whole series and of the section, are drawn in figures/before_after.py.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cells.reading import Reading, standardised
from pages.data.asking import ask
from pages.data.controls import choose_sheet, data_controls, repair_controls
from pages.data.figures.before_after import MOST_COLUMNS, Section, before_after, whole_series
from pages.data.refusal import remember_read, show_refusal
from pages.data.results import on_axis, read_scene
from pages.data.sentences import how_it_is_written, reading_sentences
from pages.data.sources import choose_source, show_source
from pages.shared.controls.bundle_button import offer_step_page
from pages.shared.controls.copy_link import offer_link
from pages.shared.controls.theme import theme
from pages.shared.controls.weights import rounding_in_words
from pages.shared.controls.widgets import choose_language, row
from pages.shared.figures.camera import with_camera
from pages.shared.figures.palette import PALETTE
from pages.shared.scene.navigation import start_page, switch_if_requested
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import current, refused
from pages.shared.words import say
from pages.shared.words.messages import plain, show_problems

GLANCE = 600  # characters


def main() -> None:
    """Show the page that the link describes."""
    start_page("data")
    switch_if_requested()
    scene, misread = current()
    read = read_scene(scene)
    show_problems(misread + refused())
    with row():
        choose_source(scene)
        choose_sheet(read)
        if isinstance(read, Reading):
            data_controls(scene, read)
            offer_step_page()
        else:
            repair_controls(scene, read)
        offer_link()
        choose_language()
    show_source(scene)
    if isinstance(read, Reading):
        remember_read(scene)
        show_data(scene, read)
    else:
        show_refusal(scene, read)


def show_data(scene: Scene, reading: Reading) -> None:
    """Show what was done, before and after, the numbers of the scale, and the first rows as they stand in the file."""
    ask(reading)
    sentences = reading_sentences(reading, str(scene.settings.get("method", "mean")))
    st.markdown("  \n".join(map(plain, sentences)))
    if written := " ".join(filter(None, (how_it_is_written(reading), rounding_in_words(scene)))):
        st.markdown(f":small[{plain(written)}]")
    if reading.symbolic:
        show_text(scene, reading)
        return
    show_before_after(scene, reading)
    show_scale(scene, reading)
    st.subheader(say("The first rows"))
    st.dataframe(reading.preview, height=220, alt=say("The first rows as they stand in the file"))


def show_text(scene: Scene, reading: Reading) -> None:
    """Show the characters of the section, or as many as a person reads at a glance."""
    labels = reading.index[int(scene.settings["first"]) :][: int(scene.settings["length"])]
    st.text("".join(labels[:GLANCE]) + (" …" if len(labels) > GLANCE else ""))


def show_before_after(scene: Scene, reading: Reading) -> None:
    """Show the section before and after, and where it lies in a long series."""
    first = min(int(scene.settings["first"]), len(reading.values) - 1)
    last = min(first + int(scene.settings["length"]), len(reading.values))
    colors = figure_colors()
    if last - first < len(reading.values):
        st.plotly_chart(
            whole_series(reading.values[:, 0].numpy(), first + 1, last, colors),
            key="whole-series",
            config={"displayModeBar": False},
            alt=say("The whole series, the section that is shown in colour"),
        )
    words = {
        "before": say("in the data"),
        "after": say("as the cell reads it"),
        "filled": say("filled"),
        "time": reading.time.column if reading.time else say("row"),
    }
    st.plotly_chart(
        before_after(section_of(reading, first, last), words, colors),
        key="before-after",
        config=with_camera("before-and-after"),
        alt=say("The data as it came, and as the cell reads it"),
    )
    if len(reading.channels) > MOST_COLUMNS:
        st.markdown(say("The first {shown} of {count} columns.", shown=MOST_COLUMNS, count=len(reading.channels)))


def section_of(reading: Reading, first: int, last: int) -> Section:
    """Return the steps from `first` to before `last`, and the rows around them."""
    assert reading.steps is not None
    after = reading.steps.iloc[first:last]
    within = (reading.table.index >= after.index[0]) & (reading.table.index <= after.index[-1])
    before = reading.table.loc[within]
    return Section(
        before.set_axis(on_axis(before.index, reading), axis=0),
        after.set_axis(on_axis(after.index, reading), axis=0),
        reading.filled[first:last].numpy(),
    )


def show_scale(scene: Scene, reading: Reading) -> None:
    """Show what is subtracted from each column and what it is divided by."""
    if scene.settings["scale"] != "standard":
        return
    scaled = standardised(reading)
    st.markdown(say("The cell reads (value − mean) / standard deviation, each over all steps."))
    table = pd.DataFrame(
        {say("column"): reading.channels, say("mean"): scaled.mean, say("standard deviation"): scaled.deviation}
    )
    st.dataframe(table, hide_index=True, height="content" if len(table) <= MOST_COLUMNS else 220)


def figure_colors() -> dict[str, str]:
    """Return the palette's colours for the data, by what they are used for."""
    palette = PALETTE[theme()]
    return {
        "line": palette["accents"]["blue"]["fill"],
        "dot": palette["quiet"],
        "filled": palette["accents"]["orange"]["fill"],
        "ring": palette["empty"],
    }


main()
