"""The ways from page to page: what comes along through the header, and the buttons that lead to another page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from cells.checkpoints import LoadedLayer
from cells.core.messages import InputError
from pages.shared.scene.address import link_of_address, remember_link, through_history
from pages.shared.scene.changes import changed, reset_position
from pages.shared.scene.link import is_bare, read_link, write_link
from pages.shared.scene.own_model import checkpoint_as_found, learnt_length
from pages.shared.scene.registry import fields_of_some_pages, kind_of
from pages.shared.scene.run import input_settings, sequence_of
from pages.shared.scene.scene import Scene
from pages.shared.scene.sequences import INPUTS, SAMPLE
from pages.shared.scene.session import (
    LINKS,
    PAGE,
    REFUSED_FILE,
    WRITE_ONCE_MORE,
    current,
    link_to,
    refuse,
    within_run,
    write_to_address,
)
from pages.shared.scene.weights import MODEL
from pages.shared.uploads.bundle import Bundle
from pages.shared.uploads.files import MODELS, TABLES, OwnFile
from pages.shared.words import LANGUAGES, language

SWITCH = "page to switch to"


def start_page(page: str) -> None:
    """Begin a run of a page, before anything else in it.

    Streamlit drops the link's parameters when a reader goes to another page. So what was chosen on the page that he
    comes from is brought along, and what only this page has is as he has left it. A link that says something is
    followed as it stands, unless the browser has sent an address that means another one (`address.py`); one that says
    nothing, on a page with an opening of its own, is sent on to that.
    """
    before = st.session_state.get(PAGE)
    if before != page:
        st.session_state.pop(REFUSED_FILE, None)
    st.session_state[PAGE] = page
    links: dict[str, dict[str, str]] = st.session_state.setdefault(LINKS, {})
    turned = before not in (None, page)
    address, header_language = st.query_params.to_dict(), language()  # the header has been drawn before the page
    if before is not None and turned and not address and not through_history():
        left = links.get(page, kind_of(page).opening)
        link = write_link(within_run(carry_over(links[before], before, left, page)))
    else:
        link = with_opening(page, link_of_address(page, links, turned=turned))
    links[page] = link
    remember_link(page, link)
    # By the browser's button, from the opening to the address that led to it: not to be sent forward again.
    sent_back = before == page and bool(kind_of(page).opening) and is_bare(address)
    led_here = turned and not through_history()  # Streamlit has dropped the parameters on the way
    if st.session_state.pop(WRITE_ONCE_MORE, False) or led_here or (link != address and not sent_back):
        st.query_params.from_dict(link)
    if language() != header_language:  # a rerun while the reader turns to another page would bring him back here
        st.rerun()


def with_opening(page: str, link: dict[str, str]) -> dict[str, str]:
    """Return a link that says nothing as that on which the page opens; any other as it is."""
    return {**kind_of(page).opening, **link} if is_bare(link) else link


def carry_over(link: Mapping[str, str], before: str, old: Mapping[str, str], page: str) -> Scene:
    """Return the scene of a page for a reader who comes from `link` of the page `before`, and has left it at `old`.

    A sequence that is not the usual one there comes along with its weights; otherwise they are as they were left here.
    What does not fit here is left out. The position comes along within one sequence; else it is the one left here.
    """
    both = set(kind_of(page).shared) & set(kind_of(before).shared)
    of_one = fields_of_some_pages() - both
    own = {name: value for name, value in old.items() if name in of_one}
    shared = {name: value for name, value in link.items() if name not in of_one}
    there, _ = read_link(link, LANGUAGES, before)
    left, _ = read_link(old, LANGUAGES, page)
    if has_chosen_sequence(link, before) and there.input in kind_of(page).inputs and not is_refused(there):
        shared = {"weights": there.weights, **shared}
    else:
        theirs = {"input", *(setting.name for setting in INPUTS[there.input].settings)}
        others = {name: value for name, value in shared.items() if name not in theirs}
        shared = {**as_left(left, old, there), **others}
    here, _ = read_link({**own, **shared}, LANGUAGES, page)
    here = replace(here, own=here.own.after(left, here))
    here = replace(reset_position(there, here, {}), layer=here.layer)
    counts_the_same = there.kind.inputs and there.own.steps_depend_on() == here.own.steps_depend_on()
    return here if counts_the_same and here.reads_the_same(there) else at_position_left(left, here)


def at_position_left(left: Scene, here: Scene) -> Scene:
    """Return the scene `here` at the step and unit at which its page was left, where both are the same run still."""
    if not here.reads_the_same(left):
        return here
    there = reset_position(left, replace(here, step=left.step, unit=left.unit, layer=left.layer), {})
    return replace(there, layer=here.layer)


def has_chosen_sequence(link: Mapping[str, str], page: str) -> bool:
    """Tell whether a link to a page has another sequence than the page's usual one and that on which it opens."""
    kind = kind_of(page)
    return link.get("input", kind.input) not in (kind.input, kind.opening.get("input"))


def is_refused(scene: Scene) -> bool:
    """Tell whether a scene's table or file is here and cannot be read: it stays on the page that says so."""
    if not INPUTS[scene.input].read or sequence_of(scene) is not None:
        return False
    return not INPUTS[scene.input].private or str(scene.settings["file"]) in TABLES.files()


def as_left(left: Scene, link: Mapping[str, str], between: Scene) -> dict[str, str]:
    """Return the sequence and weights of the page left at `link`; of the weights what `between` could not change."""
    sequence = {setting.name for setting in INPUTS[left.input].settings}
    stay = [name for name in left.settings if name in sequence or name not in between.settings]
    settings = {name: link[name] for name in stay if name in link}
    return {"input": left.input, "weights": left.weights, **settings}


def step_through(**position: Any) -> None:
    """Go on to the step page with the sequence that is shown, and its cell as it was left there or as it runs here.

    position: the step, unit and layer at which to open it; what was held or changed there is let go then, for it would
    be another run.
    """
    scene, _ = current()
    there, _ = read_link(st.session_state[LINKS].get("step", {}), LANGUAGES, "step")
    own = {"weights": scene.weights, "cell": scene.cell, **scene.settings} if scene.kind.runs else {}
    new = changed(there, input=scene.input, **{**own, **dict(input_settings(scene))})
    if position:
        new = replace(new, own=new.own.released(), **position)
    follow("step", link_to(replace(new, lang=scene.lang, precision=scene.precision)))


def take_bundle(bundle: Bundle) -> None:
    """Open the files and the page of a bundle."""
    bundle.keep()
    follow(bundle.page, bundle.link)


def take_model(data: bytes, name: str, page: str) -> None:
    """Keep a model for the visit and go on to a page that shows its first layer, in a callback.

    data, name: of its file. page: the address of one on which the cell runs. A model that cannot be opened is refused
    with the reason, and the reader stays.
    """
    file = OwnFile(name, data)
    try:
        checkpoint = checkpoint_as_found(file)
    except InputError as problem:
        refuse(problem)
        return
    show_model(page, next(iter(checkpoint.layers.values())), MODELS.keep(file))


def show_model(page: str, layer: LoadedLayer, model: str) -> None:
    """Go on to a page with a layer of an opened model over a sample for it, as nothing else had been chosen there.

    page: the address of one on which the cell runs. model: the key of its file.
    """
    scene, _ = current()
    new = changed(
        kind_of(page).scene(lang=scene.lang, precision=scene.precision),
        input=SAMPLE.key,
        weights=MODEL,
        model=model,
        part=layer.name,
        cell=layer.cell,
        **learnt_length(layer.learnt),
    )
    follow(page, link_to(new))


def follow(page: str, link: dict[str, str]) -> None:
    """Go to a page with a link; to another page as soon as the script runs, for a callback cannot switch pages."""
    if page == st.session_state[PAGE]:
        write_to_address(link)
    else:
        remember_link(page, link)
        st.session_state[SWITCH] = (page, link)


def switch_if_requested() -> None:
    """Turn to the page that a callback has asked for."""
    page, link = st.session_state.pop(SWITCH, (None, {}))
    if page:
        st.switch_page(kind_of(page).script, query_params=link)
