"""The gradient on its way back through time: why the plain network forgets, why gates keep, and by how much."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from cells import CELLS
from cells.fading import BIASES, STEPS, WEIGHTS_OF_ONE, constant_gate, one_unit
from cells.first_states import LEARNED, ZERO
from cells.messages import InputError
from pages.figures.influence import influence_maps
from pages.figures.palette import Theme
from pages.figures.share_bars import share_bars
from pages.scene import Scene, choose, current, enter, gradient_controls, open_gradients, show_problems
from pages.scene.controls import chosen, heard
from pages.scene.gradient_link import WeightPlace
from pages.scene.gradient_opened import (
    MOST_MAPPED,
    Gradients,
    Walked,
    chosen_weight,
    influence_of,
    section_of,
    shares_of,
    sources,
)
from pages.scene.scene import DOUBLE
from pages.stepper import Shown, stepper
from pages.stepper.gradient import share, size, told_of_walk, told_of_way
from pages.words import explain, say


def main() -> None:
    """The page, from the link down."""
    enter("gradient")
    scene, misread = current()
    scene, gradients, unusable = open_gradients(scene)
    gradient_controls(scene, len(gradients.sequence.labels))
    show_problems(misread + unusable)
    explore()


@st.fragment
def explore() -> None:
    """What follows the reader's position: it runs alone when only that has changed."""
    scene, _ = current()
    scene, gradients, _ = open_gradients(scene)
    painted = show_stepper(scene, gradients)
    offer_double(scene, gradients)
    if painted:  # what is slow to draw waits until the stepper stands
        show_numbers(gradients)
        show_influence(gradients)
        show_shares(scene, gradients)
        show_fading()


def show_stepper(scene: Scene, gradients: Gradients) -> bool:
    """The walk back, its position kept in the link; returns whether it has been painted."""

    def rested(step: int, unit: int) -> None:
        choose(step=None if step == gradients.home else step, unit=unit)

    return stepper(
        [shown_of(one, gradients) for one in gradients.walked],
        page="gradient",
        step=gradients.home if scene.step is None else scene.step,
        unit=scene.unit,
        key="stepper",
        on_rest=rested,
    )


def shown_of(one: Walked, gradients: Gradients) -> Shown:
    """One cell's run with all that is said of its gradient."""
    about: dict[str, Any] = {
        "name": name_of(one),
        "read": gradients.read_at,
        **told_of_walk(one.left, one.norms, one.half, say),
        "way": told_of_way(one.way, say) if one.way else None,
    }
    opened = one.opened
    return Shown(one.id, opened.layers[0], opened.sequence, opened.labels(), private=opened.private, about=about)


def name_of(one: Walked) -> str:
    """What the cell is called."""
    return say(CELLS[one.cell].title)


def offer_double(scene: Scene, gradients: Gradients) -> None:
    """What the precision cannot hold and what is no number, cell by cell, and double precision where it would help."""
    lines = [f"{name_of(one)}: {explain(problem)}" for one in gradients.walked for problem in one.norms.messages()]
    if lines:
        with st.container(horizontal=True, vertical_alignment="center", key="beyond"):
            show_problems([InputError("{told}", told=line) for line in lines])
            if scene.precision != DOUBLE:
                st.button(say("Use double precision"), key="use-double", on_click=choose, kwargs={"precision": DOUBLE})


def show_numbers(gradients: Gradients) -> None:
    """What can be read off: a column a cell."""
    st.subheader(say("In numbers"))
    st.table(pd.DataFrame({name_of(one): numbers_of(one) for one in gradients.walked}))
    for line in remarks(gradients):
        st.markdown(line)


def numbers_of(one: Walked) -> dict[str, str]:
    """One cell's column."""
    read = one.question.read_at
    left, flow = one.left, one.flow
    back = min(20, read + 1)
    strength = one.strengths.get("hidden") or one.strengths.get("candidate")
    return {
        say("left after {count} steps back", count=back): share(float(left[read + 1 - back])),
        say("left at the first state"): share(float(left[0])),
        say("norm of the gradient at the first state"): size(float(one.norms.log10[0])),
        say("loss, the sum of the squares of h"): f"{float(flow.loss):.4g}",
        say("norm of the gradient by all weights"): f"{flow.norm:.4g}",
        say("multiplied by clipping"): f"{flow.scale:.3g}",
        say("spectral radius of the recurrent weights"): f"{strength.radius:.2f}" if strength else "–",
        say("their largest singular value"): f"{strength.norm:.2f}" if strength else "–",
    }


def remarks(gradients: Gradients) -> list[str]:
    """What the numbers mean: when gradients must vanish, and what the first state changes."""
    told = []
    for one in gradients.walked:
        if one.vanishes is not None and one.strengths["hidden"]:
            norm = f"{one.strengths['hidden'].norm:.2f}"
            told.append(
                say(
                    "{cell}: the largest singular value is {norm}, below 1, so gradients must vanish (Pascanu et al. 2013).",
                    cell=name_of(one),
                    norm=norm,
                )
                if one.vanishes
                else say(
                    "{cell}: the largest singular value is {norm}, not below 1, so gradients need not vanish (Pascanu et al. 2013); squashing may still make them.",
                    cell=name_of(one),
                    norm=norm,
                )
            )
    return [*told, *(first_state_told(one) for one in gradients.walked)]


def first_state_told(one: Walked) -> str:
    """What the first state is, and what it changes."""
    kind = one.question.first_state
    loss, zero, slope = f"{float(one.flow.loss):.4g}", f"{one.from_zero:.4g}", size(float(one.norms.log10[0]))
    if kind == ZERO:
        return say(
            "{cell}: the first state is all zero; a change of it by 1 would change the loss by about {slope}.",
            cell=name_of(one),
            slope=slope,
        )
    if kind == LEARNED:
        return say(
            "{cell}: learning its first state takes the loss from {zero} to {loss}.",
            cell=name_of(one),
            zero=zero,
            loss=loss,
        )
    return say(
        "{cell}: from this first state the loss is {loss}; from all zero it is {zero}.",
        cell=name_of(one),
        zero=zero,
        loss=loss,
    )


def theme() -> Theme:
    """The reader's."""
    return "dark" if st.context.theme.type == "dark" else "light"


def show_influence(gradients: Gradients) -> None:
    """What each state still remembers of each input."""
    section, steps = section_of(gradients), len(gradients.sequence.labels)
    st.subheader(say("What each step still remembers"))
    st.markdown(say("Hover a step: how strongly its hidden state still depends on what an earlier step has read."))
    if section.first > 0 or section.last < steps - 1:
        st.caption(
            say(
                "Steps {first}–{last} of {count} are mapped: those up to where the loss is read, {most} at most.",
                first=section.first + 1,
                last=section.last + 1,
                count=f"{steps:,}",
                most=MOST_MAPPED,
            )
        )
    maps = {name_of(one): influence_of(one, section).log10.numpy() for one in gradients.walked}
    words = {
        "state": say("state of step"),
        "input": say("input of step"),
        "strength": say("strength"),
        "hover": say(
            "Step {state} still depends on step {input}: {strength}",
            state="{state}",
            input="{input}",
            strength="{strength}",
        ),
    }
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
    one = next(one for one in gradients.walked if one.cell == weight.cell)
    choose_weight(scene, gradients, one, weight)
    shares, total = shares_of(one, weight, scene.unit)
    st.markdown(
        say(
            "All unrolled steps share this one weight. The bars add up to its gradient: **{total}**.",
            total=f"{total:.4g}",
        )
    )
    words = {"step": say("step"), "reads": say("reads"), "adds": say("adds")}
    st.plotly_chart(
        share_bars(shares.double().numpy(), one.opened.labels(), words, theme()),
        key="shares",
        config={"displaylogo": False},
        alt=say(
            "What each step adds to the gradient of one weight, as bars; their sum is {total}", total=f"{total:.4g}"
        ),
    )


def choose_weight(scene: Scene, gradients: Gradients, one: Walked, weight: WeightPlace) -> None:
    """Cell, gate, unit and source of the weight."""
    units = one.opened.layers[0]["hidden"].shape[-1]
    titles = {signal.name: signal.title for signal in CELLS[one.cell].shown}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="weight-row"):
        picked(
            "cell", [other.cell for other in gradients.walked], weight.cell, lambda key: say(CELLS[key].title), weight
        )
        picked("gate", list(one.rows), weight.gate, lambda gate: say(titles[gate]), weight)
        st.selectbox(
            say("unit"),
            range(units),
            key=chosen("weight unit", min(scene.unit, units - 1)),
            width=110,
            on_change=heard,
            args=("unit", "weight unit"),
        )
        picked("source", sources(one), weight.source, lambda source: source_in_words(one, source), weight)


def picked(part: str, options: list[str], value: str, words: Any, weight: WeightPlace) -> None:
    """A list for one part of the weight."""
    titles = {"cell": say("cell"), "gate": say("into"), "source": say("from")}
    st.selectbox(
        titles[part],
        options,
        format_func=words,
        key=chosen(f"weight {part}", value),
        width=220,
        on_change=heard_weight,
        args=(part, weight),
    )


def heard_weight(part: str, weight: WeightPlace) -> None:
    """Take another weight into the link; a gate or a source that another cell has not got is as usual there."""
    value = st.session_state[f"weight {part}"]
    if value is None:
        return
    if part == "cell":
        memory = CELLS[value].memory
        gates = CELLS[value].gates
        keep = memory.keep if memory and memory.keep in gates else gates[0]
        choose(weight=WeightPlace(value, weight.gate if weight.gate in gates else keep, "h0"))
    else:
        choose(weight=WeightPlace(**{**vars(weight), part: value}))


def source_in_words(one: Walked, source: str) -> str:
    """What the weight comes from."""
    if source == "b":
        return say("the bias")
    if source[0] == "h":
        return say("hidden unit {unit}, one step before", unit=source[1:])
    channel = one.opened.sequence.channels[int(source[1:])]
    return say("input: {channel}", channel=say(channel) if channel.isascii() and len(channel) > 1 else channel)


def show_fading() -> None:
    """Two cases that can be worked out by hand, as a table."""
    with st.expander(say("How fast a memory fades, worked out by hand"), key="fading", on_change="rerun") as opened:
        if opened.open:
            st.table(fading_table())


def fading_table() -> pd.DataFrame:
    """A constant forget gate by its bias, and a tanh RNN of one unit around zero by its weight."""
    cases = {
        **{say("LSTM, forget gate’s bias {bias}", bias=f"{bias:g}"): constant_gate(bias) for bias in BIASES},
        **{
            say("RNN of one unit at 0, weight {weight}", weight=f"{weight:g}"): one_unit(weight)
            for weight in WEIGHTS_OF_ONE
        },
    }
    return pd.DataFrame(
        {
            name: {
                say("kept by each step"): f"{case.each:.4f}",
                say("left after {count} steps", count=STEPS): f"{case.left:.4g}",
                say("half-life in steps; below 0 it doubles"): f"{case.half:.2f}",
            }
            for name, case in cases.items()
        }
    ).T


main()
