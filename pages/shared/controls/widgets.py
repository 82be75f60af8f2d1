"""The controls that set the Scene: the cell, the sequence, the weights, each with its settings behind it.

A widget shows what the link says, and a choice in it goes into the link: it keeps no value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells import CELLS
from cells.core.messages import N_
from cells.core.settings import Number, Setting, Text
from cells.families.conventions import SHORT
from cells.weights import TRAINED, WEIGHTS
from pages.shared.controls.bundle_button import offer_bundle
from pages.shared.controls.sequence import choose_section, sequence_title
from pages.shared.scene.own_model import ALL_WEIGHTS, MODEL
from pages.shared.scene.run import sequence_of
from pages.shared.scene.scene import PAGES, PRECISIONS, STACKING, Scene, brought
from pages.shared.scene.sequences import INPUTS, SAMPLE
from pages.shared.scene.session import choose
from pages.shared.uploads.files import MODELS, has_files
from pages.shared.words import LANGUAGES, language, own_name, say
from pages.shared.words.messages import plain

NOTHING_ELSE: Mapping[str, Any] = MappingProxyType({})
WEIGHT_GROUPS = {
    N_("wired by hand"): [key for key in WEIGHTS if key not in {"random", *(kind.key for kind in TRAINED)}],
    N_("trained"): [kind.key for kind in TRAINED],
    "": ["random", MODEL],
}
NOTE_WIDTH = 320  # px: a note beneath a menu breaks its lines, and does not widen it


def controls(scene: Scene) -> None:
    """The row of controls above a page."""
    with row():
        choose_cell(scene)
        choose_what_runs(scene)
        choose_variant(scene)
        choose_notation(scene)
        choose_language()


def row() -> DeltaGenerator:
    """The row in which controls stand."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls")


def choose_what_runs(scene: Scene) -> None:
    """The sequence and the weights, with their settings."""
    with st.popover(titled(say("sequence"), sequence_title(scene)), key="sequence-menu"):
        choose_sequence(scene)
    with st.popover(titled(say("weights"), say(ALL_WEIGHTS[scene.weights].title)), key="weights-menu"):
        choose_weights(scene)
    choose_typed(scene)


def choose_typed(scene: Scene) -> None:
    """What is typed for the sequence, where something is."""
    kind = INPUTS[scene.input]
    for setting in kind.settings if not kind.read else ():
        if isinstance(setting, Text):
            set_text(scene, setting)


def titled(title: str, value: str) -> str:
    """A quiet title before the chosen value, on a button."""
    return f":gray[{title}] {value}".strip()


def chosen(key: str, value: object) -> str:
    """Put the Scene's value into the widget `key` before it is drawn."""
    st.session_state[key] = value
    return key


def heard(name: str, key: str) -> None:
    """Take what the widget `key` now says into the link as the choice `name`."""
    value = st.session_state[key]
    if value is not None:
        choose(**{name: value})


def base_of(cell: str) -> str:
    """The cell of which `cell` is a variant, or itself."""
    return CELLS[cell].varies or cell


def choose_cell(scene: Scene) -> None:
    """The three cells; their variants have a menu of their own."""
    st.segmented_control(
        say("cell"),
        [key for key, cell in CELLS.items() if not cell.varies],
        format_func=lambda key: say(CELLS[key].title),
        key=chosen("choose cell", base_of(scene.cell)),
        required=True,
        label_visibility="collapsed",
        on_change=heard,
        args=("cell", "choose cell"),
    )


def choose_sequence(scene: Scene) -> None:
    """All sequences, and the numbers that the chosen one can be set to; a table's are chosen on its own page."""
    if INPUTS[scene.input].read:
        choose_section(scene)
    with st.container(gap="xsmall"):
        for key, kind in INPUTS.items():
            reason = say("Open a file on the page “Data”.") if kind.private and not has_files() else ""
            if key == SAMPLE.key and scene.weights != MODEL:
                reason = say("For a model of your own.")
            option(say(kind.title), "input", key, selected=key == scene.input, reason=reason)
    if not INPUTS[scene.input].read:
        set_numbers(scene, "input", INPUTS[scene.input].settings)


def choose_weights(scene: Scene) -> None:
    """All weights by how they are made, and the settings of the chosen ones."""
    with st.container(gap="xsmall"):
        for title, keys in WEIGHT_GROUPS.items():
            if title:
                st.markdown(f":small[**{say(title)}**]", text_alignment="center")
            for key in keys:
                offer_weights(scene, key)
    set_numbers(scene, "weights", ALL_WEIGHTS[scene.weights].settings)
    if scene.weights == MODEL:
        st.page_link(PAGES["model"].script, label=say("Choose its layer"), icon=":material/layers:")
        offer_bundle(scene, "model-bundle")
    choose_precision(scene)
    tell_rounding(scene)


def offer_weights(scene: Scene, key: str) -> None:
    """An entry for weights; those that do not fit bring along what they need, and say so.

    The visitor's own model, as long as there is none, is greyed out with the reason.
    """
    kind = ALL_WEIGHTS[key]
    reason = say(kind.needs) if key == MODEL and not MODELS.files() else ""
    along = brought(scene, key)
    title = f"{say(kind.title)} :small[({plain(brings(along))})]" if along else say(kind.title)
    option(title, "weights", key, selected=key == scene.weights, reason=reason, along=along)


def brings(along: Mapping[str, Any]) -> str:
    """In words what comes along with weights."""
    cell = along.get("cell") or along.get("cells", ("",))[-1]
    named = say(CELLS[cell].title) if cell else ""
    if "input" not in along:
        return say("with {cell}", cell=named)
    sequence = say(INPUTS[along["input"]].title)
    if not cell:
        return say("with “{sequence}”", sequence=sequence)
    return say("with {cell}, “{sequence}”", cell=named, sequence=sequence)


def choose_precision(scene: Scene) -> None:
    """In which precision everything runs."""
    st.segmented_control(
        say("precision"),
        PRECISIONS,
        key=chosen("choose precision", scene.precision),
        required=True,
        on_change=heard,
        args=("precision", "choose precision"),
    )


def tell_rounding(scene: Scene) -> None:
    """What the conversion to single precision has changed, where it has."""
    rounding = rounding_in_words(scene)
    if rounding:
        st.markdown(f":small[{plain(rounding)}]")


def rounding_in_words(scene: Scene) -> str:
    """The largest change of a value by its conversion to single precision, in words; "" where nothing changed."""
    sequence = sequence_of(scene)
    if sequence is None or not sequence.rounding or scene.precision != PRECISIONS[0]:
        return ""
    change = f"{sequence.rounding:.2g}"
    return say("Rounded to float32; the largest change of a value is {change}.", change=change)


def option(
    title: str,
    name: str,
    value: str,
    *,
    selected: bool,
    reason: str = "",
    choice: object = None,
    along: Mapping[str, Any] = NOTHING_ELSE,
) -> None:
    """One entry of a menu, which chooses `choice`, or else `value`; with a reason it cannot be chosen.

    along: what is chosen with it.
    """
    with st.container(gap=None):
        st.button(
            title,
            key=f"{name}-{value}",
            icon=":material/check:" if selected else None,
            type="secondary" if selected else "tertiary",
            disabled=bool(reason),
            width="stretch",
            on_click=choose,
            kwargs={name: choice or value, **along},
        )
        if reason:
            st.caption(reason, text_alignment="center")


def set_numbers(scene: Scene, menu: str, settings: tuple[Setting, ...]) -> None:
    """A slider for each number; one that means nothing for the cell is greyed out with the reason.

    A setting that stands in two menus, such as the seed, has a slider in both, and either moves it.
    """
    page = PAGES[scene.page]
    gates = {gate for cell in scene.shown for gate in CELLS[cell].gates}
    for setting in settings:
        seen = setting.name not in page.elsewhere and (page.stacks or setting.name not in STACKING)
        if isinstance(setting, Number) and seen:
            set_number(scene, menu, setting, usable=setting.means_something(gates))


def set_number(scene: Scene, menu: str, setting: Number, *, usable: bool) -> None:
    """One number: a slider, or a button for each of its few values."""
    key = f"set {menu} {setting.name}"
    if setting.names:
        set_named(scene, key, setting)
    else:
        slider(setting, key, scene.settings[setting.name], heard, (setting.name, key), disabled=not usable)
    if not usable:
        st.caption(say("This cell has no gate of its own for it."))


def slider(
    setting: Number,
    key: str,
    value: object,
    heard: Callable[..., None],
    args: tuple[object, ...],
    *,
    disabled: bool = False,
) -> None:
    """The slider of a number, at a value."""
    st.slider(
        say(setting.title),
        setting.low,
        setting.high,
        step=setting.step,
        key=chosen(key, value),
        disabled=disabled,
        on_change=heard,
        args=args,
    )


def set_named(scene: Scene, key: str, setting: Number) -> None:
    """A number whose few values have names: a button for each."""
    values = [int(setting.low) + place for place in range(len(setting.names))]
    st.segmented_control(
        say(setting.title),
        values,
        format_func=lambda value: say(setting.names[values.index(value)]),
        key=chosen(key, scene.settings[setting.name]),
        required=True,
        on_change=heard,
        args=(setting.name, key),
    )


def set_text(scene: Scene, setting: Text) -> None:
    """What is typed, kept as it is typed."""
    st.text_input(
        say(setting.title),
        key=chosen(f"type {setting.name}", str(scene.settings[setting.name])),
        label_visibility="collapsed",
        width=260,
        on_change=heard,
        args=(setting.name, f"type {setting.name}"),
    )


def choose_variant(scene: Scene) -> None:
    """The cell's variants, behind a disclosure of their own where there are any."""
    base = base_of(scene.cell)
    variants = [key for key, cell in CELLS.items() if base in (key, cell.varies)]
    if len(variants) > 1:
        with st.popover(titled(say("variant"), say(CELLS[scene.cell].title)), key="variant-menu"):
            with st.container(gap="xsmall", width=NOTE_WIDTH):
                for key in variants:
                    option(say(CELLS[key].title), "cell", key, selected=key == scene.cell)
            if CELLS[base].origins:
                with st.container(width=NOTE_WIDTH):
                    st.caption(say(CELLS[base].origins))


def choose_notation(scene: Scene) -> None:
    """Whose symbols the cell is written in, with what is different about the chosen ones, and where they stand."""
    cell = CELLS[scene.cell]
    now = cell.notations[scene.notation]
    with st.popover(titled(say("symbols"), "" if now.key == SHORT else now.title), key="notation-menu"):
        with st.container(gap="xsmall", width=NOTE_WIDTH):
            for key, notation in cell.notations.items():
                option(say(notation.title), "notation", key, selected=key == scene.notation)
        order = [say("Order: {letters}.", letters=now.letters_of(cell.gates))] if now.order else []
        with st.container(gap="xsmall", width=NOTE_WIDTH):
            st.caption(plain(" ".join([*order, say(now.remark)])))
            if now.source:
                st.caption(plain(now.source))


def choose_language() -> None:
    """A button for every other language, in that language."""
    for other in LANGUAGES:
        if other != language():
            st.button(own_name(other), key=f"lang-{other}", type="tertiary", on_click=choose, kwargs={"lang": other})
