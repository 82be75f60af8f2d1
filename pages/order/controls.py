"""The controls of the order page: cell, sequence, weights, and the order in which the steps are read."""

from __future__ import annotations

import streamlit as st

from cells.order import COUNTED, ORDERS, ROTATE, SHUFFLE, Order
from pages.order.kind import ORDER
from pages.shared.controls.cells import choose_any_cell
from pages.shared.controls.what_runs import choose_what_runs
from pages.shared.controls.widgets import choose_language, preset
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose
from pages.shared.words import say

FIRST_ROTATION = 3  # steps that go to the end when a rotation is chosen
ORDER_KEY, ROTATION_KEY = "choose order", "set order steps"


def order_controls(scene: Scene, steps: int) -> None:
    """Show the row of controls above the page; steps: how many the sequence has."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="controls"):  # it holds much
        choose_any_cell(scene)
        choose_what_runs(scene)
        choose_order(scene, steps)
        choose_language()


def choose_order(scene: Scene, steps: int) -> None:
    """Show the choice of the order, and beside it the next shuffle or how far the steps are rotated."""
    order = ORDER.own_of(scene).order
    st.segmented_control(
        say("order"),
        list(ORDERS),
        format_func=lambda kind: say(ORDERS[kind]),
        key=preset(ORDER_KEY, order.kind),
        required=True,
        label_visibility="collapsed",
        on_change=on_order_change,
        args=(steps,),
    )
    if order.kind == SHUFFLE:
        again = Order(SHUFFLE, (order.amount + 1) % (COUNTED[SHUFFLE][1] + 1))
        st.button(say("again"), icon=":material/shuffle:", key="again", on_click=choose, kwargs={"order": again})
    if order.kind == ROTATE and steps > 1:
        st.slider(
            say("rotated by"),
            0,
            steps - 1,
            key=preset(ROTATION_KEY, order.amount % steps),
            width=90,
            label_visibility="collapsed",
            on_change=on_rotation_change,
        )


def on_order_change(steps: int) -> None:
    """Take a kind of order into the link, with the number that it begins with."""
    kind = st.session_state[ORDER_KEY]
    if kind is not None:
        choose(order=Order(kind, min(FIRST_ROTATION, max(1, steps - 1)) if kind == ROTATE else 0))


def on_rotation_change() -> None:
    """Take the slider's number of steps into the link."""
    choose(order=Order(ROTATE, st.session_state[ROTATION_KEY]))
