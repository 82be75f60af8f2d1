"""The Scene of this visit. It lives in the link: every choice writes a new link, and every run reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import streamlit as st

from cells import Clamp
from cells.edit import Edit, changes
from cells.messages import InputError
from cells.sequences import SEQUENCES
from cells.settings import Text
from pages.scene.opened import fitting, open_original, open_what_if
from pages.scene.scene import Scene, Value, changed, read_link, write_link
from pages.words import LANGUAGES

REMEMBERED = "remembered settings"
REFUSED = "what was asked and cannot be"
UNLINKED = "texts too long for a link"
LONGEST_IN_LINK = 50_000  # characters of the address; servers refuse much longer ones


def current() -> tuple[Scene, list[InputError]]:
    """The link's Scene, with what was typed too long for a link, and what the link said wrongly."""
    scene, problems = read_link(st.query_params.to_dict(), LANGUAGES)
    unlinked = {name: text for name, text in st.session_state.get(UNLINKED, {}).items() if name in scene.settings}
    return replace(scene, settings={**scene.settings, **unlinked}), problems


def choose(**choices: Any) -> None:
    """Take a choice of the user into the link. What was typed or set for an input is back when it is chosen again."""
    scene, _ = current()
    remembered = remember(scene)
    if choices.get("input", scene.input) != scene.input:
        choices = {**remembered.get(str(choices["input"]), {}), **choices}
    new = fitting(changed(scene, **choices))
    link = write_link(new)
    st.session_state[UNLINKED] = {name: link.pop(name) for name in text_names(new) if too_long(link.get(name, ""))}
    st.query_params.from_dict(link)


def hold(clamp: tuple[Clamp, ...], edit: tuple[Edit, ...], **choices: Any) -> None:
    """Take clamps and changed inputs into the link, or refuse them all with the reason: then the former ones stay."""
    scene, _ = current()
    _, original, _ = open_original(scene)
    try:
        open_what_if(original, clamp, edit)
    except InputError as problem:
        st.session_state[REFUSED] = problem
        return
    told = tuple(one for one in edit if changes(original.sequence, one))
    choose(clamp=clamp, edit=told, **choices)


def refused() -> list[InputError]:
    """Why the last clamp or changed input was not taken, told once."""
    problem = st.session_state.pop(REFUSED, None)
    return [problem] if problem else []


def text_names(scene: Scene) -> list[str]:
    """The settings of the scene's input that are typed."""
    return [setting.name for setting in SEQUENCES[scene.input].settings if isinstance(setting, Text)]


def too_long(text: str) -> bool:
    """Whether a link cannot hold `text`."""
    return len(quote(text, errors="replace")) > LONGEST_IN_LINK


def remember(scene: Scene) -> dict[str, dict[str, Value]]:
    """Keep the settings of the scene's input for this visit. Returns all that is kept, by input."""
    memory: dict[str, dict[str, Value]] = st.session_state.setdefault(REMEMBERED, {})
    memory[scene.input] = {setting.name: scene.settings[setting.name] for setting in SEQUENCES[scene.input].settings}
    return memory
