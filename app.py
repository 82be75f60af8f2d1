"""Gatescope: step a sequence through a recurrent cell and watch its gates."""

import streamlit as st

from pages.words import say

ICON = "pages/figures/icon.svg"

st.set_page_config(page_title="Gatescope", page_icon=ICON, layout="wide")
st.logo("pages/figures/logo.svg", size="large")

st.navigation([st.Page("pages/step_cell.py", title=say("Step"), url_path="step", default=True)], position="top").run()
