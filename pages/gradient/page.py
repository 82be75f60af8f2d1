"""The gradient on its way back through time: why the plain network forgets, why gates keep, and by how much."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cells import CELLS
from cells.core.messages import N_, InputError
from cells.gradients.initial_states import LEARNED, ZERO
from cells.gradients.worked_examples import BIASES, STEPS, WEIGHTS_OF_ONE, constant_gate, one_unit
from pages.gradient.controls import gradient_controls
from pages.gradient.figures.influence_map import influence_maps
from pages.gradient.figures.weight_bars import share_bars
from pages.gradient.payload import path_payload, walk_payload
from pages.gradient.results import Gradients, open_gradients, section_of
from pages.gradient.walk import GradientWalk, influence_of, memory_path, path_start
from pages.gradient.weight_controls import choose_weight
from pages.gradient.weight_shares import chosen_weight, shares_of
from pages.shared.controls.theme import theme
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import DOUBLE, Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.scene.weights import ALL_WEIGHTS
from pages.shared.stepper import Pane, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems
from pages.shared.words.numbers import format_number, format_share, format_size

BACK = 20  # steps, after which the table says what is left
OUTSIDE = {
    "underflowed": N_(
        "{cell}: from step {step} back, {count} norms are too small for {precision}; there the line is thin and dotted."
    ),
    "overflowed": N_(
        "{cell}: from step {step} back, {count} norms are too large for {precision}; there the line is thin and dotted."
    ),
    "undefined": N_(
        "{cell}: from step {step} back, {count} norms are no number, because a state is none; the line ends. Read the "
        "loss at an earlier step."
    ),
}


def main() -> None:
    """The page, from the link down."""
    start_page("gradient")
    scene, misread = current()
    scene, gradients, unusable = open_gradients(scene)
    gradient_controls(scene, len(gradients.sequence.labels))
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """What follows the reader's position: it runs alone when only that has changed."""
    scene, _ = current()
    scene, gradients, _ = open_gradients(scene)
    painted = show_stepper(scene, gradients)
    tell_stand_ins(scene, gradients)
    offer_double(scene, gradients)
    if painted:  # what is slow to draw waits until the stepper stands
        show_numbers(gradients)
        show_influence(gradients)
        show_shares(scene, gradients)
        show_fading()


def show_stepper(scene: Scene, gradients: Gradients) -> bool:
    """The walk back, its position kept in the link; returns whether it has been painted."""

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == gradients.home else step, unit=unit)

    return stepper(
        [shown_of(one, gradients) for one in gradients.walks],
        page="gradient",
        step=gradients.home if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )


def shown_of(one: GradientWalk, gradients: Gradients) -> Pane:
    """One cell's run with all that is said of its gradient."""
    path = memory_path(one) if one is gradients.gated else None
    about: dict[str, object] = {
        "name": name_of(one),
        "read": gradients.read_at,
        **walk_payload(one.left, one.norms, one.half, say),
        "radius": radius_told(one),
        "way": path_payload(path, path_start(one), say) if path else None,
    }
    run = one.run
    return Pane(one.id, run.layers[0], run.sequence, run.labels(), private=run.private, page_data=about, bare=True)


def radius_told(one: GradientWalk) -> str:
    """The strength of the recurrent matrix, of a cell for which it decides alone."""
    return (
        "" if one.vanishes is None else say("spectral radius {radius}", radius=f"{one.strengths['hidden'].radius:.2f}")
    )


def name_of(one: GradientWalk) -> str:
    """What the cell is called."""
    return say(CELLS[one.cell].title)


def tell_stand_ins(scene: Scene, gradients: Gradients) -> None:
    """Which cells have random weights because the chosen ones do not fit them."""
    if gradients.stand_ins:
        cells = ", ".join(say(CELLS[cell].title) for cell in gradients.stand_ins)
        weights = say(ALL_WEIGHTS[scene.weights].title)
        st.markdown(say("Random weights in {cells}: “{weights}” does not fit there.", cells=cells, weights=weights))


def offer_double(scene: Scene, gradients: Gradients) -> None:
    """What the precision cannot hold and what is no number, cell by cell, and double precision where it may help."""
    problems = [problem for one in gradients.walks for problem in beyond(one)]
    if problems:
        with st.container(horizontal=True, vertical_alignment="center", key="beyond"):
            show_problems(problems)
            if scene.precision != DOUBLE:
                st.button(say("Use double precision"), key="use-double", on_click=choose, kwargs={"precision": DOUBLE})


def beyond(one: GradientWalk) -> list[InputError]:
    """What is out of range or undefined on a cell's way back, told once each."""
    if one.dead:
        return [
            InputError(
                N_("{cell}: the loss has a slope of 0 where it is read, so nothing goes back."), cell=name_of(one)
            )
        ]
    return [
        InputError(OUTSIDE[kind], cell=name_of(one), count=count, step=step, precision=one.precision)
        for kind, count, step in one.marks()
    ]


def show_numbers(gradients: Gradients) -> None:
    """What can be read off, a column a cell, and what it means."""
    st.subheader(say("In numbers"))
    st.table(pd.DataFrame({name_of(one): numbers_of(one) for one in gradients.walks}))
    for line in [*vanishing(gradients), first_states_told(gradients)]:
        st.markdown(line)


def numbers_of(one: GradientWalk) -> dict[str, str]:
    """One cell's column."""
    read, left, flow = one.question.read_at, one.left, one.flow
    back = min(BACK, read + 1)
    strength = one.strengths.get("hidden") or one.strengths["candidate"]
    return {
        say("left after {count} steps back", count=back): format_share(float(left[read + 1 - back])),
        say("left at the first state"): format_share(float(left[0])),
        say("norm of the gradient by the first state"): format_size(float(one.norms.log10[0])),
        say("loss: the sum of the squares of h"): format_number(float(flow.loss)),
        say("norm of the gradient by all weights"): format_number(flow.norm),
        say("multiplied by, so that it is clipped"): format_number(flow.scale),
        say("spectral radius of the recurrent weights (the candidate’s)"): f"{strength.radius:.2f}",
        say("largest singular value of the same"): f"{strength.norm:.2f}",
    }


def vanishing(gradients: Gradients) -> list[str]:
    """Whether the gradient of a network without gates must vanish."""
    surely = N_(
        "{cell}: the largest singular value of its recurrent weights is {norm}, below 1: the gradient must vanish "
        "(Pascanu et al. 2013)."
    )
    perhaps = N_(
        "{cell}: the largest singular value of its recurrent weights is {norm}, not below 1: the gradient need not "
        "vanish (Pascanu et al. 2013), though saturated units can still make it."
    )
    return [
        say(surely if one.vanishes else perhaps, cell=name_of(one), norm=f"{one.strengths['hidden'].norm:.2f}")
        for one in gradients.walks
        if one.vanishes is not None
    ]


def first_states_told(gradients: Gradients) -> str:
    """What the run begins with, and what that changes in each cell."""
    kind = gradients.walks[0].question.first_state
    if kind == ZERO:
        slopes = [f"{name_of(one)} {format_size(float(one.norms.log10[0]))}" for one in gradients.walks]
        template = N_("The first state is all zero. How much the loss would change with it: {slopes}.")
        return say(template, slopes=say(", ").join(slopes))
    changes = [
        f"{name_of(one)} {format_number(one.from_zero)} → {format_number(float(one.flow.loss))}"
        for one in gradients.walks
    ]
    given = N_("The first state is given. The loss from all zero, and from there: {changes}.")
    learned = N_(
        "The first state is learned, by the gradient that reaches it. The loss from all zero, and from there: "
        "{changes}."
    )
    return say(learned if kind == LEARNED else given, changes=say(", ").join(changes))


def show_influence(gradients: Gradients) -> None:
    """What each state still remembers of each input; a section where there are more steps than can be told apart."""
    section, steps = section_of(gradients), len(gradients.sequence.labels)
    st.subheader(say("What each step still remembers"))
    st.markdown(say("Hover a step: how strongly its hidden state still depends on what an earlier step has read."))
    if section.first > 0 or section.last < steps - 1:
        template = N_("Steps {first}–{last} of {count} are mapped: a section up to where the loss is read.")
        places = {"first": f"{section.first + 1:,}", "last": f"{section.last + 1:,}"}
        st.caption(say(template, count=f"{steps:,}", **places))
    hover = N_("Step {state} still depends on what step {input} read: {strength}")
    words = {
        "state": say("state of step"),
        "input": say("input of step"),
        "strength": say("strength"),
        "hover": say(hover, state="{state}", input="{input}", strength="{strength}"),
    }
    maps = {name_of(one): influence_of(one, section).log10.numpy() for one in gradients.walks}
    st.plotly_chart(
        influence_maps(maps, section.first + 1, words, theme()),
        key="influence",
        config={"displaylogo": False},
        alt=say("For each cell a lower triangle: how strongly every input acts on every later hidden state"),
    )


def show_shares(scene: Scene, gradients: Gradients) -> None:
    """One weight's gradient, step by step."""
    weight, problems = chosen_weight(scene, gradients)
    st.subheader(say("One weight’s gradient, step by step"))
    show_problems(problems)
    one = next(one for one in gradients.walks if one.cell == weight.cell)
    choose_weight(gradients, one, weight, scene.unit)
    shares, sum_of_all = shares_of(one, weight, scene.unit)
    total = format_number(sum_of_all)
    st.markdown(
        say("All unrolled steps share this one weight. The bars add up to its gradient: **{total}**.", total=total)
    )
    words = {"step": say("step"), "reads": say("reads"), "adds": say("adds to the gradient")}
    st.plotly_chart(
        share_bars(shares.double().numpy(), one.run.labels(), words, theme()),
        key="shares",
        config={"displaylogo": False},
        alt=say("What each step adds to the gradient of one weight, as bars; their sum is {total}", total=total),
    )


def show_fading() -> None:
    """Two cases that can be worked out by hand, as a table."""
    with st.expander(say("How fast a memory fades, worked out by hand"), key="fading", on_change="rerun") as opened:
        if opened.open:
            st.table(fading_table())


def fading_table() -> pd.DataFrame:
    """A constant forget gate by its bias, and a tanh RNN of one unit around zero by its weight."""
    gate, unit = N_("LSTM, forget gate’s bias {bias}"), N_("RNN of one unit at 0, weight {weight}")
    cases = {say(gate, bias=f"{bias:g}"): constant_gate(bias) for bias in BIASES}
    cases |= {say(unit, weight=f"{weight:g}"): one_unit(weight) for weight in WEIGHTS_OF_ONE}
    rows = {
        name: {
            say("kept by each step"): f"{case.each:.4f}",
            say("left after {count} steps", count=STEPS): format_number(case.left),
            say("half-life in steps; below 0 it doubles"): f"{case.half:.2f}",
        }
        for name, case in cases.items()
    }
    return pd.DataFrame(rows).T


main()
