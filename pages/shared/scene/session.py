"""The Scene of this visit. It lives in the link: every choice writes a new link, and every run reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import quote

import streamlit as st

from cells.core.messages import N_, InputError
from cells.core.settings import Text
from pages.shared.scene.address import remember_link
from pages.shared.scene.changes import changed, with_its_cell
from pages.shared.scene.link import read_link, write_link
from pages.shared.scene.link_reader import Value
from pages.shared.scene.own_model import MODEL_SETTINGS, learnt_by, learnt_length
from pages.shared.scene.run import input_settings, make_sequence, misfit
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS, SAMPLE
from pages.shared.scene.weights import MODEL, OWN_MODEL
from pages.shared.words import LANGUAGES

PAGE = "page"
LINKS = "links by page"
REMEMBERED = "remembered settings"
REFUSED = "what was asked and cannot be"
REFUSED_FILE = "file that came in and cannot be opened"
UNLINKED = "texts too long for a link"
WRITE_ONCE_MORE = "the link may not have left for the browser yet"
LONGEST_IN_LINK = 50_000  # characters of the address; servers refuse much longer ones
STAYS = N_("What was read before stays.")


def current() -> tuple[Scene, list[InputError]]:
    """Return the link's Scene, with what was typed too long for a link, and what the link said wrongly.

    The link is the one written last: a browser that reports something sends its address along, and a choice made just
    before may not have reached that yet and would be undone.
    """
    page = st.session_state[PAGE]
    scene, problems = read_link(st.session_state[LINKS][page], LANGUAGES, page)
    unlinked = {name: text for name, text in st.session_state.get(UNLINKED, {}).items() if name in scene.settings}
    return with_its_cell(replace(scene, settings={**scene.settings, **unlinked})), problems


def choose(**choices: Any) -> None:
    """Take a choice of the user into the link. What was typed or set for an input is back when it is chosen again."""
    scene, _ = current()
    remembered = remember(scene)
    if choices.get("input", scene.input) != scene.input:
        choices = {**remembered.get(str(choices["input"]), {}), **choices}
    if scene.weights == MODEL:
        st.session_state[MODEL_SETTINGS] = {one.name: scene.settings[one.name] for one in OWN_MODEL.settings}
    elif choices.get("weights") == MODEL:
        choices = {**st.session_state.get(MODEL_SETTINGS, {}), **choices}
    if choices.get("input") == SAMPLE.key and scene.weights == MODEL:
        choices = {**learnt_length(learnt_by(scene.settings)), **choices}
    new = within_run(changed(scene, **choices))
    if scene.kind.runs and (problem := misfit(new)):
        if "input" in choices or new.input == SAMPLE.key:
            refuse(problem, InputError(STAYS))
            return
        if {"weights", "model", "part", "embedding"} & set(choices):
            new = changed(new, input=SAMPLE.key, **learnt_length(learnt_by(new.settings)))
    if new != scene:  # else the address would be spelt anew, and the browser's way forward would end there
        write_to_address(link_to(new))


def attempt(**choices: Any) -> bool:
    """Take a choice of what is read, or refuse it with the reason: then what was read stays. Returns whether taken."""
    scene, _ = current()
    new = changed(scene, **choices)
    try:
        make_sequence(new.input, input_settings(new))
    except InputError as problem:
        refuse(problem, InputError(STAYS))
        return False
    choose(**choices)
    return True


def within_run(scene: Scene) -> Scene:
    """Return the scene without what has no place in its run."""
    return replace(scene, own=scene.own.within_run(scene))


def write_to_address(link: dict[str, str]) -> None:
    """Write the link of the page that is shown."""
    st.query_params.from_dict(link)
    st.session_state[LINKS][st.session_state[PAGE]] = link
    remember_link(st.session_state[PAGE], link)


def link_to(scene: Scene) -> dict[str, str]:
    """Return the link to a scene; what was typed too long for a link is kept beside it for the visit."""
    link = write_link(scene)
    st.session_state[UNLINKED] = {name: link.pop(name) for name in text_names(scene) if too_long(link.get(name, ""))}
    return link


def text_names(scene: Scene) -> list[str]:
    """Return the settings of the scene's input that are typed."""
    return [setting.name for setting in INPUTS[scene.input].settings if isinstance(setting, Text)]


def too_long(text: str) -> bool:
    """Tell whether a link cannot hold `text`."""
    return len(quote(text, errors="replace")) > LONGEST_IN_LINK


def remember(scene: Scene) -> dict[str, dict[str, Value]]:
    """Keep the settings of the scene's input for this visit. Returns all that is kept, by input."""
    memory: dict[str, dict[str, Value]] = st.session_state.setdefault(REMEMBERED, {})
    memory[scene.input] = {setting.name: scene.settings[setting.name] for setting in INPUTS[scene.input].settings}
    return memory


def refuse(*problems: InputError) -> None:
    """Keep why something was not taken, to be shown once."""
    st.session_state[REFUSED] = list(problems)


def refused() -> list[InputError]:
    """Return why the last choice was not taken, once."""
    problems: list[InputError] = st.session_state.pop(REFUSED, [])
    return problems


def rerun_whole_page() -> NoReturn:
    """Run the whole page, out of a part of it that runs alone.

    What the part has just written into the link may not have left for the browser yet, and would then be lost:
    `start_page` writes it once more.
    """
    st.session_state[WRITE_ONCE_MORE] = True
    st.rerun()
