"""The controls of the gradient page: what runs, how its memory begins, and what becomes of its gradient."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from cells import CELLS, gate_half_life
from cells.core.messages import N_
from cells.gradients.initial_states import FIRST_STATES, GIVEN, LEARNED, LEARNING_STEPS, ZERO
from cells.modules.random_weights import RANDOM_SETTINGS
from pages.gradient.kind import CLIP, GRADIENT
from pages.gradient.results import FROM_ZERO, NOT_TRUNCATED, READ_AT_ENDS, Gradients
from pages.gradient.weight_and_biases import (
    AS_THEY_ARE,
    BIASES,
    CHRONO,
    FORGET,
    FORGET_BIAS,
    common_bias,
    write_common_bias,
)
from pages.shared.controls.cells import choose_several_cells
from pages.shared.controls.drawer import drawer
from pages.shared.controls.what_runs import choose_what_runs
from pages.shared.controls.widgets import choose_language, menu_label, on_widget_change, preset, set_number, slider
from pages.shared.scene.scene import Scene
from pages.shared.scene.session import choose
from pages.shared.words import say

BIASES_KEY, BIAS_KEY = "choose biases", "set bias"
READ_KEY, TRUNCATE_KEY, CLIP_KEY = "set read_at", "set truncate", "set clip"
SQUASHINGS = {"rnn": N_("tanh"), "rnn-relu": N_("relu")}
CLIPS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
NO_CLIP = 0.0
FIRST_STATE_NOTES = {
    ZERO: N_("All zero, as PyTorch and Keras begin. The gradient that reaches it is still told, and changes nothing."),
    GIVEN: N_("Every unit between −1 and 1, drawn with the seed."),
    LEARNED: N_("From all zero, {steps} steps down this loss’s own gradient; the weights stay as they are."),
}


def gradient_controls(scene: Scene, gradients: Gradients) -> None:
    """Show the row of controls above the page."""
    steps = len(gradients.sequence.labels)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="controls"):
        choose_several_cells(scene)
        choose_squashing(scene)
        choose_what_runs(scene)
        if place := drawer(menu_label(say("gate biases"), biases_title(scene)), "biases"):
            with place:
                choose_biases(scene, steps)
        if place := drawer(menu_label(say("gradient"), gradient_title(scene)), "gradient"):
            with place:
                choose_gradient(scene, gradients)
        choose_language()


def choose_squashing(scene: Scene) -> None:
    """Show the choice of tanh or relu, where one of the two cells is shown."""
    shown = [key for key in scene.cells if key in SQUASHINGS]
    if len(shown) != 1:
        return
    st.segmented_control(
        say("squashing"),
        list(SQUASHINGS),
        format_func=lambda key: say(SQUASHINGS[key]),
        key=preset("choose squashing", shown[0]),
        required=True,
        label_visibility="collapsed",
        on_change=on_squashing_change,
        args=(scene.cells, shown[0]),
    )


def on_squashing_change(cells: tuple[str, ...], before: str) -> None:
    """Put the chosen cell in the place of the one before."""
    after = st.session_state["choose squashing"]
    if after is not None:
        choose(cells=tuple(after if key == before else key for key in cells))


def biases_kind(biases: str) -> str:
    """Return the key of BIASES for biases as a link spells them."""
    return FORGET if common_bias(biases) is not None else biases


def biases_title(scene: Scene) -> str:
    """Say in a word how the gates that keep the memory begin."""
    if scene.weights != "random":
        return say("as wired")
    biases = GRADIENT.own_of(scene).biases
    bias = common_bias(biases)
    return say("all {bias}", bias=f"{bias:g}") if bias is not None else say(BIASES[biases])


def choose_biases(scene: Scene, steps: int) -> None:
    """Show the choice of the keeping gates' biases: drawn for long memories, all the same, or as the weights are."""
    wired, biases = scene.weights != "random", GRADIENT.own_of(scene).biases
    st.segmented_control(
        say("biases of the forget and update gates"),
        list(BIASES),
        format_func=lambda kind: say(BIASES[kind]),
        key=preset(BIASES_KEY, biases_kind(biases)),
        required=True,
        disabled=wired,
        on_change=on_biases_change,
    )
    bias = common_bias(biases)
    if bias is not None:
        set_bias(bias, disabled=wired)
    if biases == AS_THEY_ARE and not wired:
        gates = {gate for cell in scene.shown_cells for gate in CELLS[cell].gates}
        (setting,) = [each for each in RANDOM_SETTINGS if each.name == "forget_bias"]
        set_number(scene, "biases", setting, usable=setting.means_something(gates))
    if wired:
        st.caption(say("These weights are wired by hand, and their biases with them."))
    elif biases == CHRONO:
        st.caption(
            say(
                "Chrono initialisation (Tallec and Ollivier 2018): each unit begins with a memory of its own length, "
                "from 1 to {steps} steps.",
                steps=steps,
            )
        )


def on_biases_change() -> None:
    """Take a kind of biases into the link, with the bias that it begins with."""
    kind = st.session_state[BIASES_KEY]
    if kind is not None:
        choose(biases=write_common_bias(float(FORGET_BIAS.default)) if kind == FORGET else kind)


def set_bias(bias: float, *, disabled: bool) -> None:
    """Show the slider of the one bias of all keeping gates, and the half-life that it gives."""
    slider(FORGET_BIAS, BIAS_KEY, bias, on_bias_change, (), disabled=disabled)
    gate, steps = 1 / (1 + math.exp(-bias)), gate_half_life(bias)
    st.caption(
        say(
            "Alone, it keeps {gate} at each step: a half-life of {steps} steps.",
            gate=f"{gate:.3f}",
            steps=f"{steps:.2f}",
        )
    )


def on_bias_change() -> None:
    """Take the bias into the link."""
    choose(biases=write_common_bias(st.session_state[BIAS_KEY]))


def gradient_title(scene: Scene) -> str:
    """Say in a few words what is done to the gradient."""
    own, parts = GRADIENT.own_of(scene), []
    if own.read_at is not None:
        parts.append(say("from step {step}", step=own.read_at + 1))
    if own.truncate is not None:
        parts.append(say("cut at {steps}", steps=own.truncate))
    if own.clip is not None:
        parts.append(say("clipped to {norm}", norm=f"{own.clip:g}"))
    if own.first_state != ZERO:
        parts.append(say("first state {kind}", kind=say(FIRST_STATES[own.first_state])))
    return ", ".join(parts) or say("whole")


def choose_gradient(scene: Scene, gradients: Gradients) -> None:
    """Show the choice of where the loss is read, how far its gradient goes back, its clipping, and the first state."""
    own, steps = GRADIENT.own_of(scene), len(gradients.sequence.labels)
    if steps > 1:
        read_at = steps if own.read_at is None else min(own.read_at + 1, steps)
        step_slider(
            say("the loss is read at step"),
            steps,
            preset(READ_KEY, read_at),
            on_read_at_change,
            READ_AT_ENDS if gradients.both else "",
        )
        most = steps if own.truncate is None else min(own.truncate, steps)
        title = say("goes back through this many steps at most")
        step_slider(
            title, steps, preset(TRUNCATE_KEY, most), on_truncate_change, NOT_TRUNCATED if gradients.stacked else ""
        )
    clips = sorted({NO_CLIP, *CLIPS, own.clip or NO_CLIP})
    st.select_slider(
        say(CLIP.title),
        clips,
        format_func=lambda norm: say("not clipped") if norm == NO_CLIP else f"{norm:g}",
        key=preset(CLIP_KEY, own.clip or NO_CLIP),
        on_change=on_clip_change,
    )
    st.segmented_control(
        say("first state"),
        list(FIRST_STATES),
        format_func=lambda kind: say(FIRST_STATES[kind]),
        key=preset("choose first state", own.first_state),
        required=True,
        disabled=gradients.stacked,
        on_change=on_widget_change,
        args=("first_state", "choose first state"),
    )
    note = FROM_ZERO if gradients.stacked else FIRST_STATE_NOTES[own.first_state]
    st.caption(say(note, steps=LEARNING_STEPS))


def step_slider(title: str, steps: int, key: str, on_change: Callable[[int], None], reason: str) -> None:
    """Show a slider over steps as a reader counts them; greyed out where there is a reason for it."""
    st.slider(title, 1, steps, key=key, disabled=bool(reason), on_change=on_change, args=(steps,))
    if reason:
        st.caption(say(reason))


def on_read_at_change(steps: int) -> None:
    """Take where the loss is read into the link; at the last step it is as usual."""
    step = st.session_state[READ_KEY]
    choose(read_at=None if step == steps else step - 1)


def on_truncate_change(steps: int) -> None:
    """Take how far the gradient goes back into the link; through all steps it is as usual."""
    most = st.session_state[TRUNCATE_KEY]
    choose(truncate=None if most == steps else most)


def on_clip_change() -> None:
    """Take the norm into the link to which gradients are clipped."""
    choose(clip=st.session_state[CLIP_KEY] or None)
