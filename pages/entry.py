"""The script that Streamlit runs: the page's title and logo, and the navigation over the table of pages."""

from pathlib import Path

import streamlit as st

from pages.shared.controls.every_page import suit_every_page
from pages.shared.words import say
from pages.table import PAGES

FIGURES = Path(__file__).parent / "shared" / "figures"

st.set_page_config(page_title="Gatescope", page_icon=FIGURES / "icon.svg", layout="wide")
st.logo(FIGURES / "logo.svg", size="large")

pages = [st.Page(page.script, title=say(page.title), url_path=page.address, default=page is PAGES[0]) for page in PAGES]
chosen = st.navigation(pages, position="top")
suit_every_page()
chosen.run()
