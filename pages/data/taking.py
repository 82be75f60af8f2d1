"""Choices of how data is read, taken into the link or refused; another reading is shown from its beginning."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cells.inputs.tabular import READING
from pages.shared.scene.navigation import is_refused
from pages.shared.scene.session import attempt, choose, current


def take(**choices: object) -> None:
    """Take choices of what is read and how; of data that could not be read any, for one alone may not mend it."""
    begin = {"first": 0} if set(choices) & {setting.name for setting in READING} else {}
    if is_refused(current()[0]):
        choose(**{**choices, **begin})
    else:
        attempt(**{**choices, **begin})


def on_choice_change(key: str, name: str, convert: Callable[..., object] = lambda value: value) -> None:
    """Take the value of the widget `key` as the choice `name`, as `convert` makes it; None is no choice."""
    value = convert(st.session_state[key])
    if value is not None:
        take(**{name: value})
