"""Gatescope as an ASGI app, for `make run`, `streamlit run app.py` and any ASGI server."""

import streamlit as st

from pages.server import ENTRY, MIDDLEWARE, ROUTES, lifespan, on_script_error

app = st.App(ENTRY, lifespan=lifespan, middleware=MIDDLEWARE, routes=ROUTES, on_script_error=on_script_error)
