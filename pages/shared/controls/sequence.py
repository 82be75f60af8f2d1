"""The menu of sequences; of a table also the section that is shown and the way to the data page."""

from __future__ import annotations

import streamlit as st

from cells.core.sequence import Sequence
from cells.core.settings import Setting, Text
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.controls.widgets import option, set_numbers, set_text
from pages.shared.scene.own_model import learnt_by
from pages.shared.scene.registry import kind_of
from pages.shared.scene.run import fallback_of, sequence_of
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS, SAMPLE
from pages.shared.scene.session import choose
from pages.shared.scene.weights import MODEL
from pages.shared.uploads.files import TABLES
from pages.shared.words import say


def choose_sequence(scene: Scene) -> None:
    """Show all sequences."""
    if INPUTS[scene.input].read:
        choose_section(scene)
    with st.container(gap="xsmall"):
        for key, kind in INPUTS.items():
            reason = say("Open a file on the page “Data”.") if kind.private and not TABLES.files() else ""
            if key == SAMPLE.key and scene.weights != MODEL:
                reason = say("For a model of your own.")
            option(say(kind.title), "input", key, selected=key == scene.input, reason=reason)


def set_sequence(scene: Scene) -> None:
    """Show the numbers of the chosen sequence; a table's are set on its own page."""
    set_numbers(scene, "input", numbers_of_sequence(scene))


def numbers_of_sequence(scene: Scene) -> tuple[Setting, ...]:
    """Return the settings of the chosen sequence that are set beside its menu."""
    kind = INPUTS[scene.input]
    return () if kind.read else kind.settings


def choose_typed(scene: Scene) -> None:
    """Show the field in which a sequence is typed, where it has one."""
    kind = INPUTS[scene.input]
    for setting in kind.settings if not kind.read else ():
        if isinstance(setting, Text):
            set_text(scene, setting)


def sequence_title(scene: Scene) -> str:
    """Return the chosen sequence's title; of a long one also which part of it is shown."""
    if scene.input == SAMPLE.key and scene.weights == MODEL and learnt_by(scene.settings):
        return say("as the model has learnt")
    title = say(INPUTS[scene.input].title)
    if not INPUTS[scene.input].read:
        return title
    sequence = sequence_of(scene)
    if sequence is None:  # what stands in for it does not go by its name
        shown, _ = fallback_of(scene)
        return say(INPUTS[shown.input].title) if shown.input != scene.input else say("example")
    return title if is_whole(sequence) else f"{title} {steps_of(sequence)}"


def is_whole(sequence: Sequence) -> bool:
    """Tell whether all of a sequence is shown."""
    return len(sequence.labels) == sequence.total_steps


def steps_of(sequence: Sequence) -> str:
    """Write which steps are shown, counted from 1."""
    return f"{sequence.first + 1:,}–{sequence.first + len(sequence.labels):,}"


def choose_section(scene: Scene) -> None:
    """Show which steps of how many are shown, the sections beside them, and the way to everything else."""
    sequence = sequence_of(scene)
    if sequence is not None and not is_whole(sequence):
        st.caption(
            say("Steps {steps} of {count} are shown.", steps=steps_of(sequence), count=f"{sequence.total_steps:,}")
        )
        with st.container(horizontal=True, gap="xsmall"):
            section_button(scene, sequence, back=True)
            section_button(scene, sequence, back=False)
    st.page_link(kind_of("data").script, label=say("Choose what is read"), icon=":material/table:")
    offer_bundle(scene)


def section_button(scene: Scene, sequence: Sequence, *, back: bool) -> None:
    """Show the button to the neighbouring section, of the same length."""
    length, first = int(scene.settings["length"]), sequence.first
    there = max(0, first - length) if back else first + length
    st.button(
        say("Earlier") if back else say("Later"),
        key="section-back" if back else "section-next",
        icon=":material/chevron_left:" if back else ":material/chevron_right:",
        disabled=first == 0 if back else there >= sequence.total_steps,
        on_click=choose,
        kwargs={"first": there},
    )
