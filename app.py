"""Gatescope: step a sequence through a recurrent cell and watch its gates."""

from pathlib import Path

import streamlit as st

from pages.words import say

FIGURES = Path(__file__).parent / "pages" / "figures"

st.set_page_config(page_title="Gatescope", page_icon=FIGURES / "icon.svg", layout="wide")
st.logo(FIGURES / "logo.svg", size="large")

PAGES = [
    st.Page("pages/step_cell.py", title=say("Step"), url_path="step", default=True),
    st.Page("pages/compare_cells.py", title=say("Compare"), url_path="compare"),
]
st.navigation(PAGES, position="top").run()
