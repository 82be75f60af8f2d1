"""The button that copies a page's link, where no stepper has one."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.shared.stepper.javascript import one_module
from pages.shared.words import say

HERE = Path(__file__)
COPY_LINK = st.components.v2.component(
    "gatescope_copy_link",
    js=one_module(HERE.with_suffix(".js")),
    css=HERE.with_suffix(".css").read_text(encoding="utf-8"),
)


def offer_link() -> None:
    """Show the button that copies the page's link."""
    words = {"copy": say("Copy link"), "copy_title": say("Copy the link to this page")}
    told = {"copied": say("Copied"), "not_copied": say("Copy it from the address bar")}
    COPY_LINK(key="copy-link", data={"words": words | told}, width="content")
