"""The same cell at every step: where it reads, where its output is read, and what it says when it reads itself."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.arrangements import Arranged
from pages.arrange.controls import arrange_controls
from pages.arrange.kind import ARRANGE
from pages.arrange.payload import told_of
from pages.arrange.results import ArrangedRun, open_arranged
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import Pane, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems


def main() -> None:
    """The page, from the link down."""
    start_page("arrange")
    scene, misread = current()
    scene, _, unusable = open_arranged(scene)
    arrange_controls(scene)
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """The unrolled cell; it runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, found, _ = open_arranged(scene)
    start = found.arranged.sequence.start

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == start else step, unit=unit)

    stepper(
        [shown_of(scene, found)],
        page="arrange",
        step=start if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )
    st.markdown(f":small[:gray[{how_it_is_made(scene, found.arranged)}]]")


def shown_of(scene: Scene, found: ArrangedRun) -> Pane:
    """The run with all that is said of its outputs."""
    about = {"name": say(CELLS[scene.cell].title).split(",")[0], **told_of(found.arranged, found.given)}
    run = found.traced
    return Pane(run.id, run.layers[0], run.sequence, run.labels(), private=run.private, page_data=about)


def how_it_is_made(scene: Scene, run: Arranged) -> str:
    """What is fitted and what is not, and why a run ends before its time."""
    sentences = [
        say(
            "The cell’s weights are as chosen; only the readout y = V h + c is fitted, "
            "to what comes next in this sequence."
        )
    ]
    if ARRANGE.own_of(scene).arrangement == "encoder-decoder":
        sentences.append(
            say(
                "Encoder and decoder are the same cell here; in Sutskever et al. 2014 and Cho et al. 2014 they are two."
            )
        )
    if run.stopped:
        told = say("The run ends after {count} outputs: the last one is beyond every number.", count=sum(run.read_out))
        sentences.insert(0, told)
    return " ".join(sentences)


main()
