"""The script that Streamlit runs: what all pages have around them, and the navigation over the table of pages."""

from pathlib import Path

import streamlit as st

from pages.shared.scene.scene import PAGES
from pages.shared.words import say

FIGURES = Path(__file__).parent / "shared" / "figures"

st.set_page_config(page_title="Gatescope", page_icon=FIGURES / "icon.svg", layout="wide")
st.logo(FIGURES / "logo.svg", size="large")

pages = [
    st.Page(page.script, title=say(page.title), url_path=key, default=page is PAGES["step"])
    for key, page in PAGES.items()
]
st.navigation(pages, position="top").run()
