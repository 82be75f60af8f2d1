"""One cell at every step: where it reads, where its output is read, and what comes of it when it reads itself."""

from __future__ import annotations

import streamlit as st

from cells import CELLS
from cells.arrangements import Arranged
from cells.core.messages import n_
from pages.arrange.controls import arrange_controls
from pages.arrange.kind import ARRANGE
from pages.arrange.payload import arrangement_payload
from pages.arrange.results import ArrangedRun, open_arranged
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import Pane, mark_shown, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems


def main() -> None:
    """Show the page that the link describes."""
    start_page("arrange")
    scene, misread = current()
    scene, _, unusable = open_arranged(scene)
    arrange_controls(scene)
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Show the unrolled cell; this runs alone when only the reader's position has changed."""
    scene, _ = current()
    scene, run, _ = open_arranged(scene)
    start = run.arranged.sequence.start

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == start else step, unit=unit)

    stepper(
        [pane_of(scene, run)],
        page="arrange",
        step=start if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )
    st.markdown(f":small[:gray[{fitting_sentences(scene, run.arranged)}]]")
    mark_shown()


def pane_of(scene: Scene, run: ArrangedRun) -> Pane:
    """Return the stepper's pane: the trace, with what the page says of its outputs."""
    name, traced = say(CELLS[scene.cell].title).split(",")[0], run.traced
    page_data = {"name": name, **arrangement_payload(run.arranged, say)}
    return Pane(
        traced.id, traced.layers[0], traced.sequence, traced.labels(), private=traced.private, page_data=page_data
    )


def fitting_sentences(scene: Scene, run: Arranged) -> str:
    """Say what is fitted and what is not, and why a run ends before its time."""
    sentences = [fitted_to(run)]
    if ARRANGE.own_of(scene).arrangement == "encoder-decoder":
        sentences.append(
            say(
                "Encoder and decoder are the same cell here; in Sutskever et al. 2014 and Cho et al. 2014 they are two."
            )
        )
    if run.stopped:
        ended = say(
            n_(
                "The run ends after {count} output, which is beyond every number.",
                "The run ends after {count} outputs: the last one is beyond every number.",
                "count",
            ),
            count=sum(run.read_out),
        )
        sentences.insert(0, ended)
    return " ".join(sentences)


def fitted_to(run: Arranged) -> str:
    """Say what of the run is fitted, and to what."""
    if run.question:
        return say(
            "The cell’s weights are as chosen; only the readout y = V h + c is fitted, to say {question}.",
            question=say(run.question.asks),
        )
    return say(
        "The cell’s weights are as chosen; only the readout y = V h + c is fitted, to what comes next in this sequence."
    )


main()
