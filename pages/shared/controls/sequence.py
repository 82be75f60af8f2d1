"""The section of a table that is shown: where it lies, its neighbours, and the way to the page where all is chosen."""

from __future__ import annotations

import streamlit as st

from cells.core.sequence import Sequence
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.scene.own_model import MODEL, learnt_by
from pages.shared.scene.run import sequence_of
from pages.shared.scene.scene import PAGES, Scene
from pages.shared.scene.sequences import INPUTS, SAMPLE
from pages.shared.scene.session import choose
from pages.shared.words import say


def sequence_title(scene: Scene) -> str:
    """What the chosen sequence is called; of a long one also which part of it is shown."""
    if scene.input == SAMPLE.key and scene.weights == MODEL and learnt_by(scene.settings):
        return say("as the model has learnt")
    title = say(INPUTS[scene.input].title)
    sequence = sequence_of(scene) if INPUTS[scene.input].read else None
    return title if sequence is None or is_whole(sequence) else f"{title} {steps_of(sequence)}"


def is_whole(sequence: Sequence) -> bool:
    """Whether all there is is shown."""
    return len(sequence.labels) == sequence.whole


def steps_of(sequence: Sequence) -> str:
    """The steps that are shown, counted from 1."""
    return f"{sequence.first + 1:,}–{sequence.first + len(sequence.labels):,}"


def choose_section(scene: Scene) -> None:
    """Which steps of how many are shown, the sections beside them, and what leads to everything else."""
    sequence = sequence_of(scene)
    if sequence is not None and not is_whole(sequence):
        st.caption(say("Steps {steps} of {count} are shown.", steps=steps_of(sequence), count=f"{sequence.whole:,}"))
        with st.container(horizontal=True, gap="xsmall"):
            turn(scene, sequence, back=True)
            turn(scene, sequence, back=False)
    st.page_link(PAGES["data"].script, label=say("Choose what is read"), icon=":material/table:")
    offer_bundle(scene)


def turn(scene: Scene, sequence: Sequence, *, back: bool) -> None:
    """The button to the neighbouring section, of the same length."""
    length, first = int(scene.settings["length"]), sequence.first
    there = max(0, first - length) if back else first + length
    st.button(
        say("Earlier") if back else say("Later"),
        key="section-back" if back else "section-next",
        icon=":material/chevron_left:" if back else ":material/chevron_right:",
        disabled=first == 0 if back else there >= sequence.whole,
        on_click=choose,
        kwargs={"first": there},
    )
