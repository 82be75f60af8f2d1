"""The gradient on its way back through time: why a plain network forgets, why gates keep, and by how much.

From top to bottom, and where each part is made:

    the controls                                controls.py
    figure 1, the walk back, in the browser     stepper.js; what it is given: payload.py
    the numbers as a table, with sentences      tables.py, sentences.py
    figure 2, what each step still remembers    figures/influence_maps.py
    figure 3, one weight's gradient             figures/weight_bars.py; its menus: weight_controls.py
    memories that fade, worked out by hand      tables.py

What is shown is computed in results.py, walk.py and weight_shares.py; kind.py says what a link carries. All that lies
in this folder is this page's alone, and may be changed without a look at the other pages.
"""

from __future__ import annotations

import streamlit as st

from cells.core.messages import N_
from pages.gradient.controls import gradient_controls
from pages.gradient.figures.influence_maps import influence_maps
from pages.gradient.figures.weight_bars import weight_bars
from pages.gradient.payload import gradient_payload
from pages.gradient.results import Gradients, mapped_section, open_gradients
from pages.gradient.sentences import (
    cell_title,
    first_state_sentence,
    range_problems,
    reach_sentences,
    stand_ins_sentence,
    vanishing_sentences,
)
from pages.gradient.tables import numbers_table, worked_examples_table
from pages.gradient.walk import GradientWalk, influence_of
from pages.gradient.weight_controls import choose_weight
from pages.gradient.weight_shares import chosen_weight, shares_of
from pages.shared.controls.theme import theme
from pages.shared.figures.camera import with_camera
from pages.shared.scene.navigation import start_page
from pages.shared.scene.scene import DOUBLE, Scene
from pages.shared.scene.session import choose, current, refused
from pages.shared.stepper import Pane, mark_shown, stepper
from pages.shared.words import say
from pages.shared.words.messages import show_problems
from pages.shared.words.numbers import format_number


def main() -> None:
    """Show the page that the link describes."""
    start_page("gradient")
    scene, misread = current()
    scene, gradients, unusable = open_gradients(scene)
    gradient_controls(scene, gradients)
    show_problems(misread + refused() + unusable)
    explore()


@st.fragment
def explore() -> None:
    """Show what follows the reader's position; it runs alone when only that has changed."""
    scene, _ = current()
    scene, gradients, _ = open_gradients(scene)
    painted = show_stepper(scene, gradients)
    if gradients.stand_ins:
        st.markdown(stand_ins_sentence(scene, gradients))
    show_range_problems(scene, gradients)
    if painted:  # what is slow to draw waits until the stepper stands
        show_numbers(gradients)
        show_influence_maps(gradients)
        show_weight_bars(scene, gradients)
        show_worked_examples()
    mark_shown()


def show_stepper(scene: Scene, gradients: Gradients) -> bool:
    """Show figure 1, the walk back, its position kept in the link. Returns whether it has been painted."""

    def on_position(step: int, unit: int) -> None:
        choose(step=None if step == gradients.opening_step else step, unit=unit)

    return stepper(
        [pane_of(walk, gradients) for walk in gradients.walks],
        page="gradient",
        step=gradients.opening_step if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_position=on_position,
    )


def pane_of(walk: GradientWalk, gradients: Gradients) -> Pane:
    """Return the stepper's pane for one cell; the first gated cell's memory is taken apart in it."""
    run = walk.run
    page_data = gradient_payload(walk, with_path=walk is gradients.gated)
    return Pane(walk.id, run.layers[0], run.sequence, run.labels(), private=run.private, page_data=page_data, bare=True)


def show_range_problems(scene: Scene, gradients: Gradients) -> None:
    """Tell what the precision cannot hold and what is no number, and offer double precision where it may help."""
    problems = [problem for walk in gradients.walks for problem in range_problems(walk)]
    if problems:
        with st.container(horizontal=True, vertical_alignment="center", key="beyond"):
            show_problems(problems)
            if scene.precision != DOUBLE:
                st.button(say("Use double precision"), key="use-double", on_click=choose, kwargs={"precision": DOUBLE})


def show_numbers(gradients: Gradients) -> None:
    """Show the numbers that can be read off, a column a cell, and what they mean."""
    st.subheader(say("In numbers"))
    st.table(numbers_table(gradients))
    for sentence in [*reach_sentences(gradients), *vanishing_sentences(gradients), first_state_sentence(gradients)]:
        st.markdown(sentence)


def show_influence_maps(gradients: Gradients) -> None:
    """Show figure 2: how much each state still depends on each input, over a section of a long sequence."""
    section, steps = mapped_section(gradients), len(gradients.sequence.labels)
    st.subheader(say("What each step still remembers"))
    if gradients.stacked:
        st.caption(say("From here on: the lowest layer alone, forward."))
    st.markdown(say("Hover a step: how strongly its hidden state still depends on what an earlier step has read."))
    if section.first > 0 or section.last < steps - 1:
        template = N_("Steps {first}–{last} of {count} are mapped: a section up to where the loss is read.")
        ends = {"first": f"{section.first + 1:,}", "last": f"{section.last + 1:,}"}
        st.caption(say(template, count=f"{steps:,}", **ends))
    hover = N_("Step {state} still depends on what step {input} read: {strength}")
    words = {
        "state": say("state of step"),
        "input": say("input of step"),
        "strength": say("strength"),
        "hover": say(hover, state="{state}", input="{input}", strength="{strength}"),
    }
    maps = {cell_title(walk): influence_of(walk, section).log10.numpy() for walk in gradients.walks}
    st.plotly_chart(
        influence_maps(maps, section.first + 1, words, theme()),
        key="influence",
        config=with_camera("influence"),
        alt=say("For each cell a lower triangle: how strongly every input acts on every later hidden state"),
    )


def show_weight_bars(scene: Scene, gradients: Gradients) -> None:
    """Show figure 3: what each step adds to the gradient of one weight, and the menus that choose the weight."""
    weight, problems = chosen_weight(scene, gradients)
    st.subheader(say("One weight’s gradient, step by step"))
    show_problems(problems)
    walk = next(walk for walk in gradients.walks if walk.cell == weight.cell)
    choose_weight(gradients, walk, weight, scene.unit)
    shares, sum_of_all = shares_of(walk, weight, scene.unit)
    total = format_number(sum_of_all)
    st.markdown(
        say("All unrolled steps share this one weight. The bars add up to its gradient: **{total}**.", total=total)
    )
    words = {"step": say("step"), "reads": walk.run.label_title, "adds": say("adds to the gradient")}
    st.plotly_chart(
        weight_bars(shares.double().numpy(), walk.run.labels(), words, theme()),
        key="shares",
        config=with_camera(f"{weight.cell}-weight-gradient"),
        alt=say("What each step adds to the gradient of one weight, as bars; their sum is {total}", total=total),
    )


def show_worked_examples() -> None:
    """Show two cases that can be worked out by hand, computed only when somebody opens them."""
    with st.expander(say("How fast a memory fades, worked out by hand"), key="fading", on_change="rerun") as expander:
        if expander.open:
            st.table(worked_examples_table())


main()
