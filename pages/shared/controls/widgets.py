"""The widgets that set the Scene.

A widget shows what the link says, and a choice in it goes into the link: it keeps no value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cells import CELLS
from cells.core.settings import Number, Setting, Text
from pages.shared.scene.scene import STACKING, Scene
from pages.shared.scene.session import choose
from pages.shared.words import LANGUAGES, language, own_name, say

NOTHING_ELSE: Mapping[str, Any] = MappingProxyType({})
NOTE_WIDTH = 320  # px: a note beneath a menu breaks its lines, and does not widen it


def row() -> DeltaGenerator:
    """Return the row in which controls stand."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small", key="controls")


def menu_label(title: str, value: str) -> str:
    """Write a menu's button: a quiet title before the chosen value."""
    return f":gray[{title}] {value}".strip()


def preset(key: str, value: object) -> str:
    """Put the Scene's value into the widget `key` before it is drawn. Returns the key."""
    st.session_state[key] = value
    return key


def on_widget_change(name: str, key: str) -> None:
    """Take what the widget `key` now says into the link as the choice `name`."""
    value = st.session_state[key]
    if value is not None:
        choose(**{name: value})


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
    """Show one entry of a menu, which chooses `choice`, or else `value`; with a reason it cannot be chosen.

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
            kwargs={name: value if choice is None else choice, **along},
        )
        if reason:
            st.caption(reason, text_alignment="center")


def set_numbers(scene: Scene, menu: str, settings: tuple[Setting, ...]) -> None:
    """Show a slider for each number; one that means nothing here is greyed out with the reason."""
    page = scene.kind
    gates = {gate for cell in scene.shown_cells for gate in CELLS[cell].gates}
    for setting in settings:
        seen = setting.name not in page.elsewhere and (page.stacks or setting.name not in STACKING)
        if isinstance(setting, Number) and seen:
            alone = setting.name == "residual" and scene.settings.get("layers") == 1
            set_number(scene, menu, setting, usable=setting.means_something(gates), alone=alone)


def set_number(scene: Scene, menu: str, setting: Number, *, usable: bool, alone: bool = False) -> None:
    """Show a slider for one number, or a button for each of its few values.

    usable: whether it means something for the cell. alone: whether it stands between layers, of which there is one.
    """
    key, disabled = f"set {menu} {setting.name}", alone or not usable
    if setting.names:
        set_named(scene, key, setting, disabled=disabled)
    else:
        slider(setting, key, scene.settings[setting.name], on_widget_change, (setting.name, key), disabled=disabled)
    if alone:
        st.caption(say("Between layers; there is one."))
    elif disabled:
        st.caption(say("This cell has no gate of its own for it."))


def slider(
    setting: Number,
    key: str,
    value: object,
    on_change: Callable[..., None],
    args: tuple[object, ...],
    *,
    disabled: bool = False,
) -> None:
    """Show the slider of a number, at a value."""
    st.slider(
        say(setting.title),
        setting.low,
        setting.high,
        step=setting.step,
        key=preset(key, value),
        disabled=disabled,
        on_change=on_change,
        args=args,
    )


def set_named(scene: Scene, key: str, setting: Number, *, disabled: bool) -> None:
    """Show a button for each value of a number whose few values have names."""
    segments(
        say(setting.title),
        key,
        names_of(setting),
        scene.settings[setting.name],
        on_widget_change,
        (setting.name, key),
        labelled=True,
        disabled=disabled,
    )


def names_of(setting: Number) -> dict[int, str]:
    """Return what the few values of a number are called, in the reader's language."""
    return {int(setting.low) + index: say(name) for index, name in enumerate(setting.names)}


def segments(  # noqa: PLR0913 - what a widget is made of
    title: str,
    key: str,
    titles: Mapping[Any, str],
    chosen: object,
    on_change: Callable[..., None],
    args: tuple[object, ...],
    *,
    labelled: bool = False,
    disabled: bool = False,
) -> None:
    """Show a few words beside each other, one of which is chosen; titles: by value, in the reader's language.

    labelled: whether the title stands above them.
    """
    st.segmented_control(
        title,
        list(titles),
        format_func=titles.__getitem__,
        key=preset(key, chosen),
        required=True,
        disabled=disabled,
        label_visibility="visible" if labelled else "collapsed",
        on_change=on_change,
        args=args,
    )


def set_text(scene: Scene, setting: Text) -> None:
    """Show the field of a text, which is kept as it is typed."""
    st.text_input(
        say(setting.title),
        key=preset(f"type {setting.name}", str(scene.settings[setting.name])),
        label_visibility="collapsed",
        width=260,
        on_change=on_widget_change,
        args=(setting.name, f"type {setting.name}"),
    )


def choose_language() -> None:
    """Show a button for every other language, in that language."""
    for other in LANGUAGES:
        if other != language():
            st.button(own_name(other), key=f"lang-{other}", type="tertiary", on_click=choose, kwargs={"lang": other})
