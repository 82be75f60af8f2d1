"""The Scene of this visit. It lives in the link: every choice writes a new link, and every run reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import quote

import streamlit as st

from cells import Clamp
from cells.checkpoints import LoadedLayer
from cells.core.messages import N_, InputError
from cells.core.settings import Text
from cells.inputs.edit import Edit, changes
from pages.shared.scene.link import OF_SOME_PAGES, read_link, write_link
from pages.shared.scene.own_model import MODEL, MODEL_SETTINGS, OWN_MODEL, learnt_by, own_length
from pages.shared.scene.run import fitting, input_settings, make_sequence, misfit, open_original, open_what_if
from pages.shared.scene.scene import PAGES, Scene, Value, changed, reset_position, reset_what_if, with_its_cell
from pages.shared.scene.sequences import INPUTS, SAMPLE
from pages.shared.scene.what_if_link import check_count
from pages.shared.words import LANGUAGES

PAGE = "page"
LINKS = "links by page"
REMEMBERED = "remembered settings"
REFUSED = "what was asked and cannot be"
UNLINKED = "texts too long for a link"
GO_ON = "page to go on to"
BEGUN_ANEW = "the page has been begun anew"
LONGEST_IN_LINK = 50_000  # characters of the address; servers refuse much longer ones


def enter(page: str) -> None:
    """Begin a run of a page, before anything else in it.

    Streamlit drops the link's parameters when a reader goes to another page. So what was chosen on the page that he
    comes from is brought along, and what only this page has is as he has left it. A link that says something is
    followed as it stands.
    """
    before = st.session_state.get(PAGE)
    st.session_state[PAGE] = page
    if st.session_state.pop(BEGUN_ANEW, False):
        st.query_params.from_dict(st.query_params.to_dict())
    links: dict[str, dict[str, str]] = st.session_state.setdefault(LINKS, {})
    if before not in (None, page) and not st.query_params.to_dict():
        links[page] = write_link(fitting(carried(links[before], before, links.get(page, {}), page)))
        if links[page]:
            st.query_params.from_dict(links[page])
            st.rerun()  # the header, drawn before the page, has been in the browser's language
    links[page] = st.query_params.to_dict()


def begin_anew() -> NoReturn:
    """Run the whole page anew, out of a part of it that runs alone.

    What the part has just written into the link may not have left for the browser yet, and would then be lost: it is
    written once more.
    """
    st.session_state[BEGUN_ANEW] = True
    st.rerun()


def carried(link: Mapping[str, str], before: str, old: Mapping[str, str], page: str) -> Scene:
    """The scene of a page for a reader who comes from `link` of the page `before`, and has left `page` at `old`.

    A sequence that is not the usual one there comes along with its weights; otherwise they are as they were left here.
    What does not fit here is left out, and so is a position in another run.
    """
    both = set(PAGES[page].fields) & set(PAGES[before].fields)
    own = {name: value for name, value in old.items() if name in OF_SOME_PAGES - both}
    shared = {name: value for name, value in link.items() if name not in OF_SOME_PAGES - both}
    there, _ = read_link(link, LANGUAGES, before)
    left, _ = read_link(old, LANGUAGES, page)
    if "input" in link and there.input in PAGES[page].inputs:
        shared = {"weights": there.weights, **shared}
    else:
        theirs = {setting.name for setting in INPUTS[there.input].settings}
        others = {name: value for name, value in shared.items() if name not in theirs}
        shared = {**as_left(left, old, there), **others}
    here, _ = read_link({**own, **shared}, LANGUAGES, page)
    return reset_what_if(left, replace(reset_position(there, here, {}), layer=here.layer))


def as_left(left: Scene, link: Mapping[str, str], between: Scene) -> dict[str, str]:
    """The sequence and weights of the page that was left at `link`; of the weights what `between` could not change."""
    sequence = {setting.name for setting in INPUTS[left.input].settings}
    kept = [name for name in left.settings if name in sequence or name not in between.settings]
    settings = {name: link[name] for name in kept if name in link}
    return {"input": left.input, "weights": left.weights, **settings}


def current() -> tuple[Scene, list[InputError]]:
    """The link's Scene, with what was typed too long for a link, and what the link said wrongly.

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
        choices = {**own_length(learnt_by(scene.settings)), **choices}
    new = fitting(changed(scene, **choices))
    if PAGES[scene.page].runs and (problem := misfit(new)):
        if "input" in choices or new.input == SAMPLE.key:
            refuse(problem, InputError(N_("What was read before stays.")))
            return
        if {"weights", "model", "part", "embedding"} & set(choices):
            new = changed(new, input=SAMPLE.key, **own_length(learnt_by(new.settings)))
    link = linked(new)
    st.query_params.from_dict(link)
    st.session_state[LINKS][new.page] = link


def linked(scene: Scene) -> dict[str, str]:
    """The link to a scene; what was typed too long for a link is kept beside it for the visit."""
    link = write_link(scene)
    st.session_state[UNLINKED] = {name: link.pop(name) for name in text_names(scene) if too_long(link.get(name, ""))}
    return link


def hold(clamp: tuple[Clamp, ...], edit: tuple[Edit, ...], **choices: Any) -> bool:
    """Take clamps and changed inputs into the link, or refuse them all with the reason: then the former ones stay.

    Returns whether they were taken.
    """
    scene, _ = current()
    _, original, _ = open_original(scene)
    try:
        check_count(clamp)
        check_count(edit)
        open_what_if(original, clamp, edit)
    except InputError as problem:
        refuse(problem)
        return False
    told = tuple(one for one in edit if changes(original.sequence, one))
    choose(clamp=clamp, edit=told, **choices)
    return True


def attempt(**choices: Any) -> bool:
    """Take a choice of what is read, or refuse it with the reason: then what was read stays. Returns whether taken."""
    scene, _ = current()
    new = changed(scene, **choices)
    try:
        make_sequence(new.input, input_settings(new))
    except InputError as problem:
        refuse(problem, InputError(N_("What was read before stays.")))
        return False
    choose(**choices)
    return True


def show_model(page: str, layer: LoadedLayer, model: str) -> None:
    """Go on to a page with a layer of an opened model over a sample for it, as nothing else had been chosen there.

    page: one on which the cell runs. model: the key of its file.
    """
    scene, _ = current()
    new = changed(
        Scene(page=page, lang=scene.lang, precision=scene.precision),
        input=SAMPLE.key,
        weights=MODEL,
        model=model,
        part=layer.name,
        cell=layer.cell,
        **own_length(layer.learnt),
    )
    follow(page, linked(new))


def step_through(**position: Any) -> None:
    """Go on to the step page with the sequence that is shown, and its cell as it was left there or as it runs here.

    position: the step, unit and layer at which to open it; what was held or changed there is let go then, for it would
    be another run.
    """
    scene, _ = current()
    there, _ = read_link(st.session_state[LINKS].get("step", {}), LANGUAGES, "step")
    own = {"weights": scene.weights, "cell": scene.cell, **scene.settings} if PAGES[scene.page].runs else {}
    new = changed(there, input=scene.input, **{**own, **dict(input_settings(scene))})
    if position:
        new = replace(new, clamp=(), edit=(), difference=False, **position)
    follow("step", linked(replace(new, lang=scene.lang, precision=scene.precision)))


def follow(page: str, link: dict[str, str]) -> None:
    """Go to a page of a link; another page as soon as the script runs, for a callback cannot turn pages."""
    if page == st.session_state[PAGE]:
        st.query_params.from_dict(link)
    else:
        st.session_state[GO_ON] = (page, link)


def go_on() -> None:
    """Turn to the page that a callback has asked for."""
    page, link = st.session_state.pop(GO_ON, (None, {}))
    if page:
        st.switch_page(PAGES[page].script, query_params=link)


def refuse(*problems: InputError) -> None:
    """Tell why something was not taken, once."""
    st.session_state[REFUSED] = list(problems)


def refused() -> list[InputError]:
    """Why the last clamp, changed input or choice of data was not taken, told once."""
    problems: list[InputError] = st.session_state.pop(REFUSED, [])
    return problems


def text_names(scene: Scene) -> list[str]:
    """The settings of the scene's input that are typed."""
    return [setting.name for setting in INPUTS[scene.input].settings if isinstance(setting, Text)]


def too_long(text: str) -> bool:
    """Whether a link cannot hold `text`."""
    return len(quote(text, errors="replace")) > LONGEST_IN_LINK


def remember(scene: Scene) -> dict[str, dict[str, Value]]:
    """Keep the settings of the scene's input for this visit. Returns all that is kept, by input."""
    memory: dict[str, dict[str, Value]] = st.session_state.setdefault(REMEMBERED, {})
    memory[scene.input] = {setting.name: scene.settings[setting.name] for setting in INPUTS[scene.input].settings}
    return memory
